"""The Your data page: files in, and the workspaces that they became."""

from __future__ import annotations

import streamlit as st

from tomclip.ui.pages.your_data.bringing import SAVED, show_bringing
from tomclip.ui.pages.your_data.holdings import show_holdings
from tomclip.ui.parts.feedback import sentences


def show() -> None:
    """Shows where files are dropped, then the workspaces."""
    if name := st.session_state.pop(SAVED, ""):
        st.success(
            f"The workspace {name} is saved: evaluate, embed and train on it from below.",
            icon=":material/check_circle:",
        )
    st.subheader("Bring data in", anchor=False)
    with sentences():
        show_bringing()
    st.subheader("Workspaces", anchor=False)
    with sentences():
        show_holdings()
