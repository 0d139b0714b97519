"""What a worker leaves on disk while it trains: one line per event, and its status."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from tomclip.core.errors import RunError
from tomclip.core.files.atomic import write_errors
from tomclip.core.types import Event, RunState
from tomclip.runs import RunDirectory, RunStatus, append_event, read_status, write_status
from tomclip.runs.scores import MEASUREMENTS
from tomclip.runs.status import utc_now, working_seconds
from tomclip.training.hardware.memory import memory_in_use
from tomclip.training.worker.tracking import Tracker

HEARTBEAT_SECONDS = 2.0
PHASE_HEARTBEAT_SECONDS = 10.0


class Recorder:
    """Writes a run's events and status, then tells whoever listens.

    In processes of a run that are not its main one, `writes` is False: nothing happens. Every
    method raises RunError when the run's folder cannot be written.
    """

    def __init__(
        self,
        run: RunDirectory,
        total_steps: int,
        tracker: Tracker,
        on_event: Callable[[Event], None] | None,
        device: str,
        *,
        writes: bool = True,
    ) -> None:
        self._writes = writes
        self._run, self._tracker, self._on_event = run, tracker, on_event
        self._device = device
        now = utc_now()
        earlier = working_seconds(read_status(run.path))
        self._status = RunStatus(
            "starting",
            total=total_steps,
            started_at=now,
            heartbeat_at=now,
            earlier_seconds=0.0 if math.isnan(earlier) else earlier,
        )
        self._beat = 0.0
        self._writing = threading.Lock()

    def record(self, event: Event) -> None:
        """Appends `event`, measurements with the memory in use, and when the tracker gives up on
        it, that too."""
        if not self._writes:
            return
        if event.split in MEASUREMENTS:
            values = {**event.values, **memory_in_use(self._device)}
            event = replace(event, values=values)
        self._append(event)
        reason = self._tracker.forward(event)
        if reason is not None:
            self._append(Event(event.step, event.epoch, "tracking", {"error": reason}))

    def declare(
        self,
        state: RunState,
        step: int,
        best_step: int | None,
        *,
        error: str | None = None,
        exit_code: int | None = None,
        phase: str = "",
    ) -> None:
        """Replaces the status; an exit code marks the end. The next heartbeat ends a phase."""
        if not self._writes:
            return
        now = utc_now()
        with self._writing:
            self._status = replace(
                self._status,
                state=state,
                step=step,
                heartbeat_at=now,
                finished_at=now if exit_code is not None else None,
                best_step=best_step,
                exit_code=exit_code,
                error=error,
                phase=phase,
            )
            with write_errors(self._run.path):
                write_status(self._run.path, self._status)
        self._beat = 0.0 if phase else time.monotonic()

    def heartbeat(self, step: int, best_step: int | None) -> None:
        """Says that the run is alive, at most every `HEARTBEAT_SECONDS`."""
        if time.monotonic() - self._beat >= HEARTBEAT_SECONDS:
            self.declare("running", step, best_step)

    def still_in_phase(self) -> None:
        """Says that the run is alive while a phase lasts; at other times its steps say so."""
        with self._writing:
            if self._status.phase:
                self._status = replace(self._status, heartbeat_at=utc_now())
                write_status(self._run.path, self._status)

    def _append(self, event: Event) -> None:
        with write_errors(self._run.path):
            append_event(self._run.path, event)
        if self._on_event is not None:
            self._on_event(event)


@contextmanager
def beating(beat: Callable[[], None], every: float = PHASE_HEARTBEAT_SECONDS) -> Iterator[None]:
    """Calls `beat` every so many seconds from another thread while the body runs.

    What it raises is left for the body to meet, which writes the same files.
    """
    ended = threading.Event()

    def run() -> None:
        while not ended.wait(every):
            with suppress(OSError, RunError):
                beat()

    thread = threading.Thread(target=run, name="heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
