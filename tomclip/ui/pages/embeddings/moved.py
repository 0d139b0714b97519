"""Which captions moved without their neighbours between two encoders: coloured and listed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.export.lines import moved_map_lines
from tomclip.figures import moved_maps_figure
from tomclip.ui.computing.maps import (
    DISPARITY_READING,
    MapChoice,
    map_points,
    map_vector_jobs,
)
from tomclip.ui.computing.neighbours import MOST_ITEMS, change_job, joined_change
from tomclip.ui.computing.repeated import maps_read
from tomclip.ui.pages.embeddings.lines import show_lines
from tomclip.ui.pages.embeddings.map_parts import (
    map_head,
    map_note,
    maps_when_ready,
    place_table,
)
from tomclip.ui.pages.embeddings.moved_list import show_moved_list
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_table
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import figure
from tomclip.ui.parts.selection import ItemPoints
from tomclip.ui.selecting import state
from tomclip.ui.theme import theme
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    import plotly.graph_objects as go

ONE_ENCODER = (
    "Choose an encoder beside the first one: the neighbours of every caption are compared between "
    "two of them."
)
TOO_MANY = (
    f"Neighbours are compared among at most {MOST_ITEMS:,} items of a language; "
    "show fewer concepts."
)
READING = (
    "The colour of a point says what share of its nearest captions of the same language are others "
    "than under the first encoder. A caption that moved together with its neighbours is near 0 %, "
    "however far it went. The first map has the colours of the comparison that is listed."
)


def show_moved(encoders: Sequence[str], choice: MapChoice, rows: ControlRows) -> None:
    """Shows the maps coloured by the change of neighbours, and the captions that changed most."""
    if len(encoders) < 2:
        st.info(ONE_ENCODER)
        return
    if len(choice.rows) > MOST_ITEMS:
        st.info(TOO_MANY)
        return
    if not ready(map_vector_jobs(encoders, choice)):
        return
    first, *others = encoders
    with rows.more:
        neighbours, listed = _controls(others, len(choice.rows))
    found = outcomes({other: change_job(first, other, choice, neighbours) for other in others})
    if len(found) < len(others):
        return
    points = map_points(choice)
    change = {first: joined_change(found[listed])}
    change |= {other: joined_change(found[other]) for other in others}
    head = map_head(encoders, choice, len(points), map_note(choice))
    shown = maps_read(encoders, choice, head)
    lines = partial(moved_map_lines, shown, listed=listed, neighbours=neighbours)
    _show_maps(encoders, choice, points, change, neighbours, lines)
    show_moved_list(first, listed, choice, points, found[listed])
    show_lines(choice, lines)


def _controls(others: Sequence[str], items: int) -> tuple[int, str]:
    """Returns how many neighbours are compared, and the encoder whose changes are listed."""
    titles = controls.encoder_titles()
    neighbours = controls.number_slider(
        "Neighbours compared", choices.COMPARED_NEIGHBOURS, 1, max(min(50, items - 1), 1)
    )
    listed = others[0]
    if len(others) > 1:
        listed = controls.select_picker(
            "Listed", choices.MOVED_TO, {name: titles[name] for name in others}
        )
    return neighbours, listed


def _show_maps(
    encoders: Sequence[str],
    choice: MapChoice,
    points: pd.DataFrame,
    change: Mapping[str, np.ndarray],
    neighbours: int,
    lines: Callable[[], str],
) -> None:
    def drawn(maps: Mapping[str, np.ndarray], method: str, note: str) -> go.Figure:
        return moved_maps_figure(
            maps,
            change=change,
            neighbours=neighbours,
            labels=points["words"].tolist(),
            languages=points["language"].tolist(),
            ids=points["id"].tolist(),
            method=method,
            context=map_head(encoders, choice, len(points), note),
        )

    maps = maps_when_ready(encoders, choice, drawn)
    if not maps:
        return
    changes = {f"{name}_change": values for name, values in change.items()}
    selected = figure(
        drawn(maps, choice.layout.title, map_note(choice)),
        key="embeddings/moved",
        data=lambda: place_table(maps, points).assign(**changes),
        reading=f"{READING} {DISPARITY_READING}",
        selection=ItemPoints(points["language"].tolist(), theme()),
        lines=lines,
    )
    if selected:
        chosen = points[points["id"].isin([one for (one,) in selected])]
        concept_table(chosen, rendering=choice.rendering, selected=len(state.current()))
