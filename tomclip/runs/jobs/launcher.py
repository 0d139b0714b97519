"""Starts, stops and continues training as processes of their own, which outlive whoever asked."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from tomclip.config import TrainConfig, config_to_dict, parse_config
from tomclip.core.errors import RunError
from tomclip.core.files.atomic import write_errors
from tomclip.core.paths import runs_directory, working_directory
from tomclip.runs.directory import RunDirectory, create_run
from tomclip.runs.jobs.control import change_weights, kill_run, stop_run
from tomclip.runs.jobs.processes import FILE as HANDLE_FILE
from tomclip.runs.jobs.processes import (
    active_process,
    handle_of,
    lower_priority,
    niceness,
    write_handle,
)
from tomclip.runs.jobs.queue import (
    Ticket,
    busy_devices,
    device_of,
    expected_device,
    is_device_locked,
    is_waiting,
    queue_lock,
    queue_position,
    read_ticket,
    ticket_holder,
    waiting_runs,
    write_ticket,
)
from tomclip.runs.observation import LOG, log_tail, observed_state
from tomclip.runs.status import read_status, write_status

__all__ = [
    "advance_queue",
    "change_weights",
    "kill_run",
    "launch",
    "log_tail",
    "observed_state",
    "queue_position",
    "resume_command",
    "resume_run",
    "stop_run",
    "train_command",
]


def train_command(config_path: Path, directory: Path) -> list[str]:
    """Returns the arguments of the process that trains into `directory`."""
    options = ["--config", str(config_path), "--directory", str(directory)]
    return [sys.executable, "-m", "tomclip", "train", *options]


def resume_command(directory: Path) -> list[str]:
    """Returns the arguments of the process that continues the run in `directory`."""
    return [sys.executable, "-m", "tomclip", "train", "--resume", str(directory)]


def launch(
    config: TrainConfig, *, name: str | None = None, token: str | None = None
) -> RunDirectory:
    """Returns a new run among the runs: queued, or started at once when its device is free.

    Args:
        config: Everything that decides the run.
        name: Replaces the configuration's name.
        token: Names the wish, not the run: a second call with the same one returns the first run.

    Raises:
        ConfigError: when the name is not accepted.
        RunError: when the run cannot be made, or its process cannot be started; it waits then.
    """
    if name is not None:
        config = parse_config({**config_to_dict(config), "name": name})
    root = runs_directory().resolve()
    with queue_lock(root):
        known = ticket_holder(root, token) if token is not None else None
        if known is not None:
            return RunDirectory(known)
        path = create_run(config, device=expected_device(config.device)).path.resolve()
        _queue(path, Ticket(time.time_ns(), token))
    return RunDirectory(path)


def resume_run(path: Path) -> None:
    """Queues an ended or lost run to go on from its latest checkpoint, or from the start without.

    Does nothing when the run waits already.

    Raises:
        RunError: when it has finished, a process still works on it, it does not lie among the runs,
            or its process cannot be started.
    """
    path, root = path.resolve(), runs_directory().resolve()
    if path.parent != root:
        raise RunError(
            f"{path} does not lie in {root}, so it has no queue; continue it with "
            f"'tomclip train --resume {path}'"
        )
    with queue_lock(root):
        if is_waiting(path):
            return
        _require_resumable(path)
        token = getattr(read_ticket(path), "token", None)
        ended = {"finished_at": None, "exit_code": None, "error": None}
        with write_errors(path):
            RunDirectory(path).stop_request.unlink(missing_ok=True)
            (path / HANDLE_FILE).unlink(missing_ok=True)
            write_status(path, replace(read_status(path), state="queued", **ended))
        _queue(path, Ticket(time.time_ns(), token))


def advance_queue() -> None:
    """Starts every run that may start now. Any number of processes may call it, as often as they
    like; a worker calls it when it has done its work.

    Raises:
        RunError: when a run could not be started; the others had their turn before.
    """
    root = runs_directory().resolve()
    if not waiting_runs(root):
        return
    with queue_lock(root):
        failures = _start_waiting(root)
    for failure in failures.values():
        raise failure


def _queue(path: Path, ticket: Ticket) -> None:
    with write_errors(path):
        write_ticket(path, ticket)
    failure = _start_waiting(path.parent).get(path)
    if failure is not None:
        raise failure


def _start_waiting(root: Path) -> dict[Path, RunError]:
    busy = busy_devices(root)
    failures: dict[Path, RunError] = {}
    for path in waiting_runs(root):
        device = device_of(path)
        if device in busy or is_device_locked(root, device):
            continue
        try:
            _start(path)
            busy.add(device)
        except RunError as failure:
            failures[path] = failure
    return failures


def _start(path: Path) -> None:
    """Gives up the ticket before the process exists: a crash between the two never starts twice."""
    has_checkpoint = (path / "checkpoints" / "latest").exists()
    command = resume_command(path) if has_checkpoint else train_command(path / "config.yaml", path)
    ticket, yielding = read_ticket(path), niceness()
    with write_errors(path), (path / LOG).open("ab") as log:
        write_ticket(path, replace(ticket or Ticket(time.time_ns()), waiting=False))
        child = subprocess.Popen(
            command,
            cwd=working_directory(),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        # The thread reaps the child, so it must not run before its creation time was read.
        handle = handle_of(child.pid)
        lower_priority(child.pid, yielding)
        threading.Thread(target=_follow, args=(child,), daemon=True).start()
        write_handle(path, handle)


def _follow(child: subprocess.Popen[bytes]) -> None:
    """Gives the device to the next run when the child ends, while this process lives."""
    child.wait()
    with suppress(RunError):
        advance_queue()


WAITING_ROUNDS = "3000"
"""Rounds that a thread waits awake: some microseconds, where GNU's default is some milliseconds.

On idle cores a step takes as long as by default; sleeping at once makes it 1.4 times as long.
"""


def _environment() -> dict[str, str]:
    """Returns our variables; folders in them are absolute, for the child works elsewhere.

    A run shares its cores with the studio: threads of OpenMP that wait for one another sleep after
    a moment, where they would otherwise keep a core busy with waiting. Whoever set the variable is
    obeyed.
    """
    folders = {
        name: str(Path(os.environ[name]).resolve())
        for name in ("TOMCLIP_ASSETS", "TOMCLIP_CACHE", "TOMCLIP_DATA", "TOMCLIP_RUNS")
        if os.environ.get(name)
    }
    return {"GOMP_SPINCOUNT": WAITING_ROUNDS, **os.environ, **folders, "PYTHONUNBUFFERED": "1"}


def _require_resumable(path: Path) -> None:
    handle = active_process(path)
    if handle is not None:
        raise RunError(f"process {handle.pid} works on {path.name}; stop it before continuing it")
    state = observed_state(path).state
    if state == "finished":
        raise RunError(f"{path.name} has finished; clone it to train again")
    if state in ("queued", "starting", "running"):
        raise RunError(f"{path.name} is {state}; only a run that has ended can be continued")
