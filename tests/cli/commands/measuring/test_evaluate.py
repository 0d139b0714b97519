"""The scores of one encoder from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import succeed, tomclip
from support.emoji_doubles import CODES, EncoderDoubles

from tomclip.core.paths import assets_directory
from tomclip.evaluation import EvaluationReport

pytestmark = pytest.mark.usefixtures("doubles")


def test_evaluate_shows_a_table_and_writes_the_same_numbers(tmp_path: Path) -> None:
    target = tmp_path / "new" / "report.json"
    output = succeed("evaluate", "--encoder", "baseline", "--json", target)
    values = json.loads(target.read_text())
    report = EvaluationReport.from_dict(values)
    assert values["data"] == "emoji"
    assert list(report.table().index) == [*CODES, "mean"]
    mean = report.score("zero_shot_top1")
    assert f"{mean.value:.1f} [{mean.ci_low:.1f}, {mean.ci_high:.1f}]" in output
    assert f"{report.score('bottleneck_h1_to_teacher', 'ko').value:.4f}" in output


def test_evaluate_prints_only_json_for_a_dash() -> None:
    values = json.loads(succeed("evaluate", "--encoder", "baseline", "--json", "-", "--no-shape"))
    assert {score["unit"] for score in values["scores"]} == {"%"}
    assert values["settings"]["references"] == []
    assert "ranks" not in values


def test_evaluate_takes_its_settings_from_the_options(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    succeed(
        *("evaluate", "--encoder", "better", "--data", "emoji", "--subset", "unseen"),
        *("--languages", "ko, de", "--rendering", "noto", "--seed", "5", "--per-item"),
        *("--no-cache", "--json", target),
    )
    report = EvaluationReport.from_dict(json.loads(target.read_text()))
    assert (report.subset, report.rendering, report.n_concepts) == ("unseen", "noto", 14)
    assert (report.settings["languages"], report.settings["seed"]) == (["ko", "de"], 5)
    assert len(report.ranks["text_to_image"]["de"]) == 14


def test_an_unknown_choice_lists_the_known_ones() -> None:
    result = tomclip("evaluate", "--encoder", "baseline", "--subset", "new")
    assert result.exit_code == 2
    assert "all" in result.stderr
    assert "unseen" in result.stderr


@pytest.fixture
def real_encoders(doubles: EncoderDoubles, monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the doubles away again; skips where the trained encoders are not in the checkout."""
    if not (assets_directory() / "emoji" / "students" / "mclip").is_dir():
        pytest.skip("the trained encoders are not in this checkout")
    monkeypatch.undo()


@pytest.mark.slow
@pytest.mark.usefixtures("real_encoders")
def test_the_real_student_beats_chance_by_far_in_another_language() -> None:
    text = succeed(
        *("evaluate", "--encoder", "mclip", "--languages", "en,ko", "--subset", "unseen"),
        *("--no-shape", "--json", "-"),
    )
    values = json.loads(text)
    top1 = {s["language"]: s["value"] for s in values["scores"] if s["name"] == "zero_shot_top1"}
    chance = 100 / values["n_concepts"]
    assert min(top1.values()) > 5 * chance
