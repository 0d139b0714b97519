"""Pictures as rows of a table: what each shows, its rank, and what it is taken for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.ui.computing import cached
from tomclip.ui.pages.zero_shot.asking.answers import name_width
from tomclip.ui.pages.zero_shot.naming import Named
from tomclip.ui.parts.concepts import concept_titles, picture_address
from tomclip.ui.selecting.data import rows_of
from tomclip.ui.selecting.rows import item_rows

MOST_LISTED = 2_000
"""Rows of a table: each has pictures, which go to the browser."""
BY_ENGLISH, WIDENED = "in English taken for", ("name", "taken for")
MEASURED = 10
"""Rows that stand in the browser before anyone scrolls: those of which it takes the widths."""


def class_table(named: Named, places: np.ndarray, english: Named | None = None) -> pd.DataFrame:
    """Returns a row per picture: its rank, what it is taken for, and its name where that is new.

    Args:
        named: the pictures.
        places: which of them, in their order; the first 2,000 are listed.
        english: the same pictures in English, where that is another language.
    """
    data, found, kept = cached.dataset(), named.found, places[:MOST_LISTED]
    pictures = [found.pictures[at] for at in kept]
    titles = concept_titles(rows_of(pictures))
    right, chosen = (
        [found.classes[side[at]] for at in kept] for side in (found.right, found.chosen)
    )
    ranks = named.ranks[kept].tolist()
    wrong = [one != other for one, other in zip(right, chosen, strict=True)]
    table = pd.DataFrame(
        {
            "": _addresses(pictures),
            data.item_word[:-1].lower(): [titles[one] for one in pictures],
            "name": [named.words[one] for one in right],
            "rank": [f"✓ {rank:,}" if rank == 1 else f"{rank:,}" for rank in ranks],
            " ": _addresses(
                [one if is_wrong else "" for one, is_wrong in zip(chosen, wrong, strict=True)]
            ),
            "taken for": [
                named.words[one] if is_wrong else None
                for one, is_wrong in zip(chosen, wrong, strict=True)
            ],
        }
    )
    if list(table["name"]) == [data.titles[row] for row in rows_of(pictures)]:
        table = table.drop(columns="name")  # the item's own column says it
    if set(found.classes).isdisjoint(data.ids):
        table = table.drop(columns=" ")  # a label has no picture of its own
    if english is not None:
        table[BY_ENGLISH] = _taken_for(english, pictures)
    return table


def _widened(table: pd.DataFrame) -> dict[str, Any]:
    """Returns the forms of those columns of texts that the browser would make too narrow."""
    texts = [name for name in (*WIDENED, BY_ENGLISH) if name in table]
    widths = {name: name_width(list(table[name].head(MEASURED).dropna())) for name in texts}
    return {name: st.column_config.TextColumn(width=one) for name, one in widths.items() if one}


def _taken_for(named: Named, pictures: list[str]) -> list[str | None]:
    """Returns the name that each picture is given; None where it is not asked about."""
    found = named.found
    given = {
        picture: "itself" if right == chosen else named.words[found.classes[chosen]]
        for picture, right, chosen in zip(found.pictures, found.right, found.chosen, strict=True)
    }
    return [given.get(one) for one in pictures]


def _addresses(ids: list[str]) -> list[str | None]:
    """Returns the picture of every item; None where the id is that of none."""
    rendering = cached.dataset().held_out_rendering
    row_of = {one: int(row) for one in ids if one for row in rows_of([one])}
    return [picture_address(row_of[one], rendering) if one in row_of else None for one in ids]


def show_rows(
    named: Named, table: pd.DataFrame, places: np.ndarray, key: str, *, height: int
) -> None:
    """Shows such a table; a row selects its item.

    Args:
        named: the pictures.
        table: of `class_table`.
        places: as given to it.
        key: of the table, its own in the studio.
        height: in pixels.
    """
    if len(places) > len(table):
        st.caption(f"The first {len(table):,} of {len(places):,}.")
    image = st.column_config.ImageColumn(width=36)
    items = [(named.found.pictures[at],) for at in places[: len(table)]]
    item_rows(
        table,
        items,
        key,
        hide_index=True,
        height=height,
        column_config={"": image, " ": image, **_widened(table)},
        placeholder="",
    )
