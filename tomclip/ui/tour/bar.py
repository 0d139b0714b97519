"""The bar that leads through the tour, and the buttons that begin it."""

from __future__ import annotations

import streamlit as st

from tomclip.ui.theme import theme_colour
from tomclip.ui.tour import progress
from tomclip.ui.tour.steps import Step, steps

STYLE = """<style>
.st-key-tour {{
  background: {ground}; border-left: 4px solid {mark} !important; padding: .6rem 1rem !important;
}}
.st-key-tour > :first-child {{flex: 1 1 22rem !important; width: auto !important; min-width: 0}}
[data-testid="stLayoutWrapper"]:has(> .st-key-tour) {{z-index: 90}}
@media (min-width: 40rem) {{
  [data-testid="stLayoutWrapper"]:has(> .st-key-tour) {{position: sticky; top: 3.75rem}}
}}
</style>"""


def show_tour(page: str) -> None:
    """Shows the bar while a person is on the tour, and prepares the view of its step.

    Args:
        page: address of the page that is open, on the tour or beside it.
    """
    step = progress.current()
    with st.sidebar:
        show_tour_button("sidebar", "Two-minute tour", kind="tertiary")
    if step is None:
        progress.remember()
        return
    if step.page == page:
        progress.prepare(step)
    st.html(_style())
    here = step.page == page
    with st.container(
        key="tour", border=True, horizontal=True, vertical_alignment="center", gap="medium"
    ):
        _say(step, here=here)
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            _controls(step, here=here)


def show_tour_button(place: str, label: str, *, kind: str = "secondary") -> None:
    """Shows a button that begins the tour, from its first step; none on the tour.

    Args:
        place: where it stands, for its key.
        label: of the button; it says when the tour was taken before.
        kind: "secondary" or "tertiary", of `st.button`.
    """
    if progress.current():
        return
    taken = progress.taken()
    pressed = st.button(
        label,
        icon=":material/check:" if taken else ":material/tour:",
        key=f"tour:{place}",
        type="tertiary" if kind == "tertiary" else "secondary",
        help="You have taken the tour; take it again." if taken else _offer(),
    )
    if pressed:
        progress.go(next(iter(steps().values())))


def _offer() -> str:
    return f"{len(steps())} steps over the real pages; leave at any step, your choices come back."


def _say(step: Step, *, here: bool) -> None:
    number = list(steps()).index(step.name) + 1
    where = f"Tour · step {number} of {len(steps())}"
    if here:
        st.markdown(f":small[{where}] · **{step.title}**  \n{step.look}")
    else:
        st.markdown(f":small[{where}] · **{step.title}** is on another page.")


def _controls(step: Step, *, here: bool) -> None:
    """Shows Back, Next and Leave; beside the tour the way back to it."""
    before, after = progress.beside(step, -1), progress.beside(step, 1)
    if not here:
        _way("Return", "return", ":material/tour:", step, primary=True)
    else:
        _way("Back", "back", ":material/arrow_back:", before)
        if after:
            _way("Next", "next", ":material/arrow_forward:", after, primary=True)
        else:
            st.button(
                "Done",
                icon=":material/check:",
                key="tour:done",
                type="primary",
                on_click=progress.leave,
                kwargs={"done": True},
            )
    st.button(
        "Leave",
        icon=":material/close:",
        key="tour:leave",
        type="tertiary",
        on_click=progress.leave,
        help="End the tour here: what you had chosen before it comes back.",
    )


def _way(label: str, name: str, icon: str, step: Step | None, *, primary: bool = False) -> None:
    pressed = st.button(
        label,
        icon=icon,
        key=f"tour:{name}",
        type="primary" if primary else "secondary",
        disabled=step is None,
    )
    if pressed and step:
        progress.go(step)


def _style() -> str:
    ground = theme_colour("secondaryBackgroundColor", "Canvas")
    mark = theme_colour("primaryColor", "CanvasText")
    return STYLE.format(ground=ground, mark=mark)
