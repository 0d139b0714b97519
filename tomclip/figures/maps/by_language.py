"""A map language by language: small panels, each with one language before the others in grey."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.maps.map_panels import MapPanel
from tomclip.figures.maps.points import checked_maps, points_of, rows_of_maps, series_title
from tomclip.figures.maps.scatter import disparity_note, maps_in_rows
from tomclip.figures.style.context import NO_CONTEXT
from tomclip.figures.style.panels import panel_rows
from tomclip.figures.style.template import FigureContext, empty_figure
from tomclip.geometry.superposition import superpose_all

COLUMNS = 4
SMALL_HEIGHT = 220


def language_maps_figure(
    maps: Mapping[str, np.ndarray],
    *,
    labels: Sequence[str],
    languages: Sequence[str],
    context: FigureContext | None = None,
    ids: Sequence[str] | None = None,
    vector: bool = False,
    method: str = "UMAP",
) -> go.Figure:
    """Returns a small panel for every language, in which the other languages are grey.

    With one encoder the panels stand in even rows of up to four. With several a row is a language
    and a column an encoder, whose map is laid onto the first one's (`tomclip.geometry.superpose`).
    All share one range and one zoom. `customdata` of a coloured point is [id, row]; of more than
    1,500 grey ones a sample is drawn.

    Args:
        maps: (n, 2) coordinates by encoder name, of the same rows in the same order; the title of
            a single one may be "".
        labels, languages, context, ids, vector, method: see `map_figure`.

    Raises:
        InputError: see `aligned_maps_figure`.
    """
    context = context or NO_CONTEXT
    n = rows_of_maps(maps)
    points = points_of(n, labels, languages, None, ids, "language")
    checked = checked_maps(maps, n)
    title = f"{method} map by language"
    if not n:
        return empty_figure("No points to show.", context, kind="language_maps", title=title)
    laid = superpose_all(checked)
    codes = list(dict.fromkeys(points.languages.tolist()))
    panels = [
        MapPanel(
            " · ".join(
                [series_title(points, code, context), *[context.encoder(name)] * (len(laid) > 1)]
            ),
            one.places,
            (code,),
            disparity_note(number, one.disparity),
            thinned=True,
        )
        for code in codes
        for number, (name, one) in enumerate(laid.items())
    ]
    figure = maps_in_rows(
        panels,
        points,
        context,
        method=method,
        vector=vector,
        facts={
            "figure": "language_maps",
            "highlighted": codes,
            "disparities": {name: one.disparity for name, one in laid.items()},
        },
        title=title,
        places={name: one.places for name, one in laid.items()},
        columns=len(laid) if len(laid) > 1 else _even_columns(len(codes)),
        row_height=SMALL_HEIGHT,
    )
    return figure.update_layout(showlegend=False)


def _even_columns(count: int) -> int:
    """Returns how many of so many panels stand in a row, so that no row is much shorter."""
    return -(-count // panel_rows(count, COLUMNS))
