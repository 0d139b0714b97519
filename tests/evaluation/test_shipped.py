"""The shipped reports: found at once, true to the shipped encoders, and narrowed on request."""

from __future__ import annotations

import dataclasses
import gzip
import json

import pytest
from support.evaluations import evaluate_emoji

from tomclip.core.files.manifests import verify_directory
from tomclip.core.paths import assets_directory
from tomclip.data import load_emoji
from tomclip.encoders import encoder_catalogue
from tomclip.evaluation import SUBSETS, EvaluationReport, EvaluationSettings, emoji_task
from tomclip.evaluation import evaluator as evaluator_module
from tomclip.evaluation.cache import find_report

SHIPPED = ("emoji-teacher", "mclip", "tomclip", "tomclip_exact")


def settings(**changes) -> EvaluationSettings:
    return dataclasses.replace(EvaluationSettings(load_emoji().languages), **changes)


def test_teacher_baseline_and_both_students_ship() -> None:
    assert set(SHIPPED) <= {info.name for info in encoder_catalogue()}


@pytest.mark.parametrize("subset", SUBSETS)
@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_encoder_has_a_report_with_shapes(name, subset) -> None:
    report = find_report(name, emoji_task(subset), settings())
    assert report is not None
    assert (report.encoder, report.subset) == (name, subset)
    assert report.score("wasserstein_h0_to_teacher", "ko").value > 0


@pytest.mark.parametrize("subset", SUBSETS)
def test_the_student_of_a_packaged_encoder_has_a_report_too(subset) -> None:
    directory = assets_directory() / "emoji" / "evaluations"
    contents = verify_directory(directory)["contents"]
    (name,) = [name for name, what in contents.items() if what == f"anchored, {subset}"]
    report = json.loads(gzip.decompress((directory / name).read_bytes()))
    assert (report["encoder"], report["subset"]) == ("anchored", subset)


def test_who_asks_for_no_shapes_gets_none() -> None:
    report = find_report("mclip", emoji_task(), settings(references=()))
    assert report is not None
    assert report.settings["references"] == []
    names = {score.name for score in report.scores}
    assert "zero_shot_top1" in names
    assert not {name for name in names if "wasserstein" in name or "cka" in name}


def test_other_settings_have_none() -> None:
    assert find_report("mclip", emoji_task(), settings(languages=("en", "ko"), seed=5)) is None


def test_a_shipped_report_is_what_evaluation_finds(monkeypatch, tmp_path) -> None:
    shipped = evaluate_emoji("tomclip_exact", subset="unseen", references=())
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path))
    computed = evaluate_emoji("tomclip_exact", subset="unseen", references=(), use_cache=False)
    assert _values(computed) == pytest.approx(_values(shipped), abs=1.5)


def test_a_shipped_report_computes_nothing(monkeypatch) -> None:
    def refuse(*arguments):
        raise AssertionError("an encoder was loaded")

    monkeypatch.setattr(evaluator_module, "registered_vectors", refuse)
    assert evaluate_emoji("mclip", subset="all").n_concepts == len(load_emoji())


def _values(report: EvaluationReport) -> list[float]:
    return [score.value for score in report.scores]
