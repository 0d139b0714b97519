"""One run at a time on a device: the worker holds a lock while it works."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from tomclip.core.errors import InputError, RunError
from tomclip.core.files.atomic import write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.reading.json_text import read_json_object
from tomclip.runs.jobs.queue import LOCKS


class DeviceBusy(RunError):
    """Another run holds the device."""


# Long enough to outlast somebody who only looks whether the lock is free.
PATIENCE_SECONDS = 1.0


@contextmanager
def device_lock(device: str, holder: str) -> Iterator[None]:
    """Holds `<runs_directory()>/.locks/<device>.lock`; the system frees it when the process dies.

    Args:
        device: As `choose_device` names it.
        holder: Who holds it, for the sentence that others get; it lies in `<device>.json`.

    Raises:
        DeviceBusy: when another run holds it.
        RunError: when the folder cannot be written.
    """
    folder = runs_directory() / LOCKS
    note = folder / f"{device}.json"
    lock = FileLock(folder / f"{device}.lock", timeout=PATIENCE_SECONDS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise DeviceBusy(
            f"{device} is in use by {_holder(note)}; wait until it ends, stop it, or queue this run"
        ) from error
    except OSError as error:
        raise RunError(
            f"{folder} cannot be written ({error.strerror}); name another runs folder in "
            "TOMCLIP_RUNS"
        ) from error
    try:
        write_json_atomically(note, {"run": holder, "pid": os.getpid()})
        yield
    finally:
        note.unlink(missing_ok=True)
        lock.release()


def _holder(note: Path) -> str:
    try:
        values = read_json_object(note)
        return f"the run '{values['run']}' (process {values['pid']})"
    except (InputError, KeyError):
        return "another run"
