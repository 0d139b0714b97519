"""What is selected on a map: a loop of words joined in order, or the two groups of a merge."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import PALETTES, ThemeName
from tomclip.figures.style.template import traces_of

MOST_NAMED = 14
"""Words of a loop that are written beside it."""
GROUP_COLOURS = ("purple", "orange")
Axes = tuple[str, str]
Places = Mapping[str, np.ndarray]


def draw_loop(
    figure: go.Figure,
    ids: Sequence[str],
    titles: Mapping[str, str],
    *,
    languages: Sequence[str] | None = None,
    language: str = "",
    theme: ThemeName | None = None,
) -> int:
    """Joins items in their order, the last with the first, in every panel of a map.

    Where an item is not on the map the line has a gap. At most 14 words are written beside it, each
    with its number.

    Args:
        figure: of `map_figure` or `aligned_maps_figure`; it is changed.
        ids: of the items, in order.
        titles: shown name by id.
        languages: language code of every row of the map; None where each id is there once.
        language: whose points are joined; those of the map's first language where it has none.
        theme: of the figure; None for light.

    Returns:
        How many of the items are on the map.
    """
    colours, there = PALETTES[theme or "light"], 0
    for axes, places in _panels(figure, languages, language):
        there = max(there, sum(one in places for one in ids))
        path = np.array([places.get(one, (np.nan, np.nan)) for one in (*ids, *ids[:1])])
        named = len(ids) <= MOST_NAMED
        words = [f"{number} {literal(titles[one])}" for number, one in enumerate(ids, start=1)]
        figure.add_scatter(
            x=path[:, 0],
            y=path[:, 1],
            xaxis=axes[0],
            yaxis=axes[1],
            mode="lines+markers+text" if named else "lines+markers",
            text=[*words, ""] if named else None,
            textposition=_outwards(path) if named else None,
            textfont={"size": 11, "color": colours["ink"]},
            line={"color": colours["ink"], "width": 2},
            marker={"size": 7, "color": colours["ink"]},
            name="loop",
            hoverinfo="skip",
            showlegend=False,
            cliponaxis=False,
        )
    return there


def draw_groups(
    figure: go.Figure,
    groups: Sequence[Sequence[str]],
    *,
    languages: Sequence[str] | None = None,
    language: str = "",
    theme: ThemeName | None = None,
) -> int:
    """Colours the two groups of a merge in every panel of a map, and joins where they meet.

    Args:
        figure: of `map_figure` or `aligned_maps_figure`; it is changed.
        groups: ids of the two groups; they meet at the first id of each.
        languages, language, theme: see `draw_loop`.

    Returns:
        How many of the items are on the map.

    Raises:
        InputError: when there are not two groups.
    """
    if len(groups) != 2:
        raise InputError(f"{len(groups)} groups came; a merge has two")
    colours, there = PALETTES[theme or "light"], 0
    for number, (axes, places) in enumerate(_panels(figure, languages, language)):
        found = [[places[one] for one in group if one in places] for group in groups]
        there = max(there, sum(map(len, found)))
        for group, xy, colour in zip(groups, found, GROUP_COLOURS, strict=True):
            drawn = np.array(xy, dtype=float).reshape(-1, 2)
            figure.add_scatter(
                x=drawn[:, 0],
                y=drawn[:, 1],
                xaxis=axes[0],
                yaxis=axes[1],
                mode="markers",
                marker={"size": 8, "color": colours[colour], "symbol": "circle"},
                name=f"group of {len(group):,}",
                legendgroup=f"selected {colour}",
                hoverinfo="skip",
                showlegend=number == 0,
            )
        meeting = [places.get(group[0], (np.nan, np.nan)) for group in groups]
        figure.add_scatter(
            x=[x for x, _ in meeting],
            y=[y for _, y in meeting],
            xaxis=axes[0],
            yaxis=axes[1],
            mode="lines",
            line={"color": colours["ink"], "width": 2.5},
            name="where they meet",
            hoverinfo="skip",
            showlegend=False,
        )
    return there


def items_on(figure: go.Figure) -> set[str]:
    """Returns the ids of the items on a map."""
    marked = (trace for trace in traces_of(figure) if trace.customdata is not None)
    return {str(one[0]) for trace in marked for one in trace.customdata}


def _panels(
    figure: go.Figure, languages: Sequence[str] | None, language: str
) -> Iterator[tuple[Axes, Places]]:
    """Yields the axes of every panel, and the place of every item in it."""
    spoken = list(dict.fromkeys(languages or ()))
    wanted = language if language in spoken else next(iter(spoken), "")
    panels: dict[Axes, list[Any]] = {}
    for trace in traces_of(figure):
        if trace.customdata is not None:
            panels.setdefault((trace.xaxis or "x", trace.yaxis or "y"), []).append(trace)
    for axes, traces in panels.items():
        places: dict[str, np.ndarray] = {}
        for trace in traces:
            for (one, row, *_), x, y in zip(trace.customdata, trace.x, trace.y, strict=True):
                if languages is None or languages[int(row)] == wanted:
                    places[str(one)] = np.array([x, y], dtype=float)
        yield axes, places


def _outwards(path: np.ndarray) -> list[str]:
    """Returns on which side of each point its word leads away from the middle of the loop."""
    sides = path - np.nanmean(path, axis=0)
    level = np.abs(sides[:, 0]) > np.abs(sides[:, 1])
    across = np.where(sides[:, 0] < 0, "middle left", "middle right")
    upright = np.where(sides[:, 1] < 0, "bottom center", "top center")
    return np.where(level, across, upright).tolist()
