"""One panel of a map: its points, the joined concepts, its axes and what alignment left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.maps.points import (
    Points,
    marker_size,
    points_trace,
    series_style,
    series_title,
)
from tomclip.figures.maps.spokes import add_spokes
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, bottom_legend


def add_map(
    figure: go.Figure,
    xy: np.ndarray,
    points: Points,
    shown: Sequence[str],
    context: FigureContext,
    *,
    vector: bool,
    legend: bool,
    place: Mapping[str, Any],
) -> None:
    """Adds one panel: the others in grey first, then one trace per shown series."""
    size = marker_size(len(points))
    rest = np.flatnonzero(~np.isin(points.groups, list(shown)))
    if len(rest):
        trace = points_trace(xy, rest, points, context, vector)
        others = {"language": "other languages", "category": "other categories"}
        trace.update(
            name=others.get(points.colour_by, "other concepts"),
            legendgroup="others",
            legendrank=2_000,
            showlegend=legend,
            marker={"size": size * 0.7, "color": LIGHT["context"], "opacity": 0.7},
        )
        figure.add_trace(trace, **place)
    for rank, name in enumerate(shown):
        style, title = series_style(points, name, rank), series_title(points, name, context)
        rows = np.flatnonzero(points.groups == name)
        if points.colour_by == "concept":
            suffix = "" if place["col"] == 1 else place["col"]
            axes = (f"x{suffix}", f"y{suffix}")
            add_spokes(figure, xy[rows], title, axes, line_colour=style.colour, colours=LIGHT)
        trace = points_trace(xy, rows, points, context, vector)
        marker = {"size": size, "color": style.colour, "symbol": style.symbol, "opacity": 0.85}
        legend_here = legend and points.colour_by != "concept"
        trace.update(name=literal(title), legendgroup=name, showlegend=legend_here, marker=marker)
        figure.add_trace(trace, **place)


def map_legend(points: Points, shown: Sequence[str], context: FigureContext) -> dict[str, Any]:
    titles = [series_title(points, name, context) for name in shown]
    return bottom_legend([*titles, "other languages"])


def map_ranges(maps: Sequence[np.ndarray]) -> tuple[list[float], list[float]]:
    """Returns x and y range over all maps, with 5 % of room on every side."""
    stacked = np.concatenate(maps)
    low, high = stacked.min(axis=0), stacked.max(axis=0)
    room = np.maximum((high - low) * 0.05, 1e-3)
    x, y = zip((low - room).tolist(), (high + room).tolist(), strict=True)
    return list(x), list(y)


def style_map_axes(figure: go.Figure, maps: Sequence[np.ndarray], method: str) -> None:
    x_range, y_range = map_ranges(maps)
    plain = {
        "showgrid": False,
        "showticklabels": False,
        "ticks": "",
        "showline": False,
        "constrain": "range",
    }
    small = {"font": {"size": 10, "color": LIGHT["muted"]}, "standoff": 4}
    for number in range(1, len(maps) + 1):
        suffix = "" if number == 1 else str(number)
        matched = {} if number == 1 else {"matches": "x"}
        figure.layout[f"xaxis{suffix}"].update(
            {**plain, **matched, "range": x_range, "title": {**small, "text": f"{method} 1"}}
        )
        matched = {} if number == 1 else {"matches": "y"}
        scale = {"scaleanchor": f"x{suffix}", "scaleratio": 1}
        title = {**small, "text": f"{method} 2" if number == 1 else ""}
        figure.layout[f"yaxis{suffix}"].update(
            {**plain, **matched, **scale, "range": y_range, "title": title}
        )


def write_disparities(figure: go.Figure, disparities: Mapping[str, float]) -> None:
    """Writes under the title of every panel but the first what alignment leaves of its map."""
    for column, disparity in enumerate(list(disparities.values())[1:], start=2):
        figure.add_annotation(
            text=f"Procrustes disparity {disparity:.2f}",
            x=0.5,
            xref=f"x{column} domain",
            y=1,
            yref=f"y{column} domain",
            yanchor="bottom",
            yshift=2,
            font={"size": 11, "color": LIGHT["muted"]},
        )
