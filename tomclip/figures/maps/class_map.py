"""Class labels in several languages on the maps of several encoders, in boxes of their groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.maps.class_panels import ClassPanel, Group, PanelSize, add_class_panel
from tomclip.figures.maps.label_places import NoRoom
from tomclip.figures.maps.map_axes import map_ranges, panel_axes, style_map_axes
from tomclip.figures.maps.map_panels import MapPanel, grid_height, head_room, map_grid, map_legend
from tomclip.figures.maps.points import Points, checked_maps, points_of, rows_of_maps
from tomclip.figures.maps.scatter import disparity_note
from tomclip.figures.style.context import NO_CONTEXT
from tomclip.figures.style.palette import HUES, LIGHT, language_style
from tomclip.figures.style.panels import panel_rows
from tomclip.figures.style.template import FigureContext, empty_figure, finished
from tomclip.geometry.superposition import superpose_all

SIZES = (
    PanelSize(columns=3, width=262, height=320),
    PanelSize(columns=2, width=405, height=400),
    PanelSize(columns=1, width=830, height=560),
)
"""How large a panel is in a figure of LEAST_WIDTH pixels, by panels in a row."""
LEAST_WIDTH = 900
HEAD_AND_LEGEND = 150
"""Pixels of the figure's height that its title, its axes and its legend take."""


def class_map_figure(
    maps: Mapping[str, np.ndarray],
    *,
    groups: Mapping[str, Sequence[str]],
    labels: Sequence[str],
    languages: Sequence[str],
    ids: Sequence[str],
    context: FigureContext | None = None,
    method: str = "UMAP",
) -> go.Figure:
    """Returns the words of some classes on every encoder's map, the same groups boxed everywhere.

    A word has the colour of its language and stands beside its dot; a thin line leads to it where
    the dots are crowded. A box holds all dots of a group in all languages: a small box is a group
    that the encoder keeps together across languages. The other encoders' maps are laid onto the
    first one's. No two words overlap in a figure of 900 pixels or more; there are as many panels in
    a row, three at most, as that allows. `customdata` of a dot is [id, row].

    Args:
        maps: (n, 2) coordinates by encoder name, of the same rows in the same order.
        groups: ids of the classes by the title of their group; only these are drawn.
        labels: n words.
        languages: n language codes; "" is an image, which has a dot without a word.
        ids: n ids, the same for every language of a class.
        context, method: see `map_figure`.

    Raises:
        InputError: see `aligned_maps_figure`; also when an id of a group is not among `ids`, stands
            in two groups, or the words do not fit.

    References:
        You, Kang and Jung, "Topological alignment of shared vision-language embedding space",
        AISTATS 2026, figure 2, which shows two languages under three encoders so.
    """
    context = context or NO_CONTEXT
    n = rows_of_maps(maps)
    points = points_of(n, labels, languages, None, ids, "language")
    checked = checked_maps(maps, n)
    title = "Class labels by group"
    boxed = _groups(groups, points)
    if not boxed:
        return empty_figure("No group to show.", context, kind="class_map", title=title)
    laid = superpose_all(checked)
    codes = list(dict.fromkeys(points.languages.tolist()))
    panels = [
        MapPanel(context.encoder(name), one.places, codes, disparity_note(number, one.disparity))
        for number, (name, one) in enumerate(laid.items())
    ]
    size, drawn = _fitted(panels, boxed, points)
    figure = map_grid(panels, size.columns, size.height)
    for number, panel in enumerate(drawn):
        add_class_panel(figure, panel, number, size.columns, points, context)
    style_map_axes(figure, [panel.xy for panel in panels], method, size.columns)
    _set_ranges(figure, drawn)
    figure.update_layout(legend=map_legend(points, codes, context), showlegend=True)
    facts: dict[str, Any] = {
        "method": method,
        "groups": {group.title: list(group.ids) for group in boxed},
        "columns": size.columns,
        "disparities": {name: one.disparity for name, one in laid.items()},
    }
    rows = panel_rows(len(panels), size.columns)
    return finished(
        figure,
        context,
        kind="class_map",
        title=title,
        height=grid_height(panels, size.columns, size.height) + HEAD_AND_LEGEND * (rows > 0),
        facts=facts,
        head_room=head_room(panels),
        least_width=LEAST_WIDTH,
    )


def _groups(groups: Mapping[str, Sequence[str]], points: Points) -> list[Group]:
    """Returns the groups that have members, each with a colour that no language has."""
    known, seen = set(points.ids.tolist()), set()
    for title, ids in groups.items():
        if unknown := [one for one in ids if one not in known]:
            raise InputError(f"group {title!r} holds {unknown[0]!r}, which is not on the map")
        if twice := [one for one in ids if one in seen]:
            raise InputError(f"{twice[0]!r} stands in two groups; name each class once")
        seen |= set(ids)
    taken = {language_style(code).colour for code in set(points.languages.tolist())}
    free = [hue for hue in HUES if LIGHT[hue] not in taken] or list(HUES)
    filled = [(title, tuple(ids)) for title, ids in groups.items() if len(ids)]
    return [
        Group(title, ids, LIGHT[free[number % len(free)]])
        for number, (title, ids) in enumerate(filled)
    ]


def _fitted(
    panels: Sequence[MapPanel], groups: Sequence[Group], points: Points
) -> tuple[PanelSize, list[ClassPanel]]:
    """Returns the smallest panels into which all words fit, and what stands where in each."""
    members = [one for group in groups for one in group.ids]
    drawn = np.flatnonzero(np.isin(points.ids, members))
    middle = np.mean(map_ranges([panel.xy[drawn] for panel in panels]), axis=1)
    reach = max(float(np.ptp(panel.xy[drawn], axis=0).max()) for panel in panels) or 1.0
    sizes = [size for size in SIZES if size.columns <= max(len(panels), 1)]
    for size in sizes:
        scale = size.scale(np.concatenate([panel.xy[drawn] for panel in panels]), middle, reach)
        try:
            return size, [
                ClassPanel.of(panel, groups, points, size, middle, scale) for panel in panels
            ]
        except NoRoom as error:
            if size is sizes[-1]:
                raise error
    raise AssertionError("there is a size for one panel in a row")


def _set_ranges(figure: go.Figure, panels: Sequence[ClassPanel]) -> None:
    for number, panel in enumerate(panels):
        x_axis, y_axis = panel_axes(number)
        x_range, y_range = panel.ranges
        figure.layout[f"xaxis{x_axis[1:]}"].range = x_range
        figure.layout[f"yaxis{y_axis[1:]}"].range = y_range
