"""The Python lines of what is seen, below it."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tomclip.ui.computing import cached
from tomclip.ui.computing.map_lines import map_lines
from tomclip.ui.computing.maps import MapChoice


def show_lines(encoders: Sequence[str], choice: MapChoice) -> None:
    """Offers the lines that make these maps again, where they are of the embedded data."""
    if choice.data != cached.EMOJI:
        return
    with st.expander("The Python lines that repeat it", icon=":material/code:"):
        st.code(map_lines(encoders, choice), language="python")
        facts = ", ".join((choice.layout.title, choice.layout.metric, *choice.layout.facts))
        st.caption(
            f"{facts}. Repeated on this machine the places are the same; another processor or "
            "another version of the package can move them."
        )
