"""The boards of the studio's work, one worker each, shared by all sessions."""

from __future__ import annotations

import streamlit as st

from tomclip.ui.computing.jobs import JobBoard

KEPT = {
    "diagrams": 200,
    "exports": 8,
    "imports": 16,
    "large vectors": 6,
    "queries": 300,
    "report files": 6,
    "studies": 2,
}
"""Outcomes a board keeps, where it is not 64; a language's vectors take 2.4 MB, a report 5 MB."""


@st.cache_resource(show_spinner=False)
def board(kind: str) -> JobBoard:
    """Returns the board of one kind of work, such as "maps"; each board has one worker."""
    return JobBoard(keep=KEPT.get(kind, 64))
