"""Where a person is in the tour, and their own choices, which the tour gives back."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from tomclip.ui.tour.steps import Step, steps
from tomclip.ui.view_state import session
from tomclip.ui.view_state.choices import TOUR
from tomclip.ui.view_state.undoing import settings_of

_STATE = "tour"
COOKIE = "tomclip_tour"
DONE = "done"


@dataclass(slots=True)
class Prepared:
    """What the tour has chosen for a person.

    Attributes:
        step: whose view is prepared; "" where none is.
        own: the person's values before, by name of the choice; None is before any choice.
        given: the tour's values.
        done: whether the tour was taken to its end in this session.
    """

    step: str = ""
    own: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    done: bool = False


def current() -> Step | None:
    """Returns the step that the tour stands at, in this session or by a link; None outside it."""
    if session.chosen(TOUR) is None and not session.asked(TOUR):
        return None
    return steps()[session.one_of(TOUR, steps())]


def beside(step: Step, by: int) -> Step | None:
    """Returns the step that comes `by` steps later; None where the tour has none."""
    names = list(steps())
    at = names.index(step.name) + by
    return steps()[names[at]] if 0 <= at < len(names) else None


def go(step: Step) -> None:
    """Opens a step's page, which prepares its view."""
    session.choose(TOUR, step.name)
    st.switch_page(step.script)


def prepare(step: Step) -> None:
    """Chooses a step's view, once, and the defaults of whatever else its page lets one choose.

    What a link asks for stays, and what the person chooses from then on.
    """
    prepared = _prepared()
    if prepared.step == step.name:
        return
    _give_back()
    prepared.step = step.name
    wanted = {choice.name: value for choice, value in step.view}
    names = [name for name, one in settings_of(step.page).items() if not session.asked(one)]
    prepared.own = {name: session.value_of(name) for name in names}
    prepared.given = {name: wanted.get(name) for name in names}
    session.put(prepared.given)


def leave(*, done: bool = False) -> None:
    """Ends the tour, and gives back what the person had chosen before it.

    Args:
        done: whether the person came to the end.
    """
    _give_back()
    session.put({TOUR.name: None})
    _prepared().done |= done


def taken() -> bool:
    """Returns whether this person has come to the end of the tour, here or in this browser."""
    return _prepared().done or st.context.cookies.get(COOKIE) == DONE


def remember() -> None:
    """Lets the browser remember for a year that the tour was taken."""
    if _prepared().done and st.context.cookies.get(COOKIE) != DONE:
        kept = f"{COOKIE}={DONE}; max-age=31536000; path=/; SameSite=Strict"
        st.html(f"<script>document.cookie = '{kept}';</script>", unsafe_allow_javascript=True)


def _give_back() -> None:
    """Gives back the choices that still are the tour's; what the person changed since stays."""
    prepared = _prepared()
    still = [name for name, value in prepared.given.items() if session.value_of(name) == value]
    if still:
        session.put({name: prepared.own[name] for name in still})
    prepared.step, prepared.own, prepared.given = "", {}, {}


def _prepared() -> Prepared:
    if _STATE not in st.session_state:
        st.session_state[_STATE] = Prepared()
    return st.session_state[_STATE]
