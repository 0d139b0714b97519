"""Figures: data in, `plotly.graph_objects.Figure` out. Nothing here computes a result."""

from __future__ import annotations

from tomclip.figures.animated_diagram import animated_diagram_figure
from tomclip.figures.animated_map import animated_map_figure
from tomclip.figures.barcode import barcode_figure, barcode_stack_figure
from tomclip.figures.betti import betti_figure, euler_figure
from tomclip.figures.curves import score_curve_figure, training_steps_figure
from tomclip.figures.diagram import diagram_figure
from tomclip.figures.diagram_grid import diagram_grid_figure
from tomclip.figures.differences import difference_figure
from tomclip.figures.heatmap import distance_matrix_figure
from tomclip.figures.landscapes import landscape_figure
from tomclip.figures.live_loss import live_loss_figure
from tomclip.figures.live_scores import live_scores_figure
from tomclip.figures.loop_lives import loop_lives_figure
from tomclip.figures.loop_panel import LoopPanel
from tomclip.figures.loops import loop_figure
from tomclip.figures.loss import loss_figure
from tomclip.figures.loss_weights import WeightChange, weight_changes
from tomclip.figures.persistence_images import persistence_image_figure
from tomclip.figures.scatter import aligned_maps_figure, map_figure
from tomclip.figures.score_panels import SCORE_PANELS, ScorePanel
from tomclip.figures.score_spread import spread_figure
from tomclip.figures.scores import accuracy_figure, score_table, shape_figure
from tomclip.figures.significance import permutation_figure, significance_figure
from tomclip.figures.sparsification import sparsification_figure
from tomclip.figures.template import (
    FigureContext,
    SeriesStyle,
    empty_figure,
    encoder_style,
    language_style,
    register_templates,
    restyled,
)
from tomclip.figures.trade_off import trade_off_figure

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
