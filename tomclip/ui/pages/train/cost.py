"""How long a run will take on this machine, before it is started."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from tomclip.config import LOSS_WEIGHTS, TrainConfig, config_to_dict
from tomclip.core.errors import RunError
from tomclip.core.formatting import about, speed
from tomclip.core.types import RunRecord
from tomclip.runs import read_milestones
from tomclip.runs.jobs.queue import device_of, expected_device

TOKENS_A_CAPTION = 10
PROBED_SIZE = 512
PROBED_SECONDS = 0.05
SHARE_OF_PRODUCT = 0.5
"""How near a step of a small student comes to the rate of a bare product (docs/performance.md)."""


def expected_time(config: TrainConfig, runs: Sequence[RunRecord], *, times: int = 1) -> str:
    """Returns in words how long `times` such runs will take here, and how that is known.

    By the latest run of the same size on the same device; else by the latest of another size,
    scaled by the arithmetic of a step; else, on a CPU, by how fast this machine multiplies.
    """
    if config.optimiser.steps == 0:
        return (
            "No step is taken: the student is the closed form, once its encoder has read the texts."
        )
    seconds, source = _step(config, runs)
    if not seconds:
        return "How long it takes is known once a run has begun on this device."
    total = about(times * seconds * config.optimiser.steps)
    return f"About {total} and the probes, at {speed(seconds)}: {source}."


def size_of(config: Mapping[str, Any]) -> tuple[Any, ...]:
    """Returns the settings that decide how long a step takes."""
    student, loss = dict(config.get("student", {})), config.get("loss", {})
    weights = [bool(loss.get(name)) for name in LOSS_WEIGHTS]
    weights.append(loss.get("weights_in") == "gradient")  # a second backward of each term
    batch = captions_a_step(config)
    return (batch, loss.get("recipe"), *weights, *sorted((k, str(v)) for k, v in student.items()))


def captions_a_step(config: Mapping[str, Any]) -> int:
    """Returns how many texts a step embeds: pairs, and captions without one where they join.

    0 when the configuration does not say. A file of fewer captions than a batch gives all it has,
    which is not looked up here.
    """
    pairs = int(config.get("optimiser", {}).get("batch_size") or 0)
    lone = [config.get("data", {}).get(name) or {} for name in ("english_anchor", "unpaired")]
    return pairs + sum(int(one.get("rows") or pairs) for one in lone if one.get("captions"))


def work_of_step(config: Mapping[str, Any]) -> float:
    """Returns roughly how many floating-point operations a step takes.

    Two a weight and token forward, twice that backward, for the student's layers; and the matrix
    products of the distances between the rows of a batch, eight with their gradients. 0 when the
    configuration does not say, as of a student that starts from another encoder.
    """
    try:
        student, batch = config["student"], captions_a_step(config)
        if student.get("start_from"):
            return 0.0
        hidden, wide = int(student["hidden_size"]), int(student["intermediate_size"])
        tokens = batch * min(TOKENS_A_CAPTION, int(student["max_tokens"]))
        layers = int(student["layers"]) * (4 * hidden**2 + 2 * hidden * wide)
    except (KeyError, TypeError, ValueError):
        return 0.0
    return 6.0 * layers * tokens + 8.0 * 512 * batch**2


@st.cache_resource(show_spinner=False)
def multiplications_a_second() -> float:
    """Returns how many floating-point operations a second this machine's matrix products do.

    The fastest of several counts: a browser that draws the page takes its share of the others.
    """
    matrix = np.ones((PROBED_SIZE, PROBED_SIZE), dtype=np.float32)
    begun, fastest = time.perf_counter(), np.inf
    while (start := time.perf_counter()) - begun < PROBED_SECONDS:
        _ = matrix @ matrix
        fastest = min(fastest, time.perf_counter() - start)
    return 2.0 * PROBED_SIZE**3 / fastest


def _step(config: TrainConfig, runs: Sequence[RunRecord]) -> tuple[float, str]:
    """Returns the expected seconds of a step, 0 when unknown, and how they are known."""
    values, device = config_to_dict(config), expected_device(config.device)
    here = [run for run in runs if not run.damage and device_of(run.path) == device]
    size, work = size_of(values), work_of_step(values)
    for run in sorted(here, key=lambda run: size_of(run.config) != size):
        seconds = _measured(run)
        if seconds and size_of(run.config) == size:
            return seconds, f"{run.name} took {seconds:.2f} s a step here"
        if seconds and (other := work_of_step(run.config)):
            return seconds * work / other, f"a rough guess, scaled from {run.name}"
    if device != "cpu":
        return 0.0, ""
    seconds = work / (SHARE_OF_PRODUCT * multiplications_a_second())
    return seconds, "a rough guess, by how fast this machine multiplies"


def _measured(run: RunRecord) -> float:
    """Returns the run's mean seconds a step; 0 before its first, or when they cannot be read."""
    try:
        steps = [event for event in read_milestones(run.path) if event.split == "train"]
    except RunError:
        return 0.0
    return steps[-1].values.get("seconds", 0.0) / max(steps[-1].step, 1) if steps else 0.0
