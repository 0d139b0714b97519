"""Concepts as a person sees them: chosen by name, and listed with words and pictures."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import lru_cache

import pandas as pd
import streamlit as st

from tomclip.data import language
from tomclip.ui.computing.chosen_data import data_key, dataset
from tomclip.ui.computing.shown_data import ENGLISH, DataKey
from tomclip.ui.parts import controls
from tomclip.ui.parts.markdown import shortened
from tomclip.ui.parts.tables import show_table
from tomclip.ui.view_state import choices

FIRST_CONCEPT = "1f98a"  # the fox: short names in all languages
MOST_FOUND = 8
MOST_LISTED = 200


def concept_picker(shown: Iterable[int]) -> tuple[str, ...]:
    """Returns the ids of the concepts a person looks for, at most eight of those in these rows."""
    return controls.several_picker(
        f"Find {dataset().item_word.lower()}",
        choices.FOUND,
        concept_titles(shown),
        most=MOST_FOUND,
        placeholder=f"Type a name, for example {_example(shown)}",
        help_text="Of those shown: choose other concepts, or show more of them, to find others.",
    )


def concept_titles(shown: Iterable[int] | None = None) -> dict[str, str]:
    """Returns emoji and English name by id of the concepts in these rows, or of all.

    Items of a workspace are called by their first text, cut short.
    """
    data = dataset()
    rows = list(range(len(data)) if shown is None else shown)
    marks = data.concepts["emoji"].iloc[rows].tolist()
    return {
        data.ids[row]: f"{mark} {shortened(data.titles[row])}".strip()
        for row, mark in zip(rows, marks, strict=True)
    }


def _example(shown: Iterable[int]) -> str:
    """Returns a short title among the items shown, the first concept's if it is."""
    data = dataset()
    names = {data.ids[row]: data.titles[row] for row in shown}
    return names.get(FIRST_CONCEPT) or shortened(min(names.values(), key=len))


def concept_table(points: pd.DataFrame, *, rendering: str, selected: int) -> None:
    """Shows the points of `maps.map_points` as a table with pictures; the first 200 of them.

    Args:
        points: those of selected concepts.
        rendering: whose pictures are shown.
        selected: how many concepts are selected, on this map or not.
    """
    shown = points.head(MOST_LISTED)
    more = "" if len(shown) == len(points) else f", the first {len(shown)} shown"
    there = points["id"].nunique()
    of = "" if there == selected else f" of {selected:,} selected"
    st.markdown(f"**{there:,}{of} on this map**: {len(points):,} points{more}")
    columns = {
        "picture": [picture_address(int(row), rendering) for row in shown["concept"]],
        "words": shown["words"].to_numpy(),
        "language": [language(code).name if code else "picture" for code in shown["language"]],
        "English name": shown["english"].to_numpy(),
        "category": shown["category"].to_numpy(),
    }
    data = dataset()
    if not data.images:
        del columns["picture"]
    if ENGLISH not in data.names:
        columns["item"] = columns.pop("English name")
    if not data.groupings:
        del columns["category"]
    table = pd.DataFrame(columns)
    show_table(
        table,
        hide_index=True,
        row_height=40,
        column_config={"picture": st.column_config.ImageColumn("picture", width="small")},
    )


def picture_address(row: int, rendering: str, side: int = 48) -> str:
    """Returns an item's picture as a data URI; "" where it has none."""
    return _address(data_key(), row, rendering, side)


@lru_cache(maxsize=4096)
def _address(data: DataKey, row: int, rendering: str, side: int) -> str:
    png = dataset(data).picture_png(row, rendering, side)
    return f"data:image/png;base64,{base64.b64encode(png).decode()}" if png else ""
