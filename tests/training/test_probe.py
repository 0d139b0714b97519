"""Probes: a run from a notebook records what one from the command line does."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.tiny_encoders import write_teacher
from support.tiny_training import END_TO_END, recorded, tiny_config

from tomclip.config import parse_config
from tomclip.runs import snapshot_steps
from tomclip.runs.scores import recorded_scores
from tomclip.training import train


def test_a_run_records_accuracy_and_shape_without_being_given_a_probe(tmp_path: Path) -> None:
    (tmp_path / "teacher").mkdir()
    teacher = write_teacher(tmp_path / "teacher")
    run = tmp_path / "run"
    train(parse_config({**END_TO_END, "teacher": str(teacher)}), directory=run)
    start, end = recorded(run, "probe")
    assert (start.step, end.step) == (0, 2)
    for event in (start, end):
        scores = recorded_scores(event)
        assert set(scores["zero_shot_top1"]) == {"en", "ko", "mean"}
        assert scores["wasserstein_h0_to_teacher"]["ko"] > 0
    assert snapshot_steps(run) == (0, 2)


def test_a_probe_of_one_s_own_takes_its_place(tmp_path: Path) -> None:
    config = tiny_config(
        optimiser={"steps": 2, "batch_size": 32}, validation={"probe_every_steps": 2}
    )
    train(config, directory=tmp_path / "run", probe=lambda student, step, run: {"step_seen": step})
    probes = recorded(tmp_path / "run", "probe")
    assert [recorded_scores(event) for event in probes] == [
        {"step_seen": {"mean": float(event.step)}} for event in probes
    ]


def test_a_default_probe_that_cannot_be_loaded_stops_no_training(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tomclip.evaluation import probe

    def gone(subset: str) -> None:
        raise OSError("the emoji are gone")

    monkeypatch.setattr(probe, "emoji_task", gone)
    config = tiny_config(
        optimiser={"steps": 2, "batch_size": 32}, validation={"probe_every_steps": 2}
    )
    result = train(config, directory=tmp_path / "run")
    assert result.state == "finished"
    errors = {event.values["error"] for event in recorded(tmp_path / "run", "probe")}
    assert errors == {"OSError: the emoji are gone"}
