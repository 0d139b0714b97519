"""From a configuration to a compared student, through the command line, on the embedded data."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from support.command_line import succeed
from support.tiny_encoders import write_teacher
from support.tiny_training import END_TO_END as CONFIG

from tomclip.runs import read_events, read_snapshot, snapshot_steps


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_teacher(tmp_path_factory.mktemp("teacher"))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, teacher: Path) -> Path:
    folder = tmp_path_factory.mktemp("training")
    (folder / "tiny.yaml").write_text(yaml.safe_dump({**CONFIG, "teacher": str(teacher)}))
    output = succeed("train", "--config", folder / "tiny.yaml", "--directory", folder / "run")
    assert "finished at step 2" in output
    return folder / "run"


def test_training_records_what_its_probe_measured(run: Path) -> None:
    start, end = (event for event in read_events(run) if event.split == "probe")
    assert (start.step, end.step) == (0, 2)
    assert 0 <= end.values["zero_shot_top1"]["mean"] <= 100
    for name in ("zero_shot_top10", "wasserstein_h1_to_teacher", "mutual_knn_to_teacher"):
        assert set(end.values[name]) == {"en", "ko", "mean"}


def test_training_keeps_the_diagrams_of_every_probe(run: Path) -> None:
    assert snapshot_steps(run) == snapshot_steps(run / "checkpoints" / "best") == (0, 2)
    snapshot = read_snapshot(run, 2)
    assert snapshot.languages == ("en", "ko")
    assert [len(h0) for h0, _ in snapshot.diagrams.values()] == [len(snapshot.concepts)] * 2


def test_the_trained_student_is_evaluated_as_its_probe_was(run: Path) -> None:
    student = run / "checkpoints" / "latest"
    options = ("--languages", "en,ko", "--subset", "unseen", "--json", "-")
    values = json.loads(succeed("evaluate", "--encoder", student, *options))
    *_, probe = (event.values for event in read_events(run) if event.split == "probe")
    found = {(score["name"], score["language"]): score["value"] for score in values["scores"]}
    for name in ("zero_shot_top10", "text_to_image_recall_at_10", "linear_cka_to_teacher"):
        assert found[name, "ko"] == pytest.approx(probe[name]["ko"], abs=0.5)


def test_the_trained_student_is_compared_with_its_teacher(run: Path, teacher: Path) -> None:
    options = ("--languages", "en,ko", "--subset", "unseen", "--no-shape", "--json", "-")
    student = run / "checkpoints" / "latest"
    values = json.loads(succeed("compare", "--baseline", teacher, "--encoder", student, *options))
    rows = values["differences"]
    assert {row["language"] for row in rows} == {"en", "ko", "mean"}
    assert all(row["ci_low"] <= row["difference"] <= row["ci_high"] for row in rows)


def test_its_vectors_are_written(run: Path, tmp_path: Path) -> None:
    student, target = run / "checkpoints" / "latest", tmp_path / "ko.npz"
    options = ("--language", "ko", "--subset", "unseen", "--output", target)
    succeed("embed", "--encoder", student, *options)
    with np.load(target) as stored:
        assert np.allclose(np.linalg.norm(stored["vectors"], axis=1), 1.0, atol=1e-5)
