"""Concepts pointed out on a map: joined and named, over all others as they were coloured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import PALETTES, ThemeName
from tomclip.figures.style.template import traces_of

FADED, CLEAR = 0.25, 1.0


def point_out_concepts(
    figure: go.Figure, titles: Mapping[str, str], *, theme: ThemeName | None = None
) -> None:
    """Joins the points of each concept to their centre in every panel and writes its name there.

    Colours and legend stay; all other points fade.

    Args:
        figure: of `map_figure` or `aligned_maps_figure`; it is changed.
        titles: shown name by id.
        theme: of the figure; None for light.
    """
    colours = PALETTES[theme or "light"]
    panels: dict[tuple[str, str], list[Any]] = {}
    for trace in traces_of(figure):
        if trace.customdata is not None:
            panels.setdefault((trace.xaxis or "x", trace.yaxis or "y"), []).append(trace)
    for axes, traces in panels.items():
        ids = np.concatenate([_ids(trace) for trace in traces])
        places = np.concatenate([np.column_stack([trace.x, trace.y]) for trace in traces])
        for identity, title in titles.items():
            _join(figure, places[ids == identity], title, axes, colours)
        for trace in traces:
            trace.marker.opacity = np.where(np.isin(_ids(trace), list(titles)), CLEAR, FADED)


def _ids(trace: Any) -> np.ndarray:
    return np.array([str(one[0]) for one in trace.customdata])


def _join(
    figure: go.Figure,
    xy: np.ndarray,
    title: str,
    axes: tuple[str, str],
    colours: Mapping[str, str],
) -> None:
    """Joins points (k, 2) to their centre and writes the title above the highest."""
    if not len(xy):
        return
    gap = np.full_like(xy, np.nan)
    centre = np.broadcast_to(xy.mean(axis=0), xy.shape)
    path = np.stack([centre, xy, gap], axis=1).reshape(-1, 2)
    figure.add_scatter(
        x=path[:, 0],
        y=path[:, 1],
        xaxis=axes[0],
        yaxis=axes[1],
        mode="lines",
        line={"color": colours["ink"], "width": 1.2},
        hoverinfo="skip",
        showlegend=False,
    )
    x, y = xy[np.argmax(xy[:, 1])].tolist()
    figure.add_annotation(
        x=x,
        y=y,
        xref=axes[0],
        yref=axes[1],
        text=literal(title),
        yanchor="bottom",
        yshift=7,
        showarrow=False,
        borderpad=1,
        font={"size": 12, "color": colours["ink"], "weight": 600},
        bgcolor=colours["veil"],
    )
