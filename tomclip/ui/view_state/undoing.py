"""Changes of choices that are remembered: made, taken back, done again, and put to defaults."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from tomclip.ui.view_state import session
from tomclip.ui.view_state.choices import TOUR, every_choice
from tomclip.ui.view_state.kinds import AnyChoice, MarkChoice, NumberChoice
from tomclip.ui.view_state.past import Past

_STATE = "view_past"


def by_person(choice: AnyChoice) -> None:
    """Takes the value of a choice's widget, as a step; the `on_change` of every such widget."""
    before = session.chosen(choice)
    session.by_person(choice)
    _note(
        {choice.name: before},
        {choice.name: session.chosen(choice)},
        settles=isinstance(choice, NumberChoice),
    )


def change(choice: AnyChoice, value: Any) -> None:
    """Makes a choice in the person's name, as a step that can be taken back."""
    before = session.chosen(choice)
    session.choose(choice, value)
    _note({choice.name: before}, {choice.name: value})


def undo(page: str) -> None:
    """Takes back the last change of a choice of this page.

    Args:
        page: its address, such as "topology".
    """
    session.put(past().undo(settings_of(page)))


def redo(page: str) -> None:
    """Makes the change again that was taken back last on this page."""
    session.put(past().redo(settings_of(page)))


def reset(page: str) -> None:
    """Puts every choice of this page to its default, in one step that can be taken back."""
    before = {name: session.chosen(choice) for name, choice in changed_of(page).items()}
    after = dict.fromkeys(before)
    session.put(after)
    _note(before, after)


def changed_of(page: str) -> Mapping[str, AnyChoice]:
    """Returns the choices of this page that a person or a link has made, by name."""
    return {
        name: choice
        for name, choice in settings_of(page).items()
        if session.chosen(choice) is not None or session.asked(choice)
    }


def settings_of(page: str) -> Mapping[str, AnyChoice]:
    """Returns the choices of this page by name, but for marks of figures and the tour."""
    return {
        name: choice
        for name, choice in every_choice().items()
        if page in choice.pages and choice is not TOUR and not isinstance(choice, MarkChoice)
    }


def past() -> Past:
    """Returns the steps of this session."""
    if _STATE not in st.session_state:
        st.session_state[_STATE] = Past()
    return st.session_state[_STATE]


def _note(before: Mapping[str, Any], after: Mapping[str, Any], *, settles: bool = False) -> None:
    past().note(before, after, time.monotonic(), settles=settles)
