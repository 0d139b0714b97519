"""Figures: data in, `plotly.graph_objects.Figure` out. Nothing here computes a result."""

from __future__ import annotations

from tomclip.figures.diagrams.animated import animated_diagram_figure
from tomclip.figures.diagrams.diagram import diagram_figure
from tomclip.figures.diagrams.grid import diagram_grid_figure
from tomclip.figures.maps.animated import animated_map_figure
from tomclip.figures.maps.scatter import aligned_maps_figure, map_figure
from tomclip.figures.scores.differences import difference_figure
from tomclip.figures.scores.dots import accuracy_figure, score_table, shape_figure
from tomclip.figures.scores.heatmap import distance_matrix_figure
from tomclip.figures.style.template import (
    FigureContext,
    SeriesStyle,
    empty_figure,
    encoder_style,
    language_style,
    register_templates,
    restyled,
)
from tomclip.figures.topology.barcode import barcode_figure, barcode_stack_figure
from tomclip.figures.topology.betti import betti_figure, euler_figure
from tomclip.figures.topology.landscapes import landscape_figure
from tomclip.figures.topology.loop_lives import loop_lives_figure
from tomclip.figures.topology.loop_panel import LoopPanel
from tomclip.figures.topology.loops import loop_figure
from tomclip.figures.topology.persistence_images import persistence_image_figure
from tomclip.figures.topology.significance import permutation_figure, significance_figure
from tomclip.figures.topology.sparsification import sparsification_figure
from tomclip.figures.training.curves import score_curve_figure, training_steps_figure
from tomclip.figures.training.live_loss import live_loss_figure
from tomclip.figures.training.live_scores import live_scores_figure
from tomclip.figures.training.loss import loss_figure
from tomclip.figures.training.loss_weights import WeightChange, weight_changes
from tomclip.figures.training.score_panels import SCORE_PANELS, ScorePanel
from tomclip.figures.training.score_spread import spread_figure
from tomclip.figures.training.trade_off import trade_off_figure

__all__ = [
    "SCORE_PANELS",
    "FigureContext",
    "LoopPanel",
    "ScorePanel",
    "SeriesStyle",
    "WeightChange",
    "accuracy_figure",
    "aligned_maps_figure",
    "animated_diagram_figure",
    "animated_map_figure",
    "barcode_figure",
    "barcode_stack_figure",
    "betti_figure",
    "diagram_figure",
    "diagram_grid_figure",
    "difference_figure",
    "distance_matrix_figure",
    "empty_figure",
    "encoder_style",
    "euler_figure",
    "landscape_figure",
    "language_style",
    "live_loss_figure",
    "live_scores_figure",
    "loop_figure",
    "loop_lives_figure",
    "loss_figure",
    "map_figure",
    "permutation_figure",
    "persistence_image_figure",
    "register_templates",
    "restyled",
    "score_curve_figure",
    "score_table",
    "shape_figure",
    "significance_figure",
    "sparsification_figure",
    "spread_figure",
    "trade_off_figure",
    "training_steps_figure",
    "weight_changes",
]
