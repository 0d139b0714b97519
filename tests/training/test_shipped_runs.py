"""A student that ships repeats: a run of its configuration takes the recorded steps again."""

from __future__ import annotations

import dataclasses
import gzip
import json
from pathlib import Path

import pytest

from tomclip.config import load_config
from tomclip.core.paths import assets_directory
from tomclip.core.types import Event
from tomclip.training import train

STEPS = 3
RECORDED = ("total", "pointwise", "gradient_norm", "learning_rate")


def recorded_steps(student: Path) -> list[dict[str, float]]:
    """Returns the values of the first steps of the run that ships."""
    lines = gzip.decompress((student / "metrics.jsonl.gz").read_bytes()).splitlines()
    events = [event for event in map(json.loads, lines) if event["split"] == "train"]
    return [event["values"] for event in events[:STEPS]]


def test_the_first_steps_of_a_shipped_run_repeat(tmp_path: Path) -> None:
    student = assets_directory() / "emoji" / "students" / "tomclip_exact"
    config = load_config(student / "config.yaml")
    quiet = dataclasses.replace(config.validation, probe_every_steps=0, light_probe_share=0.0)
    taken: list[Event] = []

    train(
        dataclasses.replace(config, validation=quiet),
        directory=tmp_path / "run",
        on_event=lambda event: taken.append(event) if event.split == "train" else None,
        should_stop=lambda: len(taken) == STEPS,
    )

    recorded = recorded_steps(student)
    assert len(taken) == len(recorded) == STEPS
    for event, values in zip(taken, recorded, strict=True):
        kept = {key: values[key] for key in RECORDED}
        assert {key: event.values[key] for key in RECORDED} == pytest.approx(kept, rel=2e-3)
