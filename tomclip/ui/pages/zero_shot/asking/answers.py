"""One encoder's answer as a table: ranks, how far they moved, and which are right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from tomclip.ui.computing import cached
from tomclip.ui.pages.zero_shot.asking.ranks import Ranking, rank_words
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import picture_address
from tomclip.ui.parts.layout import side_by_side
from tomclip.ui.parts.tables import show_table

SHOWN = 10
ROW_HEIGHT, PICTURE_SIDE = 40, 64


@dataclass(frozen=True)
class Shown:
    """How answers are shown.

    Attributes:
        language: of the names.
        rendering: of the pictures.
        right: rows of the right answers, where they are known.
        what: what a candidate is, such as "picture".
    """

    language: str
    rendering: str
    right: Sequence[int] = ()
    what: str = "picture"


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
            show_table(
                answer_table(answer, before, shown),
                hide_index=True,
                height="content",
                row_height=ROW_HEIGHT,
                column_config={
                    "picture": st.column_config.ImageColumn("", width=44),
                    "cosine": st.column_config.NumberColumn(format="%.2f", width=62),
                },
            )


def verdict(answer: Ranking, before: Ranking | None, row: int, shown: Shown) -> str:
    """Returns in words whether a right answer is among the first ten, and where it stands."""
    name = cached.dataset().names[shown.language][row]
    place = answer.place(row)
    if place is None:
        return f":gray[*{name}* is not among the concepts that are offered]"
    words = rank_words(place, before.place(row) if before else None)
    hit = place <= SHOWN
    mark = ":green[:material/check_circle: hit]" if hit else ":red[:material/cancel: miss]"
    return f"{mark}: *{name}* comes **{words}** of {len(answer):,}"


def answer_table(answer: Ranking, before: Ranking | None, shown: Shown) -> pd.DataFrame:
    """Returns the first ten candidates, and behind them the right ones that come later.

    Columns: rank (beside the baseline's, after a "✓" where it is right), picture, name, in English
    (where that is another language) and cosine.
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
            "picture": [picture_address(row, shown.rendering, PICTURE_SIDE) for row in rows],
            "name": [data.names[shown.language][row] for row in rows],
            "cosine": answer.cosines[places],
        }
    )
    if shown.language != "en":
        table.insert(3, "in English", [data.names["en"][row] for row in rows])
    return table
