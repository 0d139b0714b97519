"""Scores in events: one reader of the present form and of that of earlier versions."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tomclip.core.paths import assets_directory
from tomclip.core.types import Event
from tomclip.runs import read_milestones
from tomclip.runs.scores import by_language, recorded_scores

NESTED = {
    "zero_shot_top1": {"mean": 15.0, "en": 20.0, "ko": 10.0},
    "wasserstein_h0_to_teacher": {"mean": 1.5, "ko": 1.5},
}


def test_scores_are_read_by_language_whatever_stands_beside_them() -> None:
    values = {**NESTED, "probe_seconds": 3.0, "memory_bytes": 5, "error": "gone"}
    assert recorded_scores(Event(4, 0.5, "probe", values)) == NESTED


def test_a_run_of_an_earlier_version_is_read_alike() -> None:
    flat = {
        f"{name}_{code}".removesuffix("_mean"): value
        for name, values in NESTED.items()
        for code, value in values.items()
    }
    assert "wasserstein_h0_to_teacher_ko" in flat
    assert recorded_scores(Event(4, 0.5, "probe", {**flat, "probe_seconds": 3.0})) == NESTED


def test_a_probe_of_one_s_own_may_name_its_scores_as_it_likes() -> None:
    assert by_language({"sharpness": 0.5, "sharpness_ko": 0.25}) == {
        "sharpness": {"mean": 0.5, "ko": 0.25}
    }


def test_what_is_no_number_is_no_score() -> None:
    values = {"zero_shot_top1": None, "rsa": {"ko": None, "en": 0.5}, "linear_cka": "high"}
    assert by_language(values) == {"rsa": {"en": 0.5}}


def test_training_steps_and_changed_weights_hold_no_scores() -> None:
    assert recorded_scores(Event(1, 0.1, "train", {"total": 1.0})) == {}
    assert recorded_scores(Event(1, 0.1, "control", {"weights": {"h0_weight": 0.1}})) == {}


@pytest.mark.parametrize("name", ["mclip", "tomclip", "tomclip_exact", "anchored"])
def test_the_shipped_runs_validations_are_read(name: str, tmp_path: Path) -> None:
    curve = assets_directory() / "emoji" / "students" / name / "metrics.jsonl.gz"
    (tmp_path / "metrics.jsonl").write_bytes(gzip.decompress(curve.read_bytes()))
    events = read_milestones(tmp_path)
    validations = [recorded_scores(event) for event in events if event.split == "validation"]
    assert len(validations) > 10
    for scores in validations:
        assert set(scores) == {"mean_reciprocal_rank", "pointwise_mse", "cosine"}
        assert len(scores["mean_reciprocal_rank"]) == 14
        assert 0 < scores["mean_reciprocal_rank"]["mean"] < 1
