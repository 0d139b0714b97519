"""The panels of a map: points, joined concepts, axes, and what alignment left, in rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.results import ArrayRecord
from tomclip.figures.maps.map_axes import panel_axes
from tomclip.figures.maps.points import (
    Points,
    marker_size,
    points_properties,
    series_style,
    series_title,
)
from tomclip.figures.maps.spokes import add_spokes
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.panels import panel_place, panel_rows
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    style_panel_titles,
)

NOTE_ROOM = 14
ROW_GAP = 14
"""Pixels between the maps of a row and the titles of the next one."""
MOST_GREY = 1_500
"""Grey points of a panel that shows one series before the others: a sample says where they are."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class MapPanel(ArrayRecord):
    """One panel: where the n points lie, which series have a colour there, and what is said of it.

    Attributes:
        title: above the panel; "" where there is one panel only.
        xy: (n, 2) places.
        shown: series in colour, the others are grey.
        note: below the title, such as what alignment left; "" for nothing.
        thinned: whether the grey points are a sample that only says where the others are.
    """

    title: str
    xy: np.ndarray
    shown: Sequence[str]
    note: str = ""
    thinned: bool = False


def map_grid(panels: Sequence[MapPanel], columns: int, row_height: int) -> go.Figure:
    """Returns the empty panels in rows, each below its title and its note.

    Args:
        panels: at least one.
        columns: panels in a row.
        row_height: of a row's maps in pixels, without the room for title and note.
    """
    rows = panel_rows(len(panels), columns)
    head = head_room(panels) + ROW_GAP
    titles = [literal(panel.title) for panel in panels]
    blank = [""] * (rows * columns - len(panels))
    figure = make_subplots(
        rows,
        columns,
        specs=[
            [{} if row * columns + at < len(panels) else None for at in range(columns)]
            for row in range(rows)
        ],
        subplot_titles=None if titles == [""] else [*titles, *blank],
        horizontal_spacing=0.03 if columns < 4 else 0.02,
        vertical_spacing=head / (rows * row_height + (rows - 1) * head) if rows > 1 else 0.0,
    )
    style_panel_titles(figure)
    noted = any(panel.note for panel in panels)
    if noted:
        figure.update_annotations(yshift=4 + NOTE_ROOM)
    for number, panel in enumerate(panels):
        if panel.note:
            _write_note(figure, panel.note, number)
    return figure


def head_room(panels: Sequence[MapPanel]) -> int:
    """Returns the pixels above a row that its titles and notes need."""
    if not any(panel.title for panel in panels):
        return 0
    return PANEL_ROOM + NOTE_ROOM * any(panel.note for panel in panels)


def grid_height(panels: Sequence[MapPanel], columns: int, row_height: int) -> int:
    """Returns the pixels that all rows take together, without the room above the first one."""
    rows = panel_rows(len(panels), columns)
    return rows * row_height + (rows - 1) * (head_room(panels) + ROW_GAP)


def _write_note(figure: go.Figure, note: str, number: int) -> None:
    x_axis, y_axis = panel_axes(number)
    figure.add_annotation(
        text=literal(note),
        x=0.5,
        xref=f"{x_axis} domain",
        y=1,
        yref=f"{y_axis} domain",
        yanchor="bottom",
        yshift=2,
        showarrow=False,
        font={"size": 11, "color": LIGHT["muted"]},
    )


def add_map(
    figure: go.Figure,
    panel: MapPanel,
    number: int,
    points: Points,
    context: FigureContext,
    *,
    columns: int,
    names: Sequence[str],
    vector: bool,
    legend: Sequence[str],
) -> None:
    """Adds the points of a panel: the others in grey first, then one trace per shown series.

    Args:
        figure: of `map_grid`; it is changed.
        panel, number: which panel, counted from 0.
        points: what is known of the points.
        context: names languages.
        columns: panels in a row.
        names: every series that has a colour somewhere: a series has one style in all panels.
        vector: SVG marks whatever the number of points.
        legend: series whose entry of the legend stands for this panel's trace; "" for the others.
    """
    place = panel_place(number, columns)
    size = panel_marker_size(len(points), columns)
    rest = np.flatnonzero(~np.isin(points.groups, list(panel.shown)))
    if len(rest):
        figure.add_trace(
            _grey_points(panel, rest, points, context, vector, size=size, legend="" in legend),
            **place,
        )
    for name in panel.shown:
        style, title = (
            series_style(points, name, list(names).index(name)),
            series_title(points, name, context),
        )
        rows = np.flatnonzero(points.groups == name)
        if points.colour_by == "concept":
            add_spokes(
                figure,
                panel.xy[rows],
                title,
                panel_axes(number),
                line_colour=style.colour,
                colours=LIGHT,
            )
        trace = {
            **points_properties(panel.xy, rows, points, context, vector),
            "name": literal(title),
            "legendgroup": name,
            "showlegend": name in legend and points.colour_by != "concept",
            "marker": {
                "size": size,
                "color": style.colour,
                "symbol": style.symbol,
                "opacity": 0.85,
            },
        }
        figure.add_trace(trace, **place)


def panel_marker_size(n: int, columns: int) -> float:
    """Returns the diameter in pixels of n marks: smaller where panels are narrow."""
    return round(marker_size(n) * {1: 1.0, 2: 0.85}.get(columns, 0.7), 1)


def _grey_points(
    panel: MapPanel,
    rest: np.ndarray,
    points: Points,
    context: FigureContext,
    vector: bool,
    *,
    size: float,
    legend: bool,
) -> dict[str, Any]:
    """Returns the series that have no colour in a panel; a sample of them cannot be pointed at."""
    sampled = panel.thinned and len(rest) > MOST_GREY
    rows = rest[np.linspace(0, len(rest) - 1, MOST_GREY).astype(int)] if sampled else rest
    trace = points_properties(panel.xy, rows, points, context, vector)
    if panel.thinned:
        dumb = {"customdata": None, "hovertext": None, "hovertemplate": None, "hoverinfo": "skip"}
        trace.update(dumb)
    others = {"language": "other languages", "category": "other categories"}
    return {
        **trace,
        "name": others.get(points.colour_by, "other concepts"),
        "legendgroup": "others",
        "legendrank": 2_000,
        "showlegend": legend,
        "marker": {"size": size * 0.7, "color": LIGHT["context"], "opacity": 0.7},
    }


def map_legend(points: Points, shown: Sequence[str], context: FigureContext) -> dict[str, Any]:
    """Returns the legend below the maps, with marks of one size."""
    titles = [series_title(points, name, context) for name in shown]
    return {**bottom_legend([*titles, "other languages"]), "itemsizing": "constant"}
