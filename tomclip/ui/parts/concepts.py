"""Concepts as a person sees them: chosen by name, and listed with words and pictures."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from functools import lru_cache

import pandas as pd
import streamlit as st

from tomclip.data import language
from tomclip.ui.computing.cached import dataset
from tomclip.ui.parts import controls
from tomclip.ui.parts.tables import show_table
from tomclip.ui.view_state import choices

FIRST_CONCEPT = "1f98a"  # the fox: short names in all languages
MOST_FOUND = 8
MOST_LISTED = 200


def concept_picker(shown: Iterable[int]) -> tuple[str, ...]:
    """Returns the ids of the concepts a person looks for, at most eight of those in these rows."""
    return controls.several_picker(
        "Find concepts",
        choices.FOUND,
        concept_titles(shown),
        most=MOST_FOUND,
        placeholder=f"Type an English name, for example {_example(shown)}",
        help_text="Of those shown: choose other concepts, or show more of them, to find others.",
    )


def concept_titles(shown: Iterable[int] | None = None) -> dict[str, str]:
    """Returns emoji and English name by id of the concepts in these rows, or of all."""
    data = dataset()
    ids, emoji, names = data.concepts["id"], data.concepts["emoji"], data.names["en"]
    rows = range(len(data)) if shown is None else shown
    return {ids.iloc[row]: f"{emoji.iloc[row]} {names[row]}" for row in rows}


def _example(shown: Iterable[int]) -> str:
    """Returns a short English name among the concepts shown, the first concept's if it is."""
    data = dataset()
    names = {data.concepts["id"].iloc[row]: data.names["en"][row] for row in shown}
    return names.get(FIRST_CONCEPT) or min(names.values(), key=len)


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
    table = pd.DataFrame(
        {
            "picture": [picture_address(int(row), rendering) for row in shown["concept"]],
            "words": shown["words"].to_numpy(),
            "language": [language(code).name if code else "picture" for code in shown["language"]],
            "English name": shown["english"].to_numpy(),
            "category": shown["category"].to_numpy(),
        }
    )
    show_table(
        table,
        hide_index=True,
        row_height=40,
        column_config={"picture": st.column_config.ImageColumn("picture", width="small")},
    )


@lru_cache(maxsize=4096)
def picture_address(row: int, rendering: str, side: int = 48) -> str:
    """Returns a concept's picture as a data URI."""
    png = dataset().picture_png(row, rendering, side)
    return f"data:image/png;base64,{base64.b64encode(png).decode()}"
