"""The events of runs, read as they are written and shared between sessions."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from tomclip.core.types import Event, RunRecord
from tomclip.encoders.catalogue import RUN_PREFIX
from tomclip.runs.reader import EventsReader
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.run_view.curve_options import Wish


class _Reader:
    """One run's events, shared between sessions."""

    def __init__(self, path: Path) -> None:
        self.reader, self.lock = EventsReader(path), threading.Lock()

    def events(self) -> tuple[list[Event], int]:
        with self.lock:
            self.reader.refresh()
            return list(self.reader.events), self.reader.damaged


@st.cache_resource(max_entries=24, show_spinner=False)
def _reader(path: str) -> _Reader:
    return _Reader(Path(path))


def events_of(path: Path) -> list[Event]:
    """Returns what the run recorded so far; only new lines are read.

    Raises:
        RunError: when its events are there and cannot be read.
    """
    return events_and_damage(path)[0]


def events_and_damage(path: Path) -> tuple[list[Event], int]:
    """Returns `events_of` the run, and how many damaged lines were left out.

    Raises:
        RunError: as `events_of`.
    """
    return _reader(str(path)).events()


def events_of_others(runs: Mapping[str, RunRecord], wish: Wish) -> dict[str, list[Event]]:
    """Returns the events of the runs to lay over the watched one, where they can be read.

    Their keys are the names of the runs' encoders. Of the others it says why not.
    """
    found = {}
    for run in (runs[other] for other in wish.others):
        with sentences():
            found[f"{RUN_PREFIX}{run.id}"] = events_of(run.path)
    return found


def titles_of_others(runs: Mapping[str, RunRecord], wish: Wish) -> dict[str, str]:
    """Returns the shown names of the runs to lay over the watched one, by their encoders' names."""
    return {f"{RUN_PREFIX}{runs[other].id}": runs[other].name for other in wish.others}
