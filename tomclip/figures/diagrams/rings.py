"""Features of interest, dotted on a figure of bars: diagrams, barcodes and lives of loops."""

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

    A mark of a diagram gets a ring around it, a bar one at its birth. Every panel gets a trace, if
    an empty one: a browser forgets what a person selected on a figure that gets another trace.

    Args:
        figure: whose `customdata` begin with language, homology dimension and bar; it is changed.
        features: those to ring; what the figure has not is left out.
        theme: of the figure; None for light.

    Returns:
        How many marks were dotted.
    """
    wanted, count = set(features), 0
    panels: dict[tuple[str, str], list[np.ndarray]] = {}
    for trace in traces_of(figure):
        if trace.customdata is not None:
            found = panels.setdefault((trace.xaxis or "x", trace.yaxis or "y"), [])
            found.append(_places(trace)[_rows(trace, wanted)])
    for axes, found in panels.items():
        places = np.concatenate(found)
        named = not count and len(places) > 0
        _add_rings(figure, places, axes, PALETTES[theme or "light"]["ink"], named=named)
        count += len(places)
    return count


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
            "size": 10,
            "color": colour,
            "line": {"width": 1.3, "color": colour},
        },
        name=TITLE,
        legendgroup=TITLE,
        showlegend=named,
        hoverinfo="skip",
        cliponaxis=False,
    )
