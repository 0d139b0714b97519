"""Plotly's markers, lines and bars in matplotlib's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

DOTS_PER_INCH = 100
POINTS_PER_PIXEL = 72 / DOTS_PER_INCH
SYMBOLS = {
    "circle": "o",
    "square": "s",
    "diamond": "D",
    "triangle-up": "^",
    "triangle-down": "v",
    "triangle-right": ">",
    "pentagon": "p",
    "hexagon": "h",
    "cross": "P",
    "x": "X",
    "star": "*",
    "line-ew": "_",
    "bowtie": "4",
    "hourglass": "1",
    "star-square": "8",
    "star-diamond": "d",
}
STROKES = {"_", "4", "1"}
DASHES = {"solid": "-", "dash": "--", "dot": ":", "dashdot": "-."}


def draw_trace(axes: Any, trace: Mapping[str, Any]) -> None:
    """Draws one scatter or horizontal bar trace on matplotlib axes."""
    if trace["type"] == "bar":
        axes.barh(
            trace["y"],
            trace["x"],
            left=trace["base"],
            height=trace["width"],
            color=trace["marker"]["color"],
        )
        return
    mode = trace.get("mode") or "lines"
    if "lines" in mode:
        _draw_line(axes, trace)
    if "markers" in mode:
        _draw_markers(axes, trace)
    if "text" in mode:
        _draw_text(axes, trace)


def _draw_line(axes: Any, trace: Mapping[str, Any]) -> None:
    line = trace.get("line") or {}
    axes.plot(
        trace["x"],
        trace["y"],
        color=line.get("color"),
        linewidth=line.get("width", 2) * 0.75,
        linestyle=DASHES.get(line.get("dash", "solid"), "--"),
        drawstyle="steps-post" if line.get("shape") == "hv" else "default",
    )


def _draw_text(axes: Any, trace: Mapping[str, Any]) -> None:
    for x, y, text in zip(trace["x"], trace["y"], trace["text"], strict=True):
        axes.annotate(
            text,
            (x, y),
            xytext=(7, 0),
            textcoords="offset points",
            va="center",
            annotation_clip=False,
            color=trace["textfont"]["color"],
        )


def _draw_markers(axes: Any, trace: Mapping[str, Any]) -> None:
    """Draws all points of a trace, which has one symbol and one colour but may have many sizes."""
    marker = trace["marker"]
    x, y = (np.asarray(trace[side], dtype=float) for side in ("x", "y"))
    area = (np.broadcast_to(marker.get("size", 6.0), len(x)) * POINTS_PER_PIXEL) ** 2
    look = _look(marker.get("symbol", "circle"), marker["color"])
    axes.scatter(x, y, s=area, clip_on=False, alpha=marker.get("opacity"), **look)


def _shape(symbol: str) -> str:
    return SYMBOLS.get(symbol.removesuffix("-open").removesuffix("-dot"), "o")


def _look(symbol: str, colour: str) -> dict[str, Any]:
    """Returns the shape, outlined when the symbol's name ends in "-open"."""
    shape = _shape(symbol)
    if symbol.endswith("-open") and shape not in STROKES:
        return {"marker": shape, "facecolors": "none", "edgecolors": colour}
    return {"marker": shape, "color": colour, "linewidths": 1.0 if shape in STROKES else 0.0}


def legend_handle(trace: Mapping[str, Any], label: str) -> Any:
    """Returns a matplotlib line that shows the trace's marker and line in a legend."""
    from matplotlib.lines import Line2D

    marker, line = trace.get("marker") or {}, trace.get("line") or {}
    symbol = marker.get("symbol", "circle")
    drawn: Any = DASHES.get(line.get("dash", "solid"), "--")
    return Line2D(
        [],
        [],
        label=label,
        color=line.get("color") or marker.get("color"),
        markersize=6,
        linestyle=drawn if "lines" in (trace.get("mode") or "lines") else "none",
        marker=_shape(symbol) if marker else "none",
        markerfacecolor="none" if symbol.endswith("-open") else marker.get("color"),
    )
