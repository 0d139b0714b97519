"""What scripts measure of teachers: hits, gains, learnability, closed forms, the curve's table."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import teacher.learnability
from teacher.closed_form import Drawings, chosen, fit_head
from teacher.learnability import learnability
from teacher.measures import accuracy, gain, hits, top1
from teacher_curve import curve_figure, markdown_table, read_lines

from tomclip.core.reading.numbers import unit_rows
from tomclip.data import load_emoji


def cloud(count: int, width: int, seed: int) -> np.ndarray:
    return unit_rows(np.random.default_rng(seed).normal(size=(count, width)).astype(np.float32))


def test_a_drawing_is_right_when_its_own_name_is_nearest():
    names = np.eye(3, dtype=np.float32)
    images = names[[0, 2, 2]]
    assert hits(5 * names, images).tolist() == [True, False, True]
    assert top1(names, images) == pytest.approx(100 * 2 / 3)


def test_a_gain_is_of_the_first_over_the_second_on_the_same_drawings():
    second = np.arange(200) < 80
    first = np.arange(200) < 100
    found = gain(first, second)
    assert found["top1"] == [50.0, 40.0]
    assert found["gain"]["value"] == pytest.approx(10.0)
    assert 0 < found["gain"]["low"] < 10 < found["gain"]["high"]
    assert found["p_value"] == pytest.approx(2 * 0.5**20)
    assert accuracy(first)["low"] < 50 < accuracy(first)["high"]


def test_a_map_from_features_puts_drawings_on_the_names_it_was_fitted_on():
    names = cloud(40, 16, seed=0)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(16, 16)))[0].astype(np.float32)
    features = names @ turn
    drawings = Drawings(features, np.arange(40), np.ones(40, dtype=np.float32))
    few = chosen(drawings, np.arange(6))
    assert few.kinds.tolist() == [0, 1, 2, 3, 4, 5]
    reached = [top1(names, unit_rows(fit_head(some, names)(features))) for some in (few, drawings)]
    assert reached[0] < 60
    assert reached[1] == 100


def test_names_that_a_linear_map_reaches_are_read_as_well_as_the_teacher_reads_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    dataset = load_emoji()
    named = cloud(len(dataset.names["en"]), 12, seed=2)
    rows = {names[row]: row for names in dataset.names.values() for row in range(len(names))}
    korean, noise = set(dataset.names["ko"]), cloud(len(named), 12, seed=3)

    def read(encoder: str, texts: list[str], cache: Path) -> np.ndarray:
        return np.stack([(noise if text in korean else named)[rows[text]] for text in texts])

    monkeypatch.setattr(teacher.learnability, "sentence_vectors", read)
    unseen, seen = dataset.rows("unseen"), dataset.rows("seen")
    english = named[seen], named[seen]
    found = learnability(dataset, named, named[unseen], english, packages=tmp_path)
    assert found["teacher"] == 100
    assert found["english_share"] > 0.95
    assert found["ridge"]["ko"] < 5
    assert found["mean"] == pytest.approx(np.mean(list(found["ridge"].values())))
    assert found["pairs"]["ridge"]["en"] > 90


def teacher_facts(sets: int, value: float) -> dict:
    score = {"value": value, "low": value - 2, "high": value + 3}
    subsets = (("twemoji", "all"), ("twemoji", "unseen"), ("fxemoji", "all"))
    scores = [
        {"rendering": rendering, "subset": subset, "zero_shot_top1": score}
        for rendering, subset in subsets
    ]
    return {"title": "T", "sets": sets, "drawings": 1000 * sets, "steps": 7, "scores": scores}


def test_the_curve_has_a_point_for_every_teacher():
    teachers = [teacher_facts(2, 10.0), teacher_facts(4, 20.0)]
    assert "| 4 | 4,000 | 20.0 [18.0, 23.0] |" in markdown_table(teachers)
    lines = curve_figure(teachers, note="7 steps").to_dict()["data"]
    assert len(lines) == 3
    assert list(lines[0]["x"]) == [2000, 4000]
    assert list(lines[0]["y"]) == [10.0, 20.0]
    assert list(lines[0]["error_y"]["array"]) == [3.0, 3.0]
    with pytest.raises(SystemExit, match="has no score of twemoji, all"):
        markdown_table([{**teachers[0], "scores": []}])


def test_closed_forms_make_the_same_table(tmp_path: Path):
    facts = teacher_facts(4, 20.0)
    lines = [
        {"sets": 4, "drawings": 4000, "top1": score["zero_shot_top1"]}
        | {"rendering": score["rendering"], "subset": score["subset"]}
        for score in facts["scores"]
    ]
    (tmp_path / "drawings.jsonl").write_text("\n".join(map(json.dumps, lines)) + "\n")
    assert markdown_table(read_lines(tmp_path / "drawings.jsonl")) == markdown_table([facts])
