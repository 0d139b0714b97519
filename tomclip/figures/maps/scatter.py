"""Maps: two-dimensional projections of embeddings, one encoder or several side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.maps.map_axes import style_map_axes
from tomclip.figures.maps.map_panels import (
    MapPanel,
    add_map,
    grid_height,
    head_room,
    map_grid,
    map_legend,
)
from tomclip.figures.maps.mixing import mixing_finding
from tomclip.figures.maps.points import (
    ColourBy,
    Points,
    checked_maps,
    checked_xy,
    points_of,
    rows_of_maps,
)
from tomclip.figures.style.axes import series_to_show
from tomclip.figures.style.context import NO_CONTEXT
from tomclip.figures.style.findings import disparity_finding
from tomclip.figures.style.template import FigureContext, empty_figure, finished
from tomclip.geometry.superposition import superpose_all

SINGLE_HEIGHT, ALIGNED_HEIGHT = 600, 520
ROW_HEIGHT = 340
ALIGNED_WIDTH = 280


def map_figure(
    xy: np.ndarray,
    *,
    labels: Sequence[str],
    languages: Sequence[str],
    context: FigureContext | None = None,
    categories: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    colour_by: ColourBy = "language",
    highlight: Sequence[str] | None = None,
    vector: bool = False,
    method: str = "UMAP",
) -> go.Figure:
    """Returns a map of one encoder's embeddings; `customdata` of a point is [id, row of `xy`].

    Both axes have the same scale. Above 3,000 points the traces use WebGL unless `vector` is true;
    above 12,000 hovering shows the id only, so that the page stays small.

    Args:
        xy: (n, 2) coordinates from a projection; their unit has no meaning.
        labels: n texts, shown on hovering.
        languages: n language codes; "" is an image.
        context: what the subtitle says; None: what the data themselves know.
        categories: n category names, needed for `colour_by="category"`.
        ids: n ids, the same for every language of a concept; None takes the labels.
        colour_by: what a colour stands for. "concept" joins the points of each highlighted id.
        highlight: codes, categories or ids that get a colour, the others are grey. None: all when
            there are at most eight, else the first six.
        vector: SVG traces whatever the number of points, for export.
        method: name of the projection, for the axes.

    Raises:
        InputError: when `xy` is not (n, 2), a list has another length than n, or `colour_by` is
            unknown or lacks its column.
    """
    context = context or NO_CONTEXT
    points = points_of(len(xy), labels, languages, categories, ids, colour_by)
    title = f"{method} map of the embeddings"
    if not len(points):
        return empty_figure("No points to show.", context, kind="map", title=title)
    shown = shown_series(points, highlight)
    places = checked_xy(xy, len(points))
    return maps_in_rows(
        [MapPanel("", places, shown)],
        points,
        context,
        method=method,
        vector=vector,
        facts={"figure": "map", "highlighted": shown},
        title=title,
        places={"": places},
    )


def aligned_maps_figure(
    maps: Mapping[str, np.ndarray],
    *,
    labels: Sequence[str],
    languages: Sequence[str],
    context: FigureContext | None = None,
    categories: Sequence[str] | None = None,
    ids: Sequence[str] | None = None,
    colour_by: ColourBy = "language",
    highlight: Sequence[str] | None = None,
    vector: bool = False,
    method: str = "UMAP",
) -> go.Figure:
    """Returns maps of the same rows under several encoders, side by side with linked zoom.

    Every map is laid onto the first one (`tomclip.geometry.superpose`): turned, reflected, scaled
    and shifted, which changes no shape, as a map's place and size have no meaning. What that cannot
    take away is the Procrustes disparity, in [0, 1], written above each panel and in `layout.meta`
    as `disparities`.

    Args:
        maps: (n, 2) coordinates by encoder name; all have the same rows in the same order.
        labels, languages, context, categories, ids, colour_by, highlight, vector, method: see
            `map_figure`.

    Raises:
        InputError: see `map_figure`; also when no map came, or all points of one coincide.
    """
    context = context or NO_CONTEXT
    n = rows_of_maps(maps)
    points = points_of(n, labels, languages, categories, ids, colour_by)
    checked = checked_maps(maps, n)
    title = f"Aligned {method} maps"
    if not n:
        return empty_figure("No points to show.", context, kind="aligned_maps", title=title)
    shown = shown_series(points, highlight)
    laid = superpose_all(checked)
    panels = [
        MapPanel(context.encoder(name), one.places, shown, disparity_note(number, one.disparity))
        for number, (name, one) in enumerate(laid.items())
    ]
    disparities = {name: one.disparity for name, one in laid.items()}
    return maps_in_rows(
        panels,
        points,
        context,
        method=method,
        vector=vector,
        facts={"figure": "aligned_maps", "highlighted": shown, "disparities": disparities},
        title=title,
        places={name: one.places for name, one in laid.items()},
    )


def disparity_note(number: int, disparity: float) -> str:
    """Returns what alignment left of the number-th map, counted from 0; the first one stays."""
    return f"Procrustes disparity {disparity:.2f}" if number else ""


def shown_series(points: Points, highlight: Sequence[str] | None) -> list[str]:
    """Returns the series that get a colour."""
    names = list(dict.fromkeys(points.groups.tolist()))
    return series_to_show(names, highlight, limit=0 if points.colour_by == "concept" else 8)


def columns_of(count: int) -> int:
    """Returns how many of so many panels stand in a row."""
    return count if count <= 3 else 2 if count == 4 else 3


def maps_in_rows(
    panels: Sequence[MapPanel],
    points: Points,
    context: FigureContext,
    *,
    method: str,
    vector: bool,
    facts: Mapping[str, Any],
    title: str,
    places: Mapping[str, np.ndarray],
    columns: int = 0,
    row_height: int = 0,
) -> go.Figure:
    """Returns panels of the same points in rows, with linked zoom and one legend.

    Args:
        panels: at least one.
        points: what is known of the points.
        context: what the subtitle says.
        method: name of the projection, for the axes.
        vector: SVG traces whatever the number of points.
        facts: entries of `layout.meta`; "figure" is the kind.
        title: of the figure, where the context has none.
        places: (n, 2) by encoder name, each map once: what is said of the figure is about them.
        columns: panels in a row; 0: as many as are readable.
        row_height: of a row in pixels; 0: as many panels ask for.
    """
    columns = columns or columns_of(len(panels))
    alone = len(panels) == 1
    high = ALIGNED_HEIGHT if len(panels) <= columns else ROW_HEIGHT
    row_height = row_height or (SINGLE_HEIGHT if alone else high)
    named = list(dict.fromkeys(name for panel in panels for name in panel.shown))
    figure = map_grid(panels, columns, row_height)
    waiting = ["", *named]
    for number, panel in enumerate(panels):
        entries = [name for name in waiting if not name or name in panel.shown]
        add_map(
            figure,
            panel,
            number,
            points,
            context,
            columns=columns,
            names=named,
            vector=vector,
            legend=entries,
        )
        waiting = [name for name in waiting if name not in entries]
    style_map_axes(figure, [panel.xy for panel in panels], method, columns)
    figure.update_layout(
        legend=map_legend(points, named, context), showlegend=points.colour_by != "concept"
    )
    own = {name: fact for name, fact in facts.items() if name != "figure"}
    disparities = facts.get("disparities")
    return finished(
        figure,
        context,
        kind=str(facts["figure"]),
        title=title,
        height=grid_height(panels, columns, row_height),
        facts={"method": method, "colour_by": points.colour_by, **own},
        head_room=head_room(panels),
        least_width=ALIGNED_WIDTH * columns if columns < 4 else 220 * columns,
        finding="; ".join(
            filter(
                None,
                (
                    mixing_finding(places, points, context),
                    disparity_finding(disparities, context) if disparities else "",
                ),
            )
        ),
    )
