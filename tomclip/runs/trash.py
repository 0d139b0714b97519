"""Deleted runs: moved aside whole, until the trash is emptied."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import InputError, RunError
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.reading.json_text import read_json_object
from tomclip.core.types import RunRecord
from tomclip.runs.catalogue import CONFIG, list_runs
from tomclip.runs.jobs.processes import active_process
from tomclip.runs.jobs.queue import queue_lock
from tomclip.runs.observation import observed_state
from tomclip.runs.status import FILE as STATUS_FILE
from tomclip.runs.status import utc_now

FOLDER = ".trash"
_MARK = "deleted.json"


@dataclass(frozen=True, slots=True)
class TrashedRun:
    """A deleted run, where it lies now and when it was deleted (UTC, ISO 8601; "" if unknown)."""

    record: RunRecord
    deleted_at: str


def trash_run(path: Path) -> Path:
    """Returns where the run at `path` lies in the trash, from where `restore_run` brings it back.

    Raises:
        RunError: when it is no run of `runs_directory()`, is queued or at work, a deleted run has
            its id, or the folder cannot be moved.
    """
    if path.resolve().parent != runs_directory().resolve():
        raise RunError(f"{path} is not in {runs_directory()}; delete that folder by hand")
    target = _trash() / path.name
    with queue_lock(runs_directory()), write_errors(target):
        _require_unused(path)
        _require_free(target)
        target.parent.mkdir(exist_ok=True)
        write_json_atomically(path / _MARK, {"deleted_at": utc_now()})
        os.rename(path, target)
    return target


def list_trash() -> tuple[TrashedRun, ...]:
    """Returns the deleted runs, the last deleted first; other folders in the trash are left out."""
    found = [TrashedRun(record, _deleted_at(record.path)) for record in list_runs(_trash())]
    return tuple(sorted(found, key=lambda run: (run.deleted_at, run.record.id), reverse=True))


def restore_run(run_id: str) -> Path:
    """Returns the folder of a deleted run after it was moved back among the runs.

    Raises:
        RunError: when the trash holds no such run, a run has its id by now, or the folder cannot be
            moved.
    """
    deleted = _trash() / run_id
    if run_id not in {run.record.id for run in list_trash()}:
        raise RunError(f"the trash holds no run {run_id!r}; look at the deleted runs again")
    target = runs_directory() / run_id
    with write_errors(target):
        _require_free(target)
        os.rename(deleted, target)
        (target / _MARK).unlink(missing_ok=True)
    return target


def empty_trash() -> int:
    """Returns how many deleted runs were removed from the disk; they cannot be brought back.

    Raises:
        RunError: when one cannot be removed; those before it are gone.
    """
    deleted = list_trash()
    for run in deleted:
        try:
            shutil.rmtree(run.record.path)
        except OSError as error:
            raise RunError(
                f"{run.record.path} cannot be removed ({error.strerror}); change its permissions"
            ) from error
    return len(deleted)


def _trash() -> Path:
    return runs_directory() / FOLDER


def _require_unused(path: Path) -> None:
    """Refuses what is no run, a run that waits, and one that a process works on."""
    if not (path / STATUS_FILE).exists() and not (path / CONFIG).exists():
        raise RunError(f"{path} is not a run; name a run's folder")
    try:
        state = observed_state(path).state
    except RunError:
        state = "failed"  # with a damaged status, which nobody can mend but by deleting the run
    if state in ("queued", "starting", "running") or active_process(path):
        raise RunError(f"{path.name} is {state}; stop it before deleting it")


def _require_free(target: Path) -> None:
    """Refuses to replace a folder, which a rename would do silently when it is empty."""
    if target.exists():
        raise RunError(f"{target} exists already; move that folder away and try again")


def _deleted_at(path: Path) -> str:
    try:
        return str(read_json_object(path / _MARK)["deleted_at"])
    except (InputError, KeyError):
        return ""
