"""The row that says what is selected, at the foot of every page that shows items."""

from __future__ import annotations

from html import escape

import pandas as pd
import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.data import language as known_language
from tomclip.ui.computing import cached
from tomclip.ui.parts.concepts import picture_address
from tomclip.ui.parts.tables import show_table
from tomclip.ui.selecting import state
from tomclip.ui.selecting.copy_link import copy_link
from tomclip.ui.selecting.data import ENGLISH, item_order, rows_of, words_of
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.selecting.naming import show_named
from tomclip.ui.selecting.store import named_selections
from tomclip.ui.theme import theme_colour
from tomclip.ui.view_state import choices

KEY = "selection_bar"
MOST_WORDS, MOST_LISTED = 8, 200
LIST_WIDTH = 520
"""Pixels of the list where the screen has so many: its columns are read without moving them."""
BAR_STYLE = f"""
[data-testid="stLayoutWrapper"]:has(> .st-key-{KEY}) {{bottom: 0; position: sticky; z-index: 90}}
.st-key-{KEY} {{
  box-shadow: 0 -1px 0 0 rgba(128,128,128,.35);
  padding: .25rem 0;
}}
.st-key-{KEY} > [data-testid="stElementContainer"]:has(.selected-words) {{
  flex: 1 1 12rem; min-width: 0; width: auto;
}}
.st-key-{KEY} .selected-words {{
  font-size: .9rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
}}
.st-key-{KEY} button {{padding-inline: .4rem}}
.st-key-selection-undo p, .st-key-selection-redo p {{font-size: 0}}
@media (max-width: 40rem) {{
  .st-key-{KEY} {{gap: 0 .25rem}}
  .st-key-{KEY} > [data-testid="stElementContainer"]:has(.selected-words) {{min-width: 100%}}
  .st-key-{KEY} [data-testid="stMarkdownContainer"] p, .st-key-{KEY} .copy-link [aria-live] {{
    font-size: 0;
  }}
}}
"""


def show_selection_bar(page: str) -> None:
    """Shows what is selected, or that it was just given up; nothing on a page without items.

    Args:
        page: its address.
    """
    if page not in choices.ITEMS.pages:
        return
    try:
        selection = state.current()
        data = item_order().data
    except TomclipError:
        return  # the page has said why there are no items
    history = state.history()
    given_up = not len(selection) and len(history.before.selection) > 0
    named = named_selections(data)
    if not len(selection) and not given_up and not named:
        return
    with st.container(key=KEY, horizontal=True, vertical_alignment="center", gap="small"):
        colour = theme_colour("backgroundColor", "Canvas")
        style = f"<style>.st-key-{KEY} {{background: {colour}}}</style>"
        words = f'<div class="selected-words">{described(selection)}</div>'
        st.html(style + words, width="stretch")
        if len(selection):
            with st.popover("List", icon=":material/list:", type="tertiary"):
                _show_items(selection)
        _step_buttons()
        with st.popover("Named", icon=":material/bookmark:", type="tertiary"):
            show_named(selection, named, data)
        if len(selection):
            copy_link()
            st.button(
                "Clear",
                icon=":material/deselect:",
                key="selection:clear",
                type="tertiary",
                on_click=state.clear,
            )


def described(selection: ItemSelection) -> str:
    """Returns in words, as HTML, how many items are selected, as what, and the first of them."""
    if not len(selection):
        return "Nothing selected"
    kinds = {"loop": "a loop in ", "merge": "two groups that merge in ", "set": ""}
    kind = kinds[selection.form]
    named = f"{kind}{known_language(selection.language).name}" if kind else ""
    words = words_of(selection.ids[:MOST_WORDS], selection.language or ENGLISH)
    between = " – " if selection.form == "loop" else ", "
    more = f" and {len(selection) - MOST_WORDS:,} more" if len(selection) > MOST_WORDS else ""
    head = f"<strong>{len(selection):,} selected</strong>"
    return " · ".join(filter(None, (head, named, escape(between.join(words)) + more)))


def _step_buttons() -> None:
    history = state.history()
    for label, icon, possible, step in (
        ("Undo selection", "undo", history.can_undo, state.undo),
        ("Redo selection", "redo", history.can_redo, state.redo),
    ):
        st.button(
            label,
            icon=f":material/{icon}:",
            key=f"selection:{icon}",
            type="tertiary",
            disabled=not possible,
            on_click=step,
        )


def _show_items(selection: ItemSelection) -> None:
    """Lists the selected items with their pictures and words; the first 200."""
    shown = selection.ids[:MOST_LISTED]
    if len(shown) < len(selection):
        st.caption(f"The first {MOST_LISTED} of {len(selection):,}.")
    with st.container(width=LIST_WIDTH):
        show_table(
            item_table(selection, shown),
            hide_index=True,
            column_config={"picture": st.column_config.ImageColumn("", width="small")},
        )


def item_table(selection: ItemSelection, shown: tuple[str, ...]) -> pd.DataFrame:
    """Returns one row per item: its picture, words in English and the language, and category."""
    data, rows = cached.dataset(), rows_of(shown)
    rendering = data.held_out_rendering
    table = pd.DataFrame(
        {
            "picture": [picture_address(int(row), rendering) for row in rows],
            "English name": words_of(shown),
            "category": data.concepts["category"].iloc[rows].to_numpy(),
        }
    )
    if selection.language not in ("", ENGLISH):
        name = known_language(selection.language).name
        table.insert(1, name, words_of(shown, selection.language))
    if selection.form == "merge":
        first = set(selection.groups[0])
        table["group"] = ["first" if one in first else "second" for one in shown]
    return table
