"""Maps: two-dimensional projections of embeddings, one encoder or several side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.errors import InputError
from tomclip.figures.maps.map_panels import add_map, map_legend, style_map_axes, write_disparities
from tomclip.figures.maps.points import ColourBy, Points, checked_xy, points_of
from tomclip.figures.style.axes import series_to_show
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.findings import disparity_finding
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    empty_figure,
    finished,
    style_panel_titles,
)
from tomclip.geometry.superposition import superpose_all

SINGLE_HEIGHT, ALIGNED_HEIGHT = 600, 520
ALIGNED_WIDTH = 280
DISPARITY_ROOM = 14


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
    above 6,000 hovering shows the id only, so that the page stays small.

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
    return _maps({"": xy}, points, context, highlight, vector, method, kind="map", title=title)


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
    if not maps:
        raise InputError("no maps came; give coordinates of at least one encoder")
    n = len(next(iter(maps.values())))
    points = points_of(n, labels, languages, categories, ids, colour_by)
    checked = {name: checked_xy(xy, n) for name, xy in maps.items()}
    laid = superpose_all(checked) if n else {}
    return _maps(
        {name: one.places for name, one in laid.items()} or checked,
        points,
        context,
        highlight,
        vector,
        method,
        kind="aligned_maps",
        title=f"Aligned {method} maps",
        disparities={name: one.disparity for name, one in laid.items()},
    )


def _maps(
    maps: Mapping[str, np.ndarray],
    points: Points,
    context: FigureContext,
    highlight: Sequence[str] | None,
    vector: bool,
    method: str,
    *,
    kind: str,
    title: str,
    disparities: Mapping[str, float] | None = None,
) -> go.Figure:
    checked = [checked_xy(xy, len(points)) for xy in maps.values()]
    if not len(points):
        return empty_figure("No points to show.", context, kind=kind, title=title)
    by_concept = points.colour_by == "concept"
    names = list(dict.fromkeys(points.groups.tolist()))
    shown = series_to_show(names, highlight, limit=0 if by_concept else 8)
    titles = [literal(context.encoder(name)) for name in maps]
    figure = make_subplots(1, len(checked), subplot_titles=titles, horizontal_spacing=0.03)
    style_panel_titles(figure)
    if disparities and len(disparities) > 1:
        figure.update_annotations(yshift=4 + DISPARITY_ROOM)
        write_disparities(figure, disparities)
    for column, xy in enumerate(checked, start=1):
        add_map(
            figure,
            xy,
            points,
            shown,
            context,
            vector=vector,
            legend=column == 1,
            place={"row": 1, "col": column},
        )
    style_map_axes(figure, checked, method)
    legend = {**map_legend(points, shown, context), "itemsizing": "constant"}
    figure.update_layout(legend=legend, showlegend=not by_concept)
    facts: dict[str, Any] = {"method": method, "colour_by": points.colour_by, "highlighted": shown}
    if disparities:
        facts["disparities"] = disparities
    alone = len(checked) == 1
    height, head_room = (
        (SINGLE_HEIGHT, 0) if alone else (ALIGNED_HEIGHT, PANEL_ROOM + DISPARITY_ROOM)
    )
    return finished(
        figure,
        context,
        kind=kind,
        title=title,
        height=height,
        facts=facts,
        head_room=head_room,
        least_width=ALIGNED_WIDTH * len(checked),
        finding=disparity_finding(disparities, context) if disparities else "",
    )
