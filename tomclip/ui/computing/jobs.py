"""Work that takes longer than a page may: it runs beside the pages and is found again by its key.

A board has one worker, so that its jobs wait for each other: numba's default threading layer ends
the process when two threads run parallel code at once. This module knows nothing of streamlit.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from contextvars import copy_context
from itertools import count
from queue import SimpleQueue
from typing import Any, Generic, TypeVar

from tomclip.core.errors import TomclipError
from tomclip.core.progress import OnProgress

T = TypeVar("T")
Report = Callable[[float, str], None]


def counted(report: Report, what: str = "") -> OnProgress:
    """Returns the `OnProgress` that tells a job how far it is.

    Args:
        report: Of the job.
        what: What is counted, in the plural; without it the message is a percentage.

    A phase that the work names (`tomclip.core.progress.begin`) stands before the number.
    """

    return _Counted(report, what)


class _Counted:
    """Words of how far a job is: its phase, where the work names one, and a number."""

    def __init__(self, report: Report, what: str) -> None:
        self._report, self._what = report, what
        self._phase, self._share = "", 0.0

    def __call__(self, done: int, total: int) -> None:
        number = f"{done:,} of {total:,} {self._what}" if self._what else f"{100 * done // total} %"
        self._share = done / total
        self._report(self._share, f"{self._phase}, {number}" if self._phase else number)

    def begin(self, phase: str) -> None:
        self._phase = phase
        self._report(self._share, phase)


class Cancelled(TomclipError):
    """A person stopped the work."""


_NUMBERS = count()


class Job(Generic[T]):
    """One piece of work: how far it is, and its outcome when it is done.

    Titles may be equal, of two encoders for one; `number` is the job's own as long as this runs.
    """

    def __init__(self, title: str, board: JobBoard) -> None:
        self.future: Future[T] = Future()
        self.title = title
        self.number = next(_NUMBERS)
        self.board = board
        self.fraction = 0.0
        self.message = "waiting for its turn"
        self.failure_was_seen = False
        self._stop = threading.Event()

    @property
    def done(self) -> bool:
        """Whether there is a result or an error, or a person stopped the work."""
        return self.future.done() or self._stop.is_set()

    @property
    def failure(self) -> BaseException | None:
        """What ended the work before it had a result; None also while it is under way."""
        if self.future.done():
            return self.future.exception()
        return self._stopped() if self._stop.is_set() else None

    @property
    def cancelled(self) -> bool:
        """Whether the work ended because a person stopped it."""
        return isinstance(self.failure, Cancelled)

    def result(self) -> T:
        """Returns the result of a job that is done, or raises what ended it."""
        if (failure := self.failure) is not None:
            self.failure_was_seen = True
            raise failure
        return self.future.result(timeout=0)

    def cancel(self) -> None:
        """Gives the work up; it really ends at its next report of progress."""
        self._stop.set()

    def forget(self) -> None:
        """Makes the board begin anew when it is next asked for this work."""
        self.board.forget(self)

    def run(self, work: Callable[[Report], T]) -> None:
        """Does the work and keeps its outcome in `future`."""
        try:
            self.report(0.0, "starting")
            self.future.set_result(work(self.report))
        except BaseException as error:  # raised again where the result is asked for
            self.future.set_exception(error)

    def report(self, fraction: float, message: str) -> None:
        """Notes progress in [0, 1].

        Raises:
            Cancelled: when the job was cancelled; it ends the work that reports.
        """
        if self._stop.is_set():
            raise self._stopped()
        self.fraction, self.message = min(max(fraction, 0.0), 1.0), message

    def _stopped(self) -> Cancelled:
        return Cancelled(f"{self.title} was stopped")


class JobBoard:
    """Jobs by key, done one after the other; of the outcomes the least recently used go first."""

    def __init__(self, *, keep: int = 64) -> None:
        self._keep = keep
        self._jobs: OrderedDict[Hashable, Job[Any]] = OrderedDict()
        self._lock = threading.Lock()
        self._waiting: SimpleQueue[Callable[[], None]] = SimpleQueue()
        # A daemon: the studio ends at once when a person ends it, whatever is being computed.
        threading.Thread(target=self._work_off, name="tomclip-jobs", daemon=True).start()

    def start(self, key: Hashable, title: str, work: Callable[[Report], T]) -> Job[T]:
        """Returns the job with this key, starting it when it is new or its error was seen.

        The work sees the context of who started it, such as whose workspaces there are.
        A cancelled job stays cancelled until it is forgotten.
        """
        with self._lock:
            job = self._jobs.get(key)
            if job is None or (job.failure_was_seen and not job.cancelled):
                self._jobs[key] = job = Job[T](title, self)
                context = copy_context()
                self._waiting.put(lambda: context.run(job.run, work))
            self._jobs.move_to_end(key)
            self._forget_oldest()
            return job

    def known(self, key: Hashable) -> Job[Any] | None:
        """Returns the job with this key, or None; nothing is begun."""
        with self._lock:
            return self._jobs.get(key)

    def keep(self, key: Hashable, title: str, result: T) -> Job[T]:
        """Returns a job with this key that is done: its result was there already."""
        job = Job[T](title, self)
        job.future.set_result(result)
        with self._lock:
            self._jobs[key] = job
            self._forget_oldest()
        return job

    def forget(self, job: Job[Any]) -> None:
        """Drops a job, so that the next `start` with its key begins anew."""
        with self._lock:
            for key in [key for key, kept in self._jobs.items() if kept is job]:
                del self._jobs[key]

    def _work_off(self) -> None:
        while True:
            self._waiting.get()()

    def _forget_oldest(self) -> None:
        finished = [key for key, job in self._jobs.items() if job.done]
        for key in finished[: max(0, len(self._jobs) - self._keep)]:
            del self._jobs[key]
