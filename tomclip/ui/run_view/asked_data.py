"""Which workspace's captions the Train page is to train on, as any page may ask."""

from __future__ import annotations

import streamlit as st

_ASKED = "workspace_to_train_on"


def ask_to_train_on(workspace: str) -> None:
    """Has the Train page put the captions of the workspace with this name into its form."""
    st.session_state[_ASKED] = workspace


def is_asked_to_train() -> bool:
    """Returns whether a page has asked, and the Train page has not answered yet."""
    return _ASKED in st.session_state


def asked_to_train_on() -> str | None:
    """Returns the name of the workspace that was asked for, once; None without one."""
    return st.session_state.pop(_ASKED, None)
