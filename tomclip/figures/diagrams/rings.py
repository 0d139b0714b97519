"""Features of interest, ringed on a figure of bars: diagrams, barcodes and lives of loops."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.style.palette import PALETTES, ThemeName
from tomclip.figures.style.template import traces_of

Feature = tuple[str, int, int]
"""Language code, homology dimension, index of the bar."""
TITLE = "of the selection"


def ring_features(
    figure: go.Figure, features: Collection[Feature], *, theme: ThemeName | None = None
) -> int:
    """Rings features in every panel of a figure; nothing else changes.

    A mark of a diagram gets a ring around it, a bar one at its birth.

    Args:
        figure: whose `customdata` begin with language, homology dimension and bar; it is changed.
        features: those to ring; what the figure has not is left out.
        theme: of the figure; None for light.

    Returns:
        How many marks were ringed.
    """
    wanted, panels = set(features), {}
    for trace in traces_of(figure):
        if trace.customdata is not None and (at := _rows(trace, wanted)):
            panels.setdefault((trace.xaxis or "x", trace.yaxis or "y"), []).append((trace, at))
    for number, (axes, found) in enumerate(panels.items()):
        places = np.concatenate([_places(trace)[at] for trace, at in found])
        _add_rings(figure, places, axes, PALETTES[theme or "light"]["ink"], named=number == 0)
    return sum(len(at) for found in panels.values() for _, at in found)


def _rows(trace: Any, wanted: Collection[Feature]) -> list[int]:
    return [
        row
        for row, mark in enumerate(trace.customdata)
        if len(mark) >= 3 and (str(mark[0]), int(mark[1]), int(mark[2])) in wanted
    ]


def _places(trace: Any) -> np.ndarray:
    """Returns (k, 2): where each mark stands, or where each bar begins."""
    x = trace.base if trace.type == "bar" else trace.x
    return np.column_stack([np.asarray(x, dtype=float), np.asarray(trace.y, dtype=float)])


def _add_rings(
    figure: go.Figure, places: np.ndarray, axes: tuple[str, str], colour: str, *, named: bool
) -> None:
    figure.add_scatter(
        x=places[:, 0],
        y=places[:, 1],
        xaxis=axes[0],
        yaxis=axes[1],
        mode="markers",
        marker={
            "symbol": "circle-open",
            "size": 13,
            "color": colour,
            "line": {"width": 1.6, "color": colour},
        },
        name=TITLE,
        legendgroup=TITLE,
        showlegend=named,
        hoverinfo="skip",
        cliponaxis=False,
    )
