"""Figures: data in, `plotly.graph_objects.Figure` out. Nothing here computes a result."""

from __future__ import annotations

from tomclip.figures.barcode import barcode_figure, barcode_stack_figure
from tomclip.figures.betti import betti_figure
from tomclip.figures.curves import loss_figure, score_curve_figure
from tomclip.figures.diagram import diagram_figure
from tomclip.figures.diagram_grid import diagram_grid_figure
from tomclip.figures.differences import difference_figure
from tomclip.figures.heatmap import language_matrix_figure
from tomclip.figures.scatter import aligned_maps_figure, map_figure
from tomclip.figures.scores import accuracy_figure, score_table, shape_figure
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

__all__ = [
    "FigureContext",
    "SeriesStyle",
    "accuracy_figure",
    "aligned_maps_figure",
    "barcode_figure",
    "barcode_stack_figure",
    "betti_figure",
    "diagram_figure",
    "diagram_grid_figure",
    "difference_figure",
    "empty_figure",
    "encoder_style",
    "language_matrix_figure",
    "language_style",
    "loss_figure",
    "map_figure",
    "register_templates",
    "restyled",
    "score_curve_figure",
    "score_table",
    "shape_figure",
    "sparsification_figure",
]
