"""Asks of a run in progress: to stop, to end at once, to go on with other loss weights."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tomclip.config import LOSS_WEIGHTS, with_loss_weights
from tomclip.core.errors import ConfigError, InputError, RunError
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.reading.json_text import read_json_object
from tomclip.core.types import RunState
from tomclip.runs.directory import RunDirectory
from tomclip.runs.jobs.processes import LAUNCHED, active_process, end_processes
from tomclip.runs.jobs.queue import is_waiting, queue_lock
from tomclip.runs.observation import observed_state, state_in_words
from tomclip.runs.status import TERMINAL, read_status, utc_now, write_status

GRACE_SECONDS = 30.0


def stop_run(path: Path) -> None:
    """Asks the worker to finish its step, save and end as cancelled; a waiting run never starts.

    Asking twice is asking once: the time from which `kill_run` counts stays the first.

    Raises:
        RunError: when the run has ended already, or its folder cannot be written.
    """
    read_status(path)
    with queue_lock(runs_directory()), write_errors(path):
        if is_waiting(path):
            _cancel(path, error=None, exit_code=0)
            return
        _require_progress(path)
        request = RunDirectory(path).stop_request
        request.parent.mkdir(exist_ok=True)
        if not request.exists():
            request.touch()


def seconds_until_kill(path: Path, *, grace_seconds: float = GRACE_SECONDS) -> float | None:
    """Returns how long `kill_run` is still refused, from 0; None before a stop was asked for."""
    try:
        asked = RunDirectory(path).stop_request.stat().st_mtime
    except OSError:
        return None
    return max(0.0, grace_seconds - (time.time() - asked))


def kill_run(path: Path, *, grace_seconds: float = GRACE_SECONDS) -> None:
    """Ends a run's processes at once and records it as cancelled; the latest checkpoint stays.

    Raises:
        RunError: when no process that was launched works on it, no stop was asked for, the grace
            period of the stop is not over, or the system refuses.
    """
    handle = active_process(path)
    if handle is None:
        raise RunError(f"no process of this machine works on {path.name}; there is none to end")
    if handle.launcher != LAUNCHED:
        raise RunError(
            f"{path.name} was started by hand; end process {handle.pid} in its terminal or notebook"
        )
    wait = seconds_until_kill(path, grace_seconds=grace_seconds)
    if wait is None:
        raise RunError(f"{path.name} was not asked to stop; stop it first, so that it can save")
    if wait > 0:
        raise RunError(f"{path.name} may still be saving; wait {wait:.0f} s more before ending it")
    end_processes(handle)
    with queue_lock(runs_directory()), write_errors(path):
        if read_status(path).state not in TERMINAL:
            reason = f"ended more than {grace_seconds:g} s after it was asked to stop"
            _cancel(path, error=reason, exit_code=-9)


def change_weights(path: Path, weights: Mapping[str, float]) -> None:
    """Asks the worker to go on with other loss weights; those not named stay as they are.

    Raises:
        ConfigError: when a name is not a loss weight or a value is out of range.
        RunError: when the run has ended, or its folder cannot be written.
    """
    if not weights:
        raise ConfigError(f"no loss weight came; name one of {', '.join(LOSS_WEIGHTS)}")
    _require_progress(path)
    run = RunDirectory(path)
    with write_errors(path):
        wanted = {**_asked_weights(run.weights_request), **weights}
        with_loss_weights(run.config().loss, wanted)
        write_json_atomically(run.weights_request, wanted)


def _require_progress(path: Path) -> None:
    state = observed_state(path).state
    if state in TERMINAL or state == "lost":
        words = state_in_words(state)
        raise RunError(f"{path.name} is {words}; only a run in progress can be asked for anything")


def _cancel(path: Path, *, error: str | None, exit_code: int) -> None:
    state: RunState = "cancelled"
    ended = {"finished_at": utc_now(), "exit_code": exit_code, "error": error}
    write_status(path, replace(read_status(path), state=state, **ended))


def _asked_weights(file: Path) -> dict[str, float]:
    try:
        values = read_json_object(file)
    except InputError:
        return {}
    return {name: value for name, value in values.items() if name in LOSS_WEIGHTS}
