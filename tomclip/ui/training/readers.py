"""The events of runs, read as they are written and shared between sessions."""

from __future__ import annotations

import threading
from pathlib import Path

import streamlit as st

from tomclip.runs.reader import EventsReader
from tomclip.types import Event


class _Reader:
    """One run's events, shared between sessions."""

    def __init__(self, path: Path) -> None:
        self.reader, self.lock = EventsReader(path), threading.Lock()

    def events(self) -> list[Event]:
        with self.lock:
            self.reader.refresh()
            return list(self.reader.events)


@st.cache_resource(max_entries=24, show_spinner=False)
def _reader(path: str) -> _Reader:
    return _Reader(Path(path))


def events_of(path: Path) -> list[Event]:
    """Returns what the run recorded so far; only new lines are read."""
    return _reader(str(path)).events()
