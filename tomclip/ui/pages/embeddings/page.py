"""The Embeddings page: a map of captions and pictures, and what a person selects on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.export.lines import language_map_lines, map_lines
from tomclip.figures import (
    FigureContext,
    aligned_maps_figure,
    language_maps_figure,
    map_figure,
    point_out_concepts,
)
from tomclip.ui.computing import cached
from tomclip.ui.computing.maps import (
    DISPARITY_READING,
    PICTURES,
    MapChoice,
    map_points,
    needed_vector_jobs,
)
from tomclip.ui.computing.repeated import maps_read
from tomclip.ui.known_encoders.text_encoders import show_unread, with_pictures
from tomclip.ui.pages.embeddings.handover import show_handover
from tomclip.ui.pages.embeddings.lines import show_lines
from tomclip.ui.pages.embeddings.map_controls import chosen_languages, map_choice, view_and_encoders
from tomclip.ui.pages.embeddings.map_parts import (
    map_head,
    map_note,
    maps_when_ready,
    place_table,
)
from tomclip.ui.pages.embeddings.moved import show_moved
from tomclip.ui.pages.embeddings.paper_figure import show_paper_figure
from tomclip.ui.parts.concepts import concept_picker, concept_table
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.feedback import ready
from tomclip.ui.parts.layout import figure
from tomclip.ui.parts.selection import ItemPoints
from tomclip.ui.selecting import state
from tomclip.ui.theme import theme

if TYPE_CHECKING:
    import plotly.graph_objects as go

NO_LANGUAGE = "Choose at least one language, or the pictures."
NO_TEXTS = "These data have pictures and no texts: show the pictures' own vectors (More)."
READING = (
    "Near points are captions that the encoder holds to be alike. A map is a picture: diagrams and "
    "scores are computed in the original space."
)


def show() -> None:
    """Shows the controls, the chosen view, and the table of what is selected."""
    rows = ControlRows("embeddings")
    view, encoders = view_and_encoders(rows)
    find = rows.more.container()
    choice, colour_by = map_choice(rows, view, chosen_languages(rows))
    if PICTURES in choice.languages and not (encoders := with_pictures(encoders)):
        return
    if not choice.languages:
        st.info(NO_LANGUAGE if cached.dataset().names else NO_TEXTS)
        return
    show_unread(encoders, [code for code in choice.languages if code != PICTURES])
    if view == "moved":
        show_moved(encoders, choice, rows)
        return
    if view == "paper":
        show_paper_figure(encoders, choice, rows)
        return
    with find:
        found = concept_picker(choice.rows)
    show_map(
        encoders,
        choice,
        colour_by=colour_by,
        found=found,
        key="embeddings/map",
        by_language=view == "languages",
    )


def show_map(
    encoders: Sequence[str],
    choice: MapChoice,
    *,
    colour_by: str,
    found: Sequence[str],
    key: str,
    by_language: bool = False,
) -> None:
    """Shows one map, or several aligned to the first, and a table of the selected points.

    While another method works the principal components stand in for it.

    Args:
        encoders: names; the first one's map is the start of the others, which are laid onto it.
        choice: which points, and how they are laid out.
        colour_by: "language" or "category".
        found: ids of concepts on the map to point out.
        key: of the figure.
        by_language: whether every language has a panel of its own.
    """
    if not ready(needed_vector_jobs(encoders, choice)):
        return
    points = map_points(choice)

    def drawn(maps: Mapping[str, np.ndarray], method: str, note: str) -> go.Figure:
        if by_language:
            return _language_chart(maps, points, head(note), method, found)
        return _chart(maps, points, head(note), method, colour_by, found)

    def head(note: str) -> FigureContext:
        return map_head(encoders, choice, len(points), note)

    maps = maps_when_ready(encoders, choice, drawn)
    if not maps:
        return
    chart = drawn(maps, choice.layout.title, map_note(choice))
    shown = maps_read(encoders, choice, head(map_note(choice)))
    lines: Callable[[], str] = partial(map_lines, shown, colour_by=colour_by, pointed=tuple(found))
    if by_language:
        lines = partial(language_map_lines, shown, pointed=tuple(found))
    selected = figure(
        chart,
        key=key,
        data=lambda: place_table(maps, points),
        reading=READING if len(maps) == 1 else f"{READING} {DISPARITY_READING}",
        selection=ItemPoints(points["language"].tolist(), theme()),
        lines=lines,
    )
    _selected(points[points["id"].isin([one for (one,) in selected])], choice)
    show_lines(choice, lines)
    first = next(iter(encoders))
    show_handover(first, maps[first], points, choice)


def _chart(
    maps: Mapping[str, np.ndarray],
    points: pd.DataFrame,
    head: FigureContext,
    method: str,
    colour_by: str,
    found: Sequence[str],
) -> go.Figure:
    options: dict[str, Any] = {
        "labels": points["words"].tolist(),
        "languages": points["language"].tolist(),
        "categories": points["category"].tolist(),
        "ids": points["id"].tolist(),
        "colour_by": colour_by,
        "highlight": list(dict.fromkeys(points[colour_by])),
        "method": method,
        "context": head,
    }
    single = next(iter(maps.values())) if len(maps) == 1 else None
    chart = (
        aligned_maps_figure(maps, **options) if single is None else map_figure(single, **options)
    )
    return _pointed_out(chart, points, found)


def _language_chart(
    maps: Mapping[str, np.ndarray],
    points: pd.DataFrame,
    head: FigureContext,
    method: str,
    found: Sequence[str],
) -> go.Figure:
    chart = language_maps_figure(
        maps,
        labels=points["words"].tolist(),
        languages=points["language"].tolist(),
        ids=points["id"].tolist(),
        method=method,
        context=head,
    )
    return _pointed_out(chart, points, found)


def _pointed_out(chart: go.Figure, points: pd.DataFrame, found: Sequence[str]) -> go.Figure:
    if found:
        titles = dict(zip(points["id"], points["english"], strict=True))
        point_out_concepts(chart, {one: titles[one] for one in found}, theme=theme())
    return chart


def _selected(points: pd.DataFrame, choice: MapChoice) -> None:
    if points.empty and len(state.current()):
        st.caption("None of the selected concepts is on this map.")
    elif points.empty:
        st.caption("Select points with a click, a box or a lasso to see their words and pictures.")
    else:
        concept_table(points, rendering=choice.rendering, selected=len(state.current()))
