"""Tables and lists whose rows are items, and select them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zlib import crc32

import pandas as pd
import streamlit as st

from tomclip.ui.parts.tables import show_table
from tomclip.ui.selecting import state
from tomclip.ui.selecting.item_sets import ItemSelection


def item_rows(
    table: pd.DataFrame, items: Sequence[tuple[str, ...]], key: str, **options: Any
) -> None:
    """Shows a table whose rows can be selected, each for its items; selected ones are marked.

    Args:
        table: one row for each of `items`.
        items: ids of the items of each row.
        key: of the table, its own in the studio.
        options: of `show_table`.
    """
    chosen = set(state.current().ids)
    rows = [row for row, ids in enumerate(items) if ids and chosen.issuperset(ids)]
    own_key = f"items:{key}"
    widget_key = _shown_key(own_key, rows)

    def react() -> None:
        taken = st.session_state[widget_key]["selection"]["rows"]
        ids = dict.fromkeys(one for row in taken for one in items[row])
        state.take(ItemSelection(tuple(ids)), by=own_key)

    show_table(
        table,
        key=widget_key,
        on_select=react,
        selection_mode="multi-row",
        selection_default={"selection": {"rows": rows}},
        **options,
    )


def _shown_key(own_key: str, rows: Sequence[int]) -> str:
    """Returns the key of a table's widget: a new one for rows that were selected elsewhere.

    The browser marks the rows that a table begins with, and no others that are selected later.
    """
    key = state.widget_key(own_key)
    if state.was_taken_by(own_key) or not rows:
        return key
    return f"{key}:{crc32(repr(list(rows)).encode()):x}"


def select_button(ids: Sequence[str], key: str) -> None:
    """Shows a button that selects items.

    Args:
        ids: of the items.
        key: of the button.
    """
    same = state.current().ids == tuple(ids)
    st.button(
        "Selected" if same else "Select this one" if len(ids) == 1 else f"Select these {len(ids)}",
        icon=":material/check:" if same else ":material/select_all:",
        key=f"select:{key}",
        type="tertiary",
        disabled=same,
        on_click=state.take_ids,
        args=(tuple(ids),),
    )
