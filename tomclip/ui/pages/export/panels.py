"""The panels of a set: their order, their titles, what is behind them, their end."""

from __future__ import annotations

import streamlit as st

from tomclip.export.paper import panel_facts
from tomclip.export.sets import (
    Panel,
    PanelSet,
    move_panel,
    put_panel,
    remove_panel,
    retitle_panel,
)
from tomclip.ui.parts.adding import for_person
from tomclip.ui.parts.tables import show_table

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHOWN_ROWS = 50
_REMOVED = "removed_panel"
STYLE = """<style>
[class*="st-key-small_"] button [data-testid="stMarkdownContainer"] {
  clip-path: inset(50%); height: 1px; overflow: hidden; position: absolute; width: 1px;
}
</style>"""
"""Buttons of which only the icon is seen; who hears the page hears their words."""


def show_panels(found: PanelSet, owner: str) -> None:
    """Shows every panel in a row, and offers to bring back the one removed last."""
    st.html(STYLE)
    st.subheader(f"Panels · {len(found.panels)}", anchor=False)
    _undo(found, owner)
    for place, panel in enumerate(found.panels):
        with st.container(border=True, key=f"panel_{panel.id}"):
            _row(found, panel, place, owner)


def _row(found: PanelSet, panel: Panel, place: int, owner: str) -> None:
    key = f"panel_title:{panel.id}"
    st.session_state[key] = panel.title
    st.text_input(
        f"Panel {LETTERS[place]}",
        key=key,
        max_chars=200,
        on_change=for_person(owner)(_retitle),
        args=(found.name, panel.id, key),
    )
    st.caption(panel_facts(panel) or panel.key)
    with st.container(horizontal=True, wrap=False, horizontal_alignment="right"):
        for icon, words, by in (("upward", "earlier", -1), ("downward", "later", 1)):
            st.button(
                f"Move panel {LETTERS[place]} {words}",
                icon=f":material/arrow_{icon}:",
                key=f"small_{words}_{panel.id}",
                type="tertiary",
                on_click=for_person(owner)(move_panel),
                args=(found.name, panel.id, by),
                disabled=not 0 <= place + by < len(found.panels),
                help=f"Move {words}",
            )
        _behind(panel)
        st.button(
            f"Remove panel {LETTERS[place]}",
            icon=":material/delete:",
            key=f"small_remove_{panel.id}",
            type="tertiary",
            on_click=for_person(owner)(_remove),
            args=(found.name, panel, place),
            help="Remove",
        )


def _behind(panel: Panel) -> None:
    """Offers to look at the numbers, the facts and the lines of a panel."""
    with st.popover(
        f"Behind {panel.title}",
        icon=":material/info:",
        type="tertiary",
        help="Numbers, how it was made, Python lines",
        key=f"small_behind_{panel.id}",
    ):
        st.caption(f"{panel.key}, added {str(panel.facts.get('added_at', ''))[:16]}")
        show_table(panel.rows().head(SHOWN_ROWS), hide_index=True, height=200)
        st.json(dict(panel.facts), expanded=False)
        if panel.lines:
            st.code(panel.lines, language="python", height=240)
        else:
            st.caption("There are no Python lines for this figure.")


def _retitle(name: str, panel: str, key: str) -> None:
    retitle_panel(name, panel, st.session_state[key])


def _remove(name: str, panel: Panel, place: int) -> None:
    remove_panel(name, panel.id)
    st.session_state[_REMOVED] = (name, panel, place)


def _undo(found: PanelSet, owner: str) -> None:
    name, panel, place = st.session_state.get(_REMOVED, ("", None, 0))
    if panel is None or name != found.name:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"Removed: {panel.title}", width="stretch")
        st.button(
            "Undo",
            icon=":material/undo:",
            key="undo_remove",
            type="tertiary",
            on_click=for_person(owner)(_put_back),
            args=(name, panel, place),
        )


def _put_back(name: str, panel: Panel, place: int) -> None:
    put_panel(name, panel, place)
    st.session_state.pop(_REMOVED)
