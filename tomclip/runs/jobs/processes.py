"""handle.json: which process works on a run, and whether that very process still lives.

A process is known by its number, the time it was created and the boot of the machine; a number
alone is given to another process sooner or later.
"""

from __future__ import annotations

import os
import socket
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil
from pydantic import TypeAdapter, ValidationError

from tomclip.core.errors import RunError
from tomclip.core.files.atomic import write_json_atomically
from tomclip.runs.status import TERMINAL, read_status

FILE = "handle.json"
# Who started the process: the launcher, for this run alone, or somebody in a terminal or notebook,
# where the process may outlive the run.
LAUNCHED, BY_HAND = "local", "by hand"
# The kernel's idea of when it booted, from which creation times follow, moves with the clock.
CLOCK_TOLERANCE_SECONDS = 2.0
NICENESS, NICENESS_VARIABLE = 10, "TOMCLIP_NICENESS"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Handle:
    """A process: `created` is in seconds since 1970, `boot_id` empty where the system has none."""

    launcher: str
    pid: int
    created: float
    boot_id: str
    host: str


_ADAPTER = TypeAdapter(Handle)


def handle_of(pid: int, launcher: str = LAUNCHED) -> Handle:
    """Returns the handle of a process of this machine, which may have ended but not been reaped."""
    created = psutil.Process(pid).create_time()
    return Handle(launcher, pid, created, boot_id(), socket.gethostname())


def boot_id() -> str:
    """Returns what names this boot of the machine; empty where the system does not say."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


def write_handle(directory: Path, handle: Handle) -> None:
    """Replaces the run's handle atomically."""
    write_json_atomically(directory / FILE, asdict(handle))


def read_handle(directory: Path) -> Handle | None:
    """Returns the process that last worked on the run; None when none ever did.

    Raises:
        RunError: when handle.json is damaged or cannot be read.
    """
    path = directory / FILE
    try:
        return _ADAPTER.validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except ValidationError as error:
        raise RunError(
            f"{path} is damaged ({error.errors()[0]['msg']}); remove it once no process of that "
            "run is left"
        ) from error
    except OSError as error:
        raise RunError(
            f"{path} cannot be read ({error.strerror}); check its permissions"
        ) from error


def is_local(handle: Handle) -> bool:
    """Returns whether the process ran on this machine, so that it can be looked up."""
    return handle.host == socket.gethostname()


def is_alive(handle: Handle) -> bool:
    """Returns whether that very process runs on this machine; one that only waits to be reaped has
    ended."""
    return _living(handle) is not None


def active_process(directory: Path) -> Handle | None:
    """Returns the living process of this machine that works on the run; None without one.

    A process that somebody started by hand has nothing more to do with a run that has ended.
    """
    with suppress(RunError):
        handle = read_handle(directory)
        if handle is not None and is_alive(handle):
            return handle if handle.launcher == LAUNCHED or not _has_ended(directory) else None
    return None


def niceness() -> int:
    """Returns how much a worker yields to other processes: `NICENESS`, or what the variable
    TOMCLIP_NICENESS says, from 0, as much as anybody, to 19.

    Raises:
        RunError: when the variable holds something else.
    """
    text = os.environ.get(NICENESS_VARIABLE) or str(NICENESS)
    if text not in map(str, range(20)):
        raise RunError(f"{NICENESS_VARIABLE} is {text!r}; give a whole number from 0 to 19")
    return int(text)


def lower_priority(pid: int, by: int) -> None:
    """Lets a process, and what it starts from now on, yield to others; alone, it is as fast.

    Linux may weigh whole sessions against each other, and only within one its processes. The group
    of `pid`'s session is therefore lowered too; it must be the session's leader.
    """
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if sys.platform == "win32":
            process.nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if by else psutil.NORMAL_PRIORITY_CLASS)
        else:
            process.nice(max(by, process.nice()))
    with suppress(OSError):
        Path(f"/proc/{pid}/autogroup").write_text(str(by), encoding="ascii")


def end_processes(handle: Handle, *, timeout: float = 5.0) -> None:
    """Kills the process with all that it started and waits until they are gone.

    Raises:
        RunError: when the system refuses, or one is still there after `timeout` seconds.
    """
    process = _living(handle)
    if process is None:
        return
    family = [process]
    try:
        with suppress(psutil.NoSuchProcess):
            family = [*process.children(recursive=True), process]
        for member in family:
            with suppress(psutil.NoSuchProcess):
                member.kill()
    except psutil.AccessDenied as error:
        raise RunError(
            f"process {handle.pid} belongs to another user; ask its owner to end it"
        ) from error
    deadline = time.monotonic() + timeout
    while any(_is_at_work(member) for member in family) and time.monotonic() < deadline:
        time.sleep(0.02)
    if any(_is_at_work(member) for member in family):
        raise RunError(
            f"process {handle.pid} was killed but is still there after {timeout:g} s; the system "
            "may be waiting for a disk, try again"
        )


def _has_ended(directory: Path) -> bool:
    with suppress(RunError):
        return read_status(directory).state in TERMINAL
    return False


def _living(handle: Handle) -> psutil.Process | None:
    if not is_local(handle) or handle.boot_id != boot_id():
        return None
    try:
        process = psutil.Process(handle.pid)
        same = abs(process.create_time() - handle.created) <= CLOCK_TOLERANCE_SECONDS
    except (psutil.NoSuchProcess, ValueError, OverflowError):
        return None
    return process if same and _is_at_work(process) else None


def _is_at_work(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
