"""Selections under names: kept, shown again, and combined with what is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.ui.parts.feedback import refuse
from tomclip.ui.selecting import state, store
from tomclip.ui.selecting.data import item_order
from tomclip.ui.selecting.item_sets import Combination, ItemSelection, combined

COMBINED: Mapping[Combination, tuple[str, str]] = {
    "union": ("Add", "What is selected, and the named ones as well."),
    "intersection": ("Keep common", "Only what is selected and named."),
    "difference": ("Take away", "What is selected without the named ones."),
}


def show_named(selection: ItemSelection, named: Sequence[str], data: str) -> None:
    """Shows a field that names the selection, and what can be done with those named before.

    Args:
        selection: what is selected.
        named: names of the selections that are kept.
        data: name of the data set.
    """
    if len(selection):
        _name_it(selection, data)
    if named:
        _use(selection, named, data)


def _name_it(selection: ItemSelection, data: str) -> None:
    with st.form("selection:name", border=False, clear_on_submit=True):
        name = st.text_input("Name what is selected", key="selection:name_text", max_chars=40)
        kept = st.form_submit_button("Keep", icon=":material/bookmark_add:")
    if not kept:
        return
    try:
        store.save_selection(name, selection, data)
    except TomclipError as error:
        refuse(error)
    else:
        st.rerun()


def _use(selection: ItemSelection, named: Sequence[str], data: str) -> None:
    name = st.selectbox("Named before", named, key="selection:named")
    if name is None:
        return
    pressed = ""
    with st.container(horizontal=True, gap="small"):
        if st.button("Select", key="selection:show"):
            pressed = "show"
        for how, (label, meaning) in COMBINED.items():
            if len(selection) and st.button(label, key=f"selection:{how}", help=meaning):
                pressed = how
        if st.button("Delete", icon=":material/delete:", key="selection:delete", type="tertiary"):
            pressed = "delete"
    if pressed:
        _do(pressed, name, selection, data)


def _do(pressed: str, name: str, selection: ItemSelection, data: str) -> None:
    """Does what a button asks for, and draws the page anew."""
    try:
        if pressed == "delete":
            store.delete_selection(name, data)
        else:
            found = store.open_selection(name, data).among(item_order().places)
            asked = found if pressed == "show" else combined(selection, found, pressed)  # type: ignore[arg-type]
            state.take(asked)
    except TomclipError as error:
        refuse(error)
    else:
        st.rerun()
