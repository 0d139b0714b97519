"""Probes: measurements of a student in training that leave the training as it was."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from tomclip.encoders import TextEncoder
from tomclip.runs import RunDirectory
from tomclip.runs.scores import by_language
from tomclip.training.seeding import undisturbed_generators

LIGHT_PROBE_SECONDS = 2.0
"""Light probes are at least so far apart."""
MOST_LIGHT_PROBES = 600
"""About so many are as far apart as that; later ones follow more slowly, as a run gets long."""
_LOGGER = logging.getLogger(__name__)


class Probe(Protocol):
    """Measures a student in training; it may also leave files in the run's `artifacts`.

    One with a method `light` of the same form, which takes a tenth of a second or so, is asked that
    every other second.
    """

    def __call__(self, student: TextEncoder, step: int, run: RunDirectory, /) -> Mapping[str, Any]:
        """Returns the scores of `student` as it is after `step` steps of `run`.

        By name they are {language: value}, the mean under "mean", or the mean alone.
        """
        ...


def run_probe(probe: Probe, student: TextEncoder, step: int, run: RunDirectory) -> dict[str, Any]:
    """Returns the probe's values, or {"error": ...} when it raises, and its `probe_seconds`.

    The random generators that training draws from are put back, so that training goes on bit for
    bit as it would have without the probe.
    """
    started = time.perf_counter()
    try:
        with undisturbed_generators():
            values: dict[str, Any] = {**by_language(probe(student, step, run))}
    except Exception as error:
        _LOGGER.exception("the probe at step %d failed; training goes on", step)
        values = {"error": f"{type(error).__name__}: {error}"}
    return {**values, "probe_seconds": time.perf_counter() - started}


class LightPace:
    """Says when a light probe is worth its time: what it measures does not depend on that.

    A probe waits for two seconds after the one before, longer when it would otherwise take more
    than `share` of the time, and from the 20th minute on for a 600th of the time that has passed.
    The first one, which loads what the others need, is no measure of what they will take.
    """

    def __init__(self, share: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._share, self._clock = share, clock
        self._began = self._ended = clock()
        self._taken: float | None = None

    def is_due(self) -> bool:
        """Returns whether the next light probe is worth it now; never when the share is 0."""
        if not self._share:
            return False
        now, taken = self._clock(), self._taken or 0.0
        waits = taken * (1 - self._share) / self._share
        apart = (now - self._began) / MOST_LIGHT_PROBES
        return now - self._ended >= max(LIGHT_PROBE_SECONDS, waits, apart)

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Takes the time of the light probe that is made in the body."""
        started = self._clock()
        yield
        self._ended = self._clock()
        self._taken = 0.0 if self._taken is None else self._ended - started
