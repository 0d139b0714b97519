"""Tables and lists whose rows are items, and select them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

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
    widget_key = state.widget_key(own_key)

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


def select_button(ids: Sequence[str], key: str) -> None:
    """Shows a button that selects items.

    Args:
        ids: of the items.
        key: of the button.
    """
    same = state.current().ids == tuple(ids)
    st.button(
        "Selected" if same else f"Select these {len(ids)}",
        icon=":material/check:" if same else ":material/select_all:",
        key=f"select:{key}",
        type="tertiary",
        disabled=same,
        on_click=state.take_ids,
        args=(tuple(ids),),
    )
