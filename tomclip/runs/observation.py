"""What a reader makes of a run: its status, and whether anybody still works on it."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from tomclip.core.errors import RunError
from tomclip.core.reading.text import lines as lines_of
from tomclip.core.types import RunState
from tomclip.runs.jobs.processes import Handle, boot_id, is_alive, is_local, read_handle
from tomclip.runs.jobs.queue import is_waiting
from tomclip.runs.status import FILE as STATUS_FILE
from tomclip.runs.status import TERMINAL, RunStatus, read_status

LOG = "log.txt"
TAIL_BYTES = 65_536
STALE_AFTER_SECONDS = 60.0
START_WITHIN_SECONDS = 60.0
ObservedName = RunState | Literal["lost", "stale"]
STATE_WORDS: Mapping[str, str] = {"cancelled": "stopped, can be resumed"}
AT_WORK = frozenset({"starting", "running", "stale"})


@dataclass(frozen=True, slots=True)
class ObservedState:
    """A run as it is. Beside the worker's own states there are two that only a reader can see.

    "lost": the process is gone and left no final status. "stale": it is there, or cannot be looked
    up, and has not written for long. `reason` is empty while all is well.
    """

    state: ObservedName
    status: RunStatus
    reason: str
    log_tail: str


def observed_state(
    path: Path, *, stale_after: float = STALE_AFTER_SECONDS, lines: int = 40
) -> ObservedState:
    """Returns what the run's folder and the machine's processes say together.

    Args:
        path: The run directory.
        stale_after: Seconds without a heartbeat after which a run is stale.
        lines: How many lines of the log to return, at most.

    Raises:
        RunError: when status.json is missing or damaged.
    """
    status, tail = read_status(path), log_tail(path, lines=lines)
    state, reason = _judge(path, status, stale_after)
    if state == "lost":
        latest = read_status(path)
        if latest.state in TERMINAL:
            status, state, reason = latest, latest.state, latest.error or ""
        elif tail:
            reason = f"{reason}; its log ends with: {lines_of(tail)[-1]}"
    return ObservedState(state, status, reason, tail)


def state_in_words(observed: ObservedState | str) -> str:
    """Returns a state as people read it, with what a run does that takes no steps meanwhile.

    A run that was asked to stop is "cancelled" on disk, which no reader takes for what it is: it
    goes on where it was stopped.
    """
    if not isinstance(observed, ObservedState):
        return STATE_WORDS.get(observed, observed)
    words, phase = state_in_words(observed.state), observed.status.phase
    return f"{words}, {phase}" if phase and observed.state in AT_WORK else words


def log_tail(path: Path, *, lines: int = 40) -> str:
    """Returns the last `lines` lines of log.txt, from its last 64 KiB; empty without a log."""
    try:
        with (path / LOG).open("rb") as stream:
            end = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, end - TAIL_BYTES))
            text = stream.read(TAIL_BYTES).decode("utf-8", errors="replace")
    except OSError:
        return ""
    return "\n".join(lines_of(text)[-lines:])


def _judge(path: Path, status: RunStatus, stale_after: float) -> tuple[ObservedName, str]:
    if status.state in TERMINAL:
        return status.state, status.error or ""
    if is_waiting(path):
        return "queued", ""
    try:
        handle = read_handle(path)
    except RunError as error:
        return _unless_silent(status, stale_after, f"{error}")
    if handle is None and status.state == "queued":
        return _before_its_process(path)
    if handle is None or not is_local(handle):
        return _unless_silent(status, stale_after, "its process cannot be looked up from here")
    if not is_alive(handle):
        return "lost", _how_it_was_lost(handle)
    if status.state == "queued":
        return "starting", ""
    return _unless_silent(status, stale_after, f"process {handle.pid} is alive")


def _before_its_process(path: Path) -> tuple[ObservedName, str]:
    """A run that is no longer, or not yet, in the queue and that no process has taken up."""
    try:
        age = time.time() - (path / STATUS_FILE).stat().st_mtime
    except FileNotFoundError:
        return "lost", "its folder was removed"
    return ("queued", "") if age < START_WITHIN_SECONDS else ("lost", "it was never started")


def _how_it_was_lost(handle: Handle) -> str:
    if handle.boot_id != boot_id():
        return "the machine was restarted while it ran"
    return f"process {handle.pid} ended without a final status"


def _unless_silent(
    status: RunStatus, stale_after: float, what_is_known: str
) -> tuple[ObservedName, str]:
    age = _seconds_since(status.heartbeat_at)
    if age is not None and age <= stale_after:
        return status.state, ""
    silence = "it never wrote" if age is None else f"it last wrote {age:.0f} s ago"
    return "stale", f"{silence}; {what_is_known}"


def _seconds_since(moment: str | None) -> float | None:
    try:
        return time.time() - datetime.fromisoformat(moment or "").timestamp()
    except ValueError:
        return None
