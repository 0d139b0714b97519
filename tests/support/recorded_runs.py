"""Runs as a worker leaves them behind, written in a moment, for the pages that show runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from tomclip.config import parse_config
from tomclip.core.types import Event, RunState
from tomclip.runs import (
    Snapshot,
    append_event,
    create_run,
    read_status,
    write_snapshot,
    write_status,
)
from tomclip.runs.jobs.processes import handle_of, write_handle
from tomclip.topology import persistence_diagrams

STEPS = 8
TIMES = {"started_at": "2025-01-31T12:00:00+00:00", "finished_at": "2025-01-31T12:01:30+00:00"}


def recorded_run(
    name: str = "one",
    state: RunState = "finished",
    *,
    probes: Sequence[int] = (0, STEPS),
    changed: bool = True,
) -> Path:
    """Returns a run of 8 steps that recorded its losses, some probes and maybe a changed weight."""
    loss = {"distance_matrix_weight": 0.1, "h0_weight": 0.1}
    path = create_run(parse_config({"name": name, "device": "cpu", "loss": loss})).path
    for step in range(1, STEPS + 1):
        values = {
            "total": 2 - step / 10,
            "pointwise": 1.0,
            "seconds": step / 4,
            "step_seconds": 0.25,
        }
        append_event(path, Event(step, step / 4, "train", values))
    if changed:
        append_event(path, Event(4, 1.0, "control", {"weights": {"h0_weight": 1.0}}))
    for step in probes:
        record_probe(path, step)
    write_status(path, replace(read_status(path), state=state, step=STEPS, total=STEPS, **TIMES))
    return path


def record_probe(path: Path, step: int) -> None:
    """Records two languages' scores, and the vectors and diagrams of twelve concepts."""
    scores = {"zero_shot_top1": 10.0 + step, "wasserstein_h0_to_teacher": 2 - step / 10}
    values = {f"{name}_{code}": value for name, value in scores.items() for code in ("en", "ko")}
    append_event(path, Event(step, step / 4, "probe", {**scores, **values}))
    random = np.random.default_rng(step)
    clouds = {code: random.normal(size=(12, 5)).astype(np.float16) for code in ("en", "ko")}
    diagrams = {code: persistence_diagrams(cloud.astype(float)) for code, cloud in clouds.items()}
    write_snapshot(path, Snapshot(step, np.arange(12), diagrams, vectors=clouds))


def record_light_probe(path: Path, step: int) -> None:
    """Records what a light probe finds: an accuracy of 2 + 5 % a step, and a falling distance."""
    values = {
        "sampled_zero_shot_top1": 2.0 + 5 * step,
        "sampled_text_rank": 0.1 + step / 20,
        "sampled_wasserstein_h0": 2 - step / 10,
    }
    scores = {name: dict.fromkeys(("en", "ko", "mean"), value) for name, value in values.items()}
    append_event(path, Event(step, step / 4, "light_probe", {**scores, "probe_seconds": 0.1}))


def lose(path: Path) -> None:
    """Makes the run one whose worker is gone: a later process has its number by now."""
    write_status(path, replace(read_status(path), state="running", step=4, finished_at=None))
    write_handle(path, replace(handle_of(os.getpid()), created=1.0))
