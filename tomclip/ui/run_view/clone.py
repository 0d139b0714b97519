"""Which run's configuration the Train page is to put into its form, as any page may ask."""

from __future__ import annotations

import streamlit as st

_ASKED = "run_to_clone"


def ask_for_clone(run: str) -> None:
    """Has the Train page begin its form with the configuration of the run with this id."""
    st.session_state[_ASKED] = run


def asked_clone() -> str | None:
    """Returns the id of the run that was asked for, once; None without one."""
    return st.session_state.pop(_ASKED, None)
