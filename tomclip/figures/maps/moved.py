"""Maps coloured by how much the neighbours of every point changed, wherever the point went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.maps.map_axes import style_map_axes
from tomclip.figures.maps.map_panels import (
    MapPanel,
    grid_height,
    head_room,
    map_grid,
    map_legend,
    panel_marker_size,
)
from tomclip.figures.maps.points import (
    Points,
    checked_maps,
    points_of,
    points_trace,
    rows_of_maps,
    series_title,
)
from tomclip.figures.maps.scatter import (
    ALIGNED_HEIGHT,
    ALIGNED_WIDTH,
    ROW_HEIGHT,
    columns_of,
    disparity_note,
)
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT, LIGHT_RAMP, language_style
from tomclip.figures.style.panels import panel_place
from tomclip.figures.style.template import FigureContext, empty_figure, finished
from tomclip.geometry.superposition import superpose_all

PALEST = 1
"""The first step of the ramp that is told from the ground."""


def moved_maps_figure(
    maps: Mapping[str, np.ndarray],
    *,
    change: Mapping[str, np.ndarray],
    neighbours: int,
    labels: Sequence[str],
    languages: Sequence[str],
    context: FigureContext | None = None,
    ids: Sequence[str] | None = None,
    vector: bool = False,
    method: str = "UMAP",
) -> go.Figure:
    """Returns aligned maps coloured by how many of its nearest neighbours each point has lost.

    The colour is about the original space and says nothing of where a point was drawn: a point that
    moved together with its neighbours has the colour of 0. The symbol is the language. The most
    changed points are drawn last. `customdata` of a point is [id, row].

    Args:
        maps: (n, 2) coordinates by encoder name; the others are laid onto the first one.
        change: by encoder name, (n,) numbers in [0, 1] of `tomclip.geometry.neighbour_change`; for
            the first encoder those against one of the others.
        neighbours: how many were compared, for the colour bar.
        labels, languages, context, ids, vector, method: see `map_figure`.

    Raises:
        InputError: see `aligned_maps_figure`; also when a map has no change of each of its points,
            or one outside of [0, 1].
    """
    context = context or NO_CONTEXT
    n = rows_of_maps(maps)
    points = points_of(n, labels, languages, None, ids, "language")
    checked = checked_maps(maps, n)
    changes = {name: _checked_change(change, name, n) for name in maps}
    title = "Moved without their neighbours"
    if not n:
        return empty_figure("No points to show.", context, kind="moved_maps", title=title)
    laid = superpose_all(checked)
    codes = list(dict.fromkeys(points.languages.tolist()))
    panels = [
        MapPanel(context.encoder(name), one.places, codes, disparity_note(number, one.disparity))
        for number, (name, one) in enumerate(laid.items())
    ]
    columns = columns_of(len(panels))
    row_height = ALIGNED_HEIGHT if len(panels) <= columns else ROW_HEIGHT
    figure = map_grid(panels, columns, row_height)
    for number, (panel, values) in enumerate(zip(panels, changes.values(), strict=True)):
        for code in codes:
            trace = _changed_trace(panel, values, code, points, context, vector, columns)
            trace.update(showlegend=number == 0)
            figure.add_trace(trace, **panel_place(number, columns))
    style_map_axes(figure, [panel.xy for panel in panels], method, columns)
    figure.update_layout(
        legend=map_legend(points, codes, context),
        showlegend=True,
        coloraxis={
            "cmin": 0,
            "cmax": 1,
            "colorscale": list(LIGHT_RAMP[PALEST:]),
            "colorbar": _colour_bar(neighbours),
        },
    )
    facts: dict[str, Any] = {
        "method": method,
        "neighbours_compared": neighbours,
        "mean_change": {name: float(values.mean()) for name, values in changes.items()},
        "disparities": {name: one.disparity for name, one in laid.items()},
    }
    return finished(
        figure,
        context,
        kind="moved_maps",
        title=title,
        height=grid_height(panels, columns, row_height),
        facts=facts,
        head_room=head_room(panels),
        least_width=ALIGNED_WIDTH * columns,
        finding=_finding(changes, neighbours, context),
    )


def _finding(changes: Mapping[str, np.ndarray], neighbours: int, context: FigureContext) -> str:
    """Returns how many neighbours changed in the mean of all points, under each encoder."""
    said = ", ".join(
        f"{context.encoder(name)} {100 * values.mean():.0f} %" for name, values in changes.items()
    )
    return f"Of {neighbours} nearest neighbours changed, in the mean: {said}"


def _colour_bar(neighbours: int) -> dict[str, Any]:
    """Returns a thin bar at the right: below the maps stands the legend of the languages."""
    return {
        "thickness": 8,
        "len": 0.8,
        "outlinewidth": 0,
        "ticks": "",
        "tickvals": [step / 5 for step in range(6)],
        "ticktext": [f"{20 * step} %" for step in range(6)],
        "tickfont": {"size": 10.5, "color": LIGHT["muted"]},
        "title": {
            "text": f"of the {neighbours} nearest neighbours changed",
            "side": "right",
            "font": {"size": 11.5},
        },
    }


def _checked_change(change: Mapping[str, np.ndarray], name: str, n: int) -> np.ndarray:
    values = np.asarray(change.get(name, ()), dtype=np.float32)
    if values.shape != (n,):
        raise InputError(
            f"the change of {name!r} has shape {values.shape} for {n} points; give ({n},)"
        )
    if not ((values >= 0) & (values <= 1)).all():
        raise InputError(f"the change of {name!r} leaves the range from 0 to 1; give shares")
    return values


def _changed_trace(
    panel: MapPanel,
    values: np.ndarray,
    code: str,
    points: Points,
    context: FigureContext,
    vector: bool,
    columns: int,
) -> go.Scatter | go.Scattergl:
    """Returns the points of one language, the most changed ones last."""
    rows = np.flatnonzero(points.languages == code)
    rows = rows[np.argsort(values[rows], kind="stable")]
    trace = points_trace(panel.xy, rows, points, context, vector)
    if trace.hovertext is not None:
        texts = zip(trace.hovertext, values[rows], strict=True)
        trace.update(hovertext=[f"{text}<br>{100 * value:.0f} % changed" for text, value in texts])
    return trace.update(
        name=literal(series_title(points, code, context)),
        legendgroup=code,
        marker={
            "size": panel_marker_size(len(points), columns),
            "symbol": language_style(code).symbol,
            "color": values[rows],
            "coloraxis": "coloraxis",
            "line": {"width": 0.5, "color": LIGHT["reference"]},
        },
    )
