"""The queue: one run at a time on each device, in the order in which they were asked for.

A waiting run has a ticket in control/queue.json and the status "queued". Whoever changes the queue
holds its lock, so that two studios, or a double click, start a run once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout
from pydantic import TypeAdapter, ValidationError

from tomclip.core.errors import RunError
from tomclip.core.files.atomic import write_errors, write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.runs.directory import read_environment
from tomclip.runs.jobs.processes import active_process
from tomclip.runs.status import read_status

LOCK_TIMEOUT_SECONDS = 30.0
LOCKS = ".locks"


@dataclass(frozen=True, slots=True)
class Ticket:
    """A run's place in the queue: `queued_at` in nanoseconds since 1970, `token` of who asked."""

    queued_at: int
    token: str | None = None
    waiting: bool = True


_ADAPTER = TypeAdapter(Ticket)


def write_ticket(directory: Path, ticket: Ticket) -> None:
    """Replaces the run's ticket atomically."""
    write_json_atomically(_ticket_file(directory), asdict(ticket))


def read_ticket(directory: Path) -> Ticket | None:
    """Returns the run's ticket; None when it was never queued or the ticket is damaged."""
    try:
        return _ADAPTER.validate_json(_ticket_file(directory).read_bytes())
    except (OSError, ValidationError):
        return None


def is_waiting(directory: Path) -> bool:
    """Returns whether the run waits for its device."""
    ticket = read_ticket(directory)
    if ticket is None or not ticket.waiting:
        return False
    with suppress(RunError):
        return read_status(directory).state == "queued"
    return False


def return_to_queue(directory: Path, device: str) -> bool:
    """Gives a run back the place in the queue from which the calling process was started.

    Args:
        directory: The run's folder.
        device: The one it found taken, which may be another than was expected of it.

    Returns:
        False when the run did not come out of the queue, or somebody ended it meanwhile.

    Raises:
        RunError: when the queue is held for long, or a folder cannot be written.
    """
    with queue_lock(runs_directory()), write_errors(directory):
        handle, ticket = active_process(directory), read_ticket(directory)
        ours = handle is not None and handle.pid in (os.getpid(), os.getppid())
        if ticket is None or not ours or read_status(directory).state != "queued":
            return False
        known = {**read_environment(directory), "device": device}
        write_json_atomically(directory / "environment.json", known)
        write_ticket(directory, replace(ticket, waiting=True))
    return True


def queue_position(path: Path) -> int | None:
    """Returns the run's place among those that wait for the same device, from 1; None when it does
    not wait."""
    if not is_waiting(path):
        return None
    device, own = device_of(path), path.resolve()
    line = [run for run in waiting_runs(path.parent) if device_of(run) == device]
    return next((place for place, run in enumerate(line, 1) if run.resolve() == own), None)


def waiting_runs(root: Path) -> list[Path]:
    """Returns the runs in `root` that wait, first come first."""
    tickets = {path: read_ticket(path) for path in run_folders(root)}
    ordered = sorted((t.queued_at, path) for path, t in tickets.items() if t and t.waiting)
    return [path for _, path in ordered if is_waiting(path)]


def active_runs(root: Path | None = None) -> list[Path]:
    """Returns the runs in `root` (default: `runs_directory()`) that a process works on."""
    return [path for path in run_folders(root or runs_directory()) if active_process(path)]


def busy_devices(root: Path) -> set[str]:
    """Returns the devices of the runs in `root` that another process than this one works on."""
    handles = {path: active_process(path) for path in run_folders(root)}
    return {device_of(path) for path, h in handles.items() if h and h.pid != os.getpid()}


def ticket_holder(root: Path, token: str) -> Path | None:
    """Returns the run in `root` that was launched with `token`; None without one."""
    for path in run_folders(root):
        ticket = read_ticket(path)
        if ticket is not None and ticket.token == token:
            return path
    return None


def run_folders(root: Path) -> list[Path]:
    """Returns the folders in `root` that may be runs, by name, which is by time; hidden ones are
    left out."""
    if not root.is_dir():
        return []
    return sorted(
        path for path in root.iterdir() if path.is_dir() and not path.name.startswith(".")
    )


def device_of(directory: Path) -> str:
    """Returns the device that the run was made for; "cpu" when it does not say."""
    return str(read_environment(directory).get("device") or "cpu")


def expected_device(wanted: str) -> str:
    """Returns where a run with this `device` setting will work, without loading torch.

    "auto" is "cuda" where the driver shows a card that is not hidden from this process.
    """
    if wanted != "auto":
        return wanted
    hidden = os.environ.get("CUDA_VISIBLE_DEVICES") in ("", "-1")
    return "cuda" if not hidden and any(Path("/dev").glob("nvidia[0-9]*")) else "cpu"


def is_device_locked(root: Path, device: str) -> bool:
    """Returns whether a worker, wherever its folder lies, holds the device's lock."""
    file = root / LOCKS / f"{device}.lock"
    if not file.exists():
        return False
    try:
        with FileLock(file, timeout=0):
            return False
    except Timeout:
        return True


@contextmanager
def queue_lock(root: Path) -> Iterator[None]:
    """Holds the queue of `root`; nobody else starts, queues or cancels a run meanwhile.

    Raises:
        RunError: when the folder cannot be written, or another process holds the lock for long.
    """
    lock = FileLock(root / LOCKS / "queue.lock", timeout=LOCK_TIMEOUT_SECONDS)
    try:
        (root / LOCKS).mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except Timeout as error:
        raise RunError(
            f"another process has held the queue of {root} for {LOCK_TIMEOUT_SECONDS:g} s; "
            "end a studio that hangs, then try again"
        ) from error
    except OSError as error:
        raise RunError(
            f"{root} cannot be written ({error.strerror}); choose another folder with TOMCLIP_RUNS"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _ticket_file(directory: Path) -> Path:
    return directory / "control" / "queue.json"
