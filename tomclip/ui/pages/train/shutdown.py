"""What becomes of the runs when the studio ends: they go on, unless a person wants them stopped."""

from __future__ import annotations

import atexit
import logging
from pathlib import Path

import streamlit as st

from tomclip.core.errors import InputError, RunError
from tomclip.core.files.atomic import write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.reading.json_text import read_json_object
from tomclip.runs import active_runs, stop_run

FILE = ".studio.json"
_LOGGER = logging.getLogger(__name__)


def stops_with_studio() -> bool:
    """Returns whether runs are stopped when the studio ends; without a choice they go on."""
    try:
        return bool(read_json_object(runs_directory() / FILE).get("stop_with_studio"))
    except InputError:
        return False


def remember(stop: bool) -> None:
    """Keeps the choice for every session on these runs."""
    runs_directory().mkdir(parents=True, exist_ok=True)
    write_json_atomically(runs_directory() / FILE, {"stop_with_studio": stop})


def stop_active_runs(root: Path | None = None) -> int:
    """Asks every queued or working run to stop if that was chosen; returns how many were asked."""
    if not stops_with_studio():
        return 0
    asked = 0
    for path in active_runs(root):
        try:
            stop_run(path)
            asked += 1
        except RunError as error:
            _LOGGER.warning("%s was not stopped: %s", path.name, error)
    return asked


@st.cache_resource(show_spinner=False)
def watch_the_end() -> None:
    """Sees to it, once in a process, that the choice is followed when the studio ends."""
    atexit.register(stop_active_runs)


def ending_toggle() -> None:
    """Offers the choice."""
    watch_the_end()
    st.session_state["stop_with_studio"] = stops_with_studio()
    st.toggle(
        "Stop runs when the studio ends",
        key="stop_with_studio",
        on_change=lambda: remember(st.session_state["stop_with_studio"]),
        help="Otherwise they go on, and are found again by the next studio.",
    )
