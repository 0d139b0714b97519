"""Undo, redo and reset of what was chosen on a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from tomclip.ui.view_state import undoing
from tomclip.ui.view_state.past import Step

LONGEST_VALUE = 40
ICONS: Mapping[str, str] = {"Undo": "undo", "Redo": "redo", "Reset": "restart_alt"}


def show_changes(page: str) -> None:
    """Shows three buttons: take the last change of this page back, make it again, and defaults.

    Args:
        page: its address, such as "topology".
    """
    past, settings = undoing.past(), undoing.settings_of(page)
    undone, done_again = past.last_done(settings), past.last_undone(settings)
    changed = undoing.changed_of(page)
    _button(
        "Undo",
        f"Undo: {_said(undone, page, back=True)}" if undone else "Nothing to undo on this page",
        undoing.undo if undone else None,
        page,
    )
    if done_again:
        _button("Redo", f"Redo: {_said(done_again, page, back=False)}", undoing.redo, page)
    names = ", ".join(map(_spoken, changed))
    _button(
        "Reset",
        f"Reset this page to its defaults: {names}" if changed else "This page is at its defaults",
        undoing.reset if changed else None,
        page,
    )


def _button(name: str, explained: str, action: Callable[[str], None] | None, page: str) -> None:
    st.button(
        name,
        icon=f":material/{ICONS[name]}:",
        key=f"changes:{name.lower()}",
        help=explained,
        on_click=action,
        args=(page,),
        disabled=action is None,
        type="tertiary",
    )


def _said(step: Step, page: str, *, back: bool) -> str:
    """Returns which choice a step changes, and to what, such as "metric, back to cosine"."""
    values = step.before if back else step.after
    if len(values) > 1:
        return f"{len(values)} choices"
    ((name, value),) = values.items()
    if value is None:
        return f"{_spoken(name)}, to its default"
    text = undoing.settings_of(page)[name].written(value).replace(",", ", ") or "nothing"
    return f"{_spoken(name)}, to {text[:LONGEST_VALUE]}"


def _spoken(name: str) -> str:
    return name.replace("_", " ")
