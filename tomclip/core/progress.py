"""How far a computation is: one signature of `on_progress` everywhere."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Protocol, runtime_checkable

OnProgress = Callable[[int, int], None]
"""Called with (steps done, steps in all), 0 <= done <= all and all >= 1, never falling. What a step
is, the function says. An exception raised in it ends the computation."""


@runtime_checkable
class Phased(Protocol):
    """An `OnProgress` that also wants to hear, in a word or two, what is being done."""

    def begin(self, phase: str) -> None:
        """Notes that a phase begins, such as "arranging points"."""
        ...


_FINENESS = 1000  # steps that a part of unequal parts counts as


def silent(done: int, total: int) -> None:
    """An `OnProgress` that nobody looks at."""


def begin(on_progress: OnProgress | None, phase: str) -> None:
    """Tells an `OnProgress` that is `Phased` what is being done from now on, any other nothing."""
    if isinstance(on_progress, Phased):
        on_progress.begin(phase)


def part_of(on_progress: OnProgress | None, part: int, parts: int) -> OnProgress:
    """Returns the `OnProgress` of one of several parts that are equal shares of the whole.

    Args:
        on_progress: That of the whole; None is silent.
        part: Which part, 0 <= part < parts.
        parts: How many there are, >= 1.
    """
    if on_progress is None:
        return silent
    return _Part(on_progress, part, parts)


class _Part:
    """One of several equal shares of the whole; a phase of it is one of the whole."""

    def __init__(self, whole: OnProgress, part: int, parts: int) -> None:
        self._whole, self._part, self._parts = whole, part, parts

    def __call__(self, done: int, total: int) -> None:
        step = self._part * _FINENESS + _FINENESS * done // total
        self._whole(step, self._parts * _FINENESS)

    def begin(self, phase: str) -> None:
        begin(self._whole, phase)


def shares(
    on_progress: OnProgress | None, start: float = 0.0, stop: float = 1.0
) -> Callable[[float], None]:
    """Returns what takes shares in [0, 1] of a stretch of work whose steps cannot be counted.

    What is reported are thousandths of the whole, from `start` to `stop`.
    """
    report = on_progress or silent

    def within(share: float) -> None:
        report(round(_FINENESS * (start + (stop - start) * share)), _FINENESS)

    return within


class Pace:
    """An `OnProgress` that knows how fast the steps are done and how long the rest will take.

    Steps that were done before the first call, such as those of an earlier run, do not count as
    done by this one.

    Attributes:
        done: Steps done, those of earlier runs included.
        total: Steps in all.
        per_second: Steps of this run a second; 0 before the first is done.
        seconds_left: None before the first step of this run is done.
    """

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self.done = self.total = 0
        self.per_second = 0.0
        self.seconds_left: float | None = None
        self._clock = clock
        self._first: tuple[int, float] | None = None

    def __call__(self, done: int, total: int) -> None:
        """Notes that `done` of `total` steps are done now."""
        now = self._clock()
        if self._first is None:
            self._first = done, now
        self.done, self.total = done, total
        before, since = self._first
        if done > before and now > since:
            self.per_second = (done - before) / (now - since)
            self.seconds_left = (total - done) / self.per_second
