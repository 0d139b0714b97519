"""A data set of one's own needs one task object and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from support.emoji_doubles import EncoderDoubles
from support.own_task import PICTURES_A_SIGN, SIGNS, RoadSigns

from tomclip.cli.score_tables import show_differences, show_report
from tomclip.core.errors import InputError
from tomclip.evaluation import (
    EvaluationReport,
    compare,
    evaluate,
    near_chance,
)
from tomclip.evaluation.clip_benchmark import clip_benchmark_rows


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "200")
    return EncoderDoubles().install(monkeypatch)


@pytest.fixture
def report(doubles: EncoderDoubles) -> EvaluationReport:
    return evaluate("baseline", RoadSigns())


def test_it_is_evaluated_in_its_languages(report: EvaluationReport) -> None:
    assert (report.data, report.n_concepts) == ("road signs", SIGNS * PICTURES_A_SIGN)
    assert list(report.table().index) == ["en", "de", "mean"]
    ranks = np.array(report.ranks["zero_shot"]["de"])
    score = report.score("zero_shot_top5", "de")
    assert len(ranks) == score.n == 36
    assert score.value == pytest.approx(100 * np.mean(ranks <= 5))
    assert report.score("image_to_text_recall_at_1", "en").n == 48
    assert report.score("wasserstein_h0", "de").value > 0
    assert report.score("linear_cka_to_teacher", "en").n == SIGNS
    assert report.settings["photographer"] == "one's own"


def test_an_encoder_that_knows_every_sign_names_every_photograph() -> None:
    report = evaluate("teacher", RoadSigns(), references=())
    assert {score.value for score in report.scores} == {100.0}
    assert near_chance(report) == ()


def test_its_report_is_kept_and_read_back(
    doubles: EncoderDoubles, report: EvaluationReport
) -> None:
    doubles.calls.clear()
    assert evaluate("baseline", RoadSigns()).to_dict(per_item=True) == report.to_dict(per_item=True)
    without = evaluate("baseline", RoadSigns(), references=())
    assert {score.unit for score in without.scores} == {"%"}
    assert not doubles.calls


def test_another_picture_is_evaluated_anew(
    doubles: EncoderDoubles, report: EvaluationReport
) -> None:
    other = RoadSigns()
    other.pictures = other.pictures.copy()
    other.pictures[0, 0, 0] += 1
    doubles.calls.clear()
    evaluate("baseline", other)
    assert doubles.calls


def test_encoders_are_compared_on_it_and_the_differences_are_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    table = compare("baseline", ["better"], RoadSigns(), languages=["de"])
    mean = table[table["language"] == "mean"].set_index("name")
    assert mean["difference"]["zero_shot_top1"] > 0
    show_differences(table, ())
    assert "better minus baseline" in capsys.readouterr().out


def test_the_command_line_shows_its_report(
    report: EvaluationReport, capsys: pytest.CaptureFixture[str]
) -> None:
    show_report(report)
    shown = capsys.readouterr().out
    assert "baseline, road signs, 48 photographs" in shown
    assert "Diagrams against the teacher's English" in shown


def test_its_rows_are_those_of_clip_benchmark(report: EvaluationReport) -> None:
    rows = clip_benchmark_rows(report, RoadSigns().picture_labels)
    assert [(row["dataset"], row["language"]) for row in rows] == [
        ("road signs", "en"),
        ("road signs", "de"),
    ]


def test_a_language_that_it_has_not_is_refused() -> None:
    with pytest.raises(InputError, match="road signs has en, de"):
        evaluate("baseline", RoadSigns(), languages=["ko"])


def test_shapes_need_english() -> None:
    german = RoadSigns()
    german.languages = ("de",)  # type: ignore[assignment]
    with pytest.raises(InputError, match=r"no English to compare shapes with.*--no-shape"):
        evaluate("baseline", german)
    assert evaluate("baseline", german, references=()).scores
