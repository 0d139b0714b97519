"""Concepts as a person sees them: chosen by name, and listed with words and pictures."""

from __future__ import annotations

import base64
from functools import lru_cache

import pandas as pd
import streamlit as st

from tomclip.data import language
from tomclip.ui.parts import controls
from tomclip.ui.parts.cached import dataset

FIRST_CONCEPT = "1f98a"  # the fox: short names in all languages
MOST_FOUND = 8
MOST_LISTED = 200


def concept_picker() -> tuple[str, ...]:
    """Returns the ids of the concepts a person looks for, at most eight."""
    return controls.several_picker(
        "Find concepts",
        "found",
        concept_titles(),
        (),
        most=MOST_FOUND,
        placeholder="Type an English name, for example fox",
    )


def concept_titles() -> dict[str, str]:
    """Returns emoji and English name of every concept by its id."""
    data = dataset()
    rows = zip(data.concepts["id"], data.concepts["emoji"], data.names["en"], strict=True)
    return {identity: f"{emoji} {name}" for identity, emoji, name in rows}


def concept_table(points: pd.DataFrame, *, rendering: str) -> None:
    """Shows the points of `maps.map_points` as a table with pictures; the first 200 of them."""
    shown = points.head(MOST_LISTED)
    more = "" if len(shown) == len(points) else f", the first {len(shown)} shown"
    st.markdown(f"**{len(points):,} selected**{more}")
    table = pd.DataFrame(
        {
            "picture": [picture_address(int(row), rendering) for row in shown["concept"]],
            "words": shown["words"].to_numpy(),
            "language": [language(code).name if code else "picture" for code in shown["language"]],
            "English name": shown["english"].to_numpy(),
            "category": shown["category"].to_numpy(),
        }
    )
    st.dataframe(
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
