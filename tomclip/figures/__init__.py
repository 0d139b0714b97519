"""Figures: data in, `plotly.graph_objects.Figure` out. Nothing here computes a result.

A name is loaded when it is first asked for, so that one figure does not bring all others along.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tomclip.core.lazy import lazy_names

if TYPE_CHECKING:
    from tomclip.figures.diagrams.animated_diagram import animated_diagram_figure
    from tomclip.figures.diagrams.diagram import diagram_figure
    from tomclip.figures.diagrams.grid import diagram_grid_figure
    from tomclip.figures.diagrams.rings import ring_features
    from tomclip.figures.maps.animated_map import animated_map_figure
    from tomclip.figures.maps.by_language import language_maps_figure
    from tomclip.figures.maps.class_map import class_map_figure
    from tomclip.figures.maps.moved import moved_maps_figure
    from tomclip.figures.maps.pointing import point_out_concepts
    from tomclip.figures.maps.scatter import aligned_maps_figure, map_figure
    from tomclip.figures.maps.selected import draw_groups, draw_loop, items_on
    from tomclip.figures.scores.by_language import accuracy_figure, shape_figure
    from tomclip.figures.scores.cell_traces import dot_cells, outline_cell
    from tomclip.figures.scores.class_cells import (
        class_accuracy_figure,
        class_difference_figure,
        class_gap_figure,
    )
    from tomclip.figures.scores.confusion_cells import confusion_figure
    from tomclip.figures.scores.differences import difference_figure
    from tomclip.figures.scores.dots import score_table
    from tomclip.figures.scores.heatmap import distance_matrix_figure
    from tomclip.figures.scores.rank_cells import rank_figure
    from tomclip.figures.studies.gains import form_gains_figure
    from tomclip.figures.studies.languages import language_gains_figure
    from tomclip.figures.studies.runs import form_runs_figure
    from tomclip.figures.studies.settings import settings_figure
    from tomclip.figures.studies.shares import pair_share_figure
    from tomclip.figures.studies.trade_off import form_trade_off_figure
    from tomclip.figures.style.context import FigureContext
    from tomclip.figures.style.palette import SeriesStyle, encoder_style, language_style
    from tomclip.figures.style.template import empty_figure, register_templates, restyled
    from tomclip.figures.topology.barcode import barcode_figure, barcode_stack_figure
    from tomclip.figures.topology.betti import betti_figure, euler_figure
    from tomclip.figures.topology.landscapes import landscape_figure
    from tomclip.figures.topology.loop_lives import loop_lives_figure
    from tomclip.figures.topology.loop_panel import LoopPanel
    from tomclip.figures.topology.loops import loop_figure
    from tomclip.figures.topology.permutation import permutation_figure
    from tomclip.figures.topology.persistence_images import persistence_image_figure
    from tomclip.figures.topology.significance import significance_figure
    from tomclip.figures.topology.sparsification import sparsification_figure
    from tomclip.figures.training.curves import score_curve_figure, training_steps_figure
    from tomclip.figures.training.live_loss import live_loss_figure
    from tomclip.figures.training.live_scores import (
        LIVE_SCORES,
        WATCHED_SCORES,
        live_scores_figure,
    )
    from tomclip.figures.training.loss_weights import WeightChange, weight_changes
    from tomclip.figures.training.score_spread import spread_figure
    from tomclip.figures.training.trade_off import trade_off_figure

__all__ = [
    "LIVE_SCORES",
    "WATCHED_SCORES",
    "FigureContext",
    "LoopPanel",
    "SeriesStyle",
    "WeightChange",
    "accuracy_figure",
    "aligned_maps_figure",
    "animated_diagram_figure",
    "animated_map_figure",
    "barcode_figure",
    "barcode_stack_figure",
    "betti_figure",
    "class_accuracy_figure",
    "class_difference_figure",
    "class_gap_figure",
    "class_map_figure",
    "confusion_figure",
    "diagram_figure",
    "diagram_grid_figure",
    "difference_figure",
    "distance_matrix_figure",
    "dot_cells",
    "draw_groups",
    "draw_loop",
    "empty_figure",
    "encoder_style",
    "euler_figure",
    "form_gains_figure",
    "form_runs_figure",
    "form_trade_off_figure",
    "items_on",
    "landscape_figure",
    "language_gains_figure",
    "language_maps_figure",
    "language_style",
    "live_loss_figure",
    "live_scores_figure",
    "loop_figure",
    "loop_lives_figure",
    "map_figure",
    "moved_maps_figure",
    "outline_cell",
    "pair_share_figure",
    "permutation_figure",
    "persistence_image_figure",
    "point_out_concepts",
    "rank_figure",
    "register_templates",
    "restyled",
    "ring_features",
    "score_curve_figure",
    "score_table",
    "settings_figure",
    "shape_figure",
    "significance_figure",
    "sparsification_figure",
    "spread_figure",
    "trade_off_figure",
    "training_steps_figure",
    "weight_changes",
]

_MODULES = {
    "LIVE_SCORES": "training.live_scores",
    "WATCHED_SCORES": "training.live_scores",
    "FigureContext": "style.context",
    "LoopPanel": "topology.loop_panel",
    "SeriesStyle": "style.palette",
    "WeightChange": "training.loss_weights",
    "accuracy_figure": "scores.by_language",
    "aligned_maps_figure": "maps.scatter",
    "animated_diagram_figure": "diagrams.animated_diagram",
    "animated_map_figure": "maps.animated_map",
    "barcode_figure": "topology.barcode",
    "barcode_stack_figure": "topology.barcode",
    "betti_figure": "topology.betti",
    "class_accuracy_figure": "scores.class_cells",
    "class_difference_figure": "scores.class_cells",
    "class_gap_figure": "scores.class_cells",
    "confusion_figure": "scores.confusion_cells",
    "diagram_figure": "diagrams.diagram",
    "diagram_grid_figure": "diagrams.grid",
    "difference_figure": "scores.differences",
    "distance_matrix_figure": "scores.heatmap",
    "dot_cells": "scores.cell_traces",
    "draw_groups": "maps.selected",
    "draw_loop": "maps.selected",
    "empty_figure": "style.template",
    "encoder_style": "style.palette",
    "euler_figure": "topology.betti",
    "items_on": "maps.selected",
    "landscape_figure": "topology.landscapes",
    "language_style": "style.palette",
    "live_loss_figure": "training.live_loss",
    "live_scores_figure": "training.live_scores",
    "loop_figure": "topology.loops",
    "loop_lives_figure": "topology.loop_lives",
    "class_map_figure": "maps.class_map",
    "language_maps_figure": "maps.by_language",
    "map_figure": "maps.scatter",
    "moved_maps_figure": "maps.moved",
    "point_out_concepts": "maps.pointing",
    "permutation_figure": "topology.permutation",
    "outline_cell": "scores.cell_traces",
    "persistence_image_figure": "topology.persistence_images",
    "rank_figure": "scores.rank_cells",
    "register_templates": "style.template",
    "restyled": "style.template",
    "ring_features": "diagrams.rings",
    "score_curve_figure": "training.curves",
    "score_table": "scores.dots",
    "shape_figure": "scores.by_language",
    "significance_figure": "topology.significance",
    "sparsification_figure": "topology.sparsification",
    "spread_figure": "training.score_spread",
    "trade_off_figure": "training.trade_off",
    "training_steps_figure": "training.curves",
    "weight_changes": "training.loss_weights",
    "form_gains_figure": "studies.gains",
    "form_runs_figure": "studies.runs",
    "form_trade_off_figure": "studies.trade_off",
    "language_gains_figure": "studies.languages",
    "pair_share_figure": "studies.shares",
    "settings_figure": "studies.settings",
}


__getattr__, __dir__ = lazy_names(__name__, _MODULES)
