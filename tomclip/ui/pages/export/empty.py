"""A set without panels: where figures are added, and an example."""

from __future__ import annotations

import streamlit as st

from tomclip.ui import view_state
from tomclip.ui.computing import cached
from tomclip.ui.pages.export.example import EXAMPLE, example_job, keep_example
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.markdown import literal
from tomclip.ui.view_state import choices

PAGES = (
    ("pages/3_topology.py", "Diagrams", ":material/hub:"),
    ("pages/4_compare.py", "Differences", ":material/compare_arrows:"),
    ("pages/2_embeddings.py", "Maps", ":material/scatter_plot:"),
)
_WANTED = "example_set_wanted"


def show_empty(name: str) -> None:
    """Says how figures come here, and offers an example set."""
    st.info(
        f"The set **{literal(name)}** has no panels yet. Below every figure there is a button "
        "**Add to export**: press it on the figures that belong together, then come back.",
        icon=":material/add_photo_alternate:",
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        for script, label, icon in PAGES:
            st.page_link(script, label=label, icon=icon)
        wanted = st.button("Try an example set", icon=":material/science:", key="example_set")
    if not (wanted or st.session_state.get(_WANTED)):
        return
    st.session_state[_WANTED] = True
    encoders = [one.name for one in cached.listed_encoders() if one.name in EXAMPLE]
    found = outcomes({"example": example_job(encoders)})
    if found:
        st.session_state.pop(_WANTED)
        view_state.choose(choices.EXPORT_SET, keep_example(found["example"]))
        st.rerun()
