"""One encoder's answer as a table: ranks, how far they moved, and which are right.

Every row is an item: clicked ones are selected, selected ones are marked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from tomclip.data import language as known_language
from tomclip.figures.style.context import text_width
from tomclip.ui.computing import cached
from tomclip.ui.computing.shown_data import ENGLISH, ShownData
from tomclip.ui.pages.zero_shot.asking.ranks import Ranking, rank_words
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import picture_address
from tomclip.ui.parts.layout import side_by_side
from tomclip.ui.parts.markdown import literal, shortened
from tomclip.ui.selecting.data import ids_of
from tomclip.ui.selecting.rows import item_rows, select_button

SHOWN = 10
ROW_HEIGHT, PICTURE_SIDE = 40, 64
LATIN_SIZE, NAME_SIZE, CELL_ROOM, WIDEST_NAME = 11, 13, 18, 240
"""Pixels by which a name in a table is measured, of the room round it and of the widest column."""
FAR_WIDER = 1.5
MOST_OFFERED = 2_000
"""Items that a list to choose from holds; a browser gets slow on more."""


@dataclass(frozen=True)
class Shown:
    """How answers are shown.

    Attributes:
        language: of the names; "" calls every item by its title.
        rendering: of the pictures; "" where there are none.
        right: rows of the right answers, where they are known.
    """

    language: str
    rendering: str
    right: Sequence[int] = ()


def show_answers(key: str, found: Mapping[str, Ranking], baseline: str, shown: Shown) -> None:
    """Shows the answers of all encoders side by side, ranks beside those of the baseline.

    Args:
        key: of the row of tables, its own on the page.
        found: by encoder name; one that failed is left out.
        baseline: name of the encoder whose ranks the others are set beside.
        shown: how.
    """
    titles, first = controls.encoder_titles(), found.get(baseline)
    columns = side_by_side(key, wide=True)
    for name, answer in found.items():
        before = None if name == baseline else first
        with columns.container(border=True):
            st.markdown(f"**{titles[name]}**" + (" · baseline" if name == baseline else ""))
            for row in shown.right:
                st.markdown(verdict(answer, before, row, shown))
            _show_items(f"{key}:{name}", answer, before, shown)


def _show_items(key: str, answer: Ranking, before: Ranking | None, shown: Shown) -> None:
    """Shows the table, whose rows select items, and a button that selects the first ten."""
    items = ids_of(answer.rows[answer.shown(SHOWN, shown.right)])
    table = answer_table(answer, before, shown)
    item_rows(
        table,
        [(one,) for one in items],
        f"zero_shot/{key}",
        hide_index=True,
        height="content",
        row_height=ROW_HEIGHT,
        column_config={
            "picture": st.column_config.ImageColumn("", width=44),
            "name": st.column_config.TextColumn(width=name_width(list(table["name"]))),
            "cosine": st.column_config.NumberColumn(format="%.2f", width=62),
        },
    )
    select_button(ids_of(answer.rows[:SHOWN]), key)


def name_width(names: Sequence[str]) -> int | None:
    """Returns the pixels of a column that shows the longest name whole, up to a limit.

    None where the browser measures it: it leaves out cells that are far wider than the others.
    """
    widths = [text_width(name, LATIN_SIZE if name.isascii() else NAME_SIZE) for name in names]
    if not widths or max(widths) < FAR_WIDER * sum(widths) / len(widths):
        return None
    return round(min(max(widths) + CELL_ROOM, WIDEST_NAME))


def verdict(answer: Ranking, before: Ranking | None, row: int, shown: Shown) -> str:
    """Returns in words whether a right answer is among the first ten, and where it stands."""
    data = cached.dataset()
    name = literal(shortened(name_of(data, row, shown.language)))
    place = answer.place(row)
    if place is None:
        return f":gray[*{name}* {_why_not(data, row, shown.language)}]"
    words = rank_words(place, before.place(row) if before else None)
    hit = place <= SHOWN
    mark = ":green[:material/check_circle: hit]" if hit else ":red[:material/cancel: miss]"
    return f"{mark}: *{name}* comes **{words}** of {len(answer):,}"


def _why_not(data: ShownData, row: int, language: str) -> str:
    """Returns in words why an item is no candidate."""
    if language and data.places(language)[row] < 0:
        return f"has no text in {known_language(language).name}"
    if not language and data.pictured[row] < 0:
        return "has no picture"
    return f"is not among the {data.item_word.lower()} that are offered"


def name_of(data: ShownData, row: int, language: str) -> str:
    """Returns an item's text in a language, its title where it has none or none is asked for."""
    own = data.names[language][row] if language in data.names else ""
    return own or data.titles[row]


def answer_table(answer: Ranking, before: Ranking | None, shown: Shown) -> pd.DataFrame:
    """Returns the first ten candidates, and behind them the right ones that come later.

    Columns: rank (beside the baseline's, after a "✓" where it is right), picture (where the data
    set has any), cosine, name, and in English (where that is another language). Names come last, as
    captions may be longer than a table is wide.
    """
    data = cached.dataset()
    places = answer.shown(SHOWN, shown.right)
    rows = [int(answer.rows[place]) for place in places]
    table = pd.DataFrame(
        {
            "rank": [
                ("✓ " if row in shown.right else "")
                + rank_words(place + 1, before.place(row) if before else None)
                for place, row in zip(places, rows, strict=True)
            ],
            "cosine": answer.cosines[places],
            "name": [name_of(data, row, shown.language) for row in rows],
        }
    )
    if shown.language not in ("", ENGLISH) and ENGLISH in data.names:
        table["in English"] = [data.names[ENGLISH][row] for row in rows]
    if data.images:
        pictures = [picture_address(row, shown.rendering, PICTURE_SIDE) for row in rows]
        table.insert(1, "picture", pictures)
    return table
