"""Probes: measurements of a student in training that leave the training as it was."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any, Protocol

from tomclip.encoders import TextEncoder
from tomclip.runs import RunDirectory
from tomclip.runs.scores import by_language
from tomclip.training.seeding import undisturbed_generators

_LOGGER = logging.getLogger(__name__)


class Probe(Protocol):
    """Measures a student in training; it may also leave files in the run's `artifacts`."""

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
