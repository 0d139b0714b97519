"""Concepts pointed out on a map: joined and named, over all others as they were coloured."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.maps.spokes import add_spokes
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
            if len(xy := places[ids == identity]):
                add_spokes(figure, xy, title, axes, line_colour=colours["ink"], colours=colours)
        for trace in traces:
            trace.marker.opacity = np.where(np.isin(_ids(trace), list(titles)), CLEAR, FADED)


def _ids(trace: Any) -> np.ndarray:
    return np.array([str(one[0]) for one in trace.customdata])
