"""The Python lines of what is seen, below it."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from tomclip.ui.computing import cached
from tomclip.ui.computing.maps import MapChoice


def show_lines(choice: MapChoice, lines: Callable[[], str]) -> None:
    """Offers the lines that draw these maps again, where they can read the data."""
    if not cached.dataset(choice.data).repeatable:
        return
    with st.expander("The Python lines that repeat it", icon=":material/code:"):
        st.code(lines(), language="python")
        facts = ", ".join((choice.layout.title, choice.layout.metric, *choice.layout.facts))
        st.caption(
            f"{facts}. Repeated on this machine the places are the same; another processor or "
            "another version of the package can move them."
        )
