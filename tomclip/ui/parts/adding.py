"""The button below every figure that adds it, as it is now, to a set of figures for a paper."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.core.paths import workspaces_owned_by
from tomclip.ui import view_state
from tomclip.ui.parts.feedback import sentence
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

P = ParamSpec("P")
EXPORT_SCRIPT = "pages/12_export.py"
SAMPLE_SEED = 0
"""Seed of the samples of concepts and of the intervals that pages show."""


def current_set() -> str:
    """Returns the name of the set that figures are added to."""
    from tomclip.export.sets import FIRST_NAME

    return view_state.chosen(choices.EXPORT_SET) or FIRST_NAME


def for_person(owner: str) -> Callable[[Callable[P, object]], Callable[P, None]]:
    """Returns what makes a function a widget's callback on the sets of a person.

    Streamlit calls it before the page, outside of what `studio` set up; an error that a person can
    mend is shown as a passing note.

    Args:
        owner: whose sets they are, as `layout.person` says.
    """

    def decorated(change: Callable[P, object]) -> Callable[P, None]:
        @wraps(change)
        def called(*args: P.args, **kwargs: P.kwargs) -> None:
            try:
                with workspaces_owned_by(owner):
                    change(*args, **kwargs)
            except TomclipError as error:
                st.toast(sentence(error), icon=":material/error:")

        return called

    return decorated


def add_button(
    chart: go.Figure,
    *,
    key: str,
    data: Callable[[], pd.DataFrame],
    lines: Callable[[], str] | None,
    owner: str,
) -> None:
    """Offers to add a figure to the current set, and says how many panels that holds.

    Args:
        chart: the figure as it is shown.
        key: "page/figure".
        data: makes the table behind it.
        lines: makes the Python lines that draw it again, where there are some.
        owner: whose sets they are.
    """
    from tomclip.export.sets import MOST_PANELS, count_panels

    name = current_set()
    held = count_panels(name)
    st.button(
        f"Add to export · {held}" if held else "Add to export",
        icon=":material/add_photo_alternate:",
        type="tertiary",
        key=f"add:{key}",
        on_click=for_person(owner)(_add),
        args=(chart, key, data, lines),
        disabled=held >= MOST_PANELS,
        help=f"To the set {name}, which the page Export arranges as one figure of a paper.",
    )


def _add(
    chart: go.Figure,
    key: str,
    data: Callable[[], pd.DataFrame],
    lines: Callable[[], str] | None,
) -> None:
    from tomclip.export.sets import add_panel, panel_of

    panel = panel_of(
        chart,
        key=key,
        table=data(),
        choices={**view_state.shown_choices(), "seed": SAMPLE_SEED},
        lines=lines() if lines else "",
    )
    held = add_panel(current_set(), panel)
    count = len(held.panels)
    st.toast(
        f"Added to {held.name}, which holds {count} panel{'' if count == 1 else 's'}.",
        icon=":material/add_photo_alternate:",
    )
