"""A worker that trains nothing: it keeps the run directory's contract and imports little.

Run as a script it is the worker; imported it is what tests need to start it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LONGEST_SECONDS = 120.0
PATIENCE_SECONDS = 60.0


def fake_command(directory: Path, *extra: str) -> list[str]:
    """Returns the arguments of a worker of `directory`."""
    return [sys.executable, "-S", __file__, str(directory), *extra]


def put_in_place(monkeypatch: Any) -> None:
    """Makes this worker the one that the launcher starts."""
    from tomclip.runs.jobs import launcher

    monkeypatch.setattr(launcher, "train_command", lambda _, path: fake_command(path))
    monkeypatch.setattr(launcher, "resume_command", lambda path: fake_command(path, "again"))


def end_workers(root: Path) -> None:
    """Ends what works in the runs folder `root`, and lets nothing there start any more."""
    from tomclip.runs import active_runs, list_runs, queue_position, stop_run
    from tomclip.runs.jobs.processes import active_process, end_processes

    for record in list_runs(root):
        if queue_position(record.path) is not None:
            stop_run(record.path)
    for path in active_runs(root):
        handle = active_process(path)
        if handle is not None and handle.pid != os.getpid():
            end_processes(handle)


def wait_for(condition: Callable[[], object]) -> None:
    """Returns when `condition` holds.

    Raises:
        AssertionError: when it does not come to hold.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def work(directory: Path) -> None:
    """Declares "running" until control/stop or control/finish appears."""
    declare(directory, "running")
    print("an epoch of nothing", flush=True)
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        for request, state in (("stop", "cancelled"), ("finish", "finished")):
            if (directory / "control" / request).exists():
                declare(directory, state)
                return
        time.sleep(0.02)


def declare(directory: Path, state: str) -> None:
    """Replaces the status."""
    values = {"state": state, "step": 1, "total": 2, "heartbeat_at": datetime.now(UTC).isoformat()}
    partial = directory / ".status.json-worker"
    partial.write_text(json.dumps(values), encoding="utf-8")
    os.replace(partial, directory / "status.json")


if __name__ == "__main__":
    work(Path(sys.argv[1]))
