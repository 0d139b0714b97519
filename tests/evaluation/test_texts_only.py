"""Evaluations of an encoder that knows no pictures, and what it is compared by."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.html_page import Page
from support.tiny_assets import write_assets
from support.tiny_packages import install_tiny_e5

from tomclip.core.errors import EncoderUnavailable, InputError
from tomclip.data import load_emoji
from tomclip.encoders.packaged.records import E5
from tomclip.evaluation import EmojiTask, compare_reports, evaluate
from tomclip.evaluation.readings.encoders import named_encoders
from tomclip.evaluation.vectors import registered_vectors
from tomclip.export.report import comparison_report

LANGUAGES = ("en", "ko", "de")
TO_TEACHER = "_to_teacher"


@pytest.fixture
def task(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> EmojiTask:
    """Returns the tiny emoji, with a tiny E5 installed beside teacher and students."""
    monkeypatch.setenv("TOMCLIP_ASSETS", str(write_assets(tmp_path / "assets")))
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    dataset = load_emoji(tmp_path / "assets" / "emoji")
    characters = "".join(name for code in dataset.languages for name in dataset.names[code])
    install_tiny_e5(tmp_path / "packages", monkeypatch, characters=characters)
    return EmojiTask(dataset)


def test_only_shapes_beside_its_own_english_are_measured(task: EmojiTask) -> None:
    report = evaluate(E5, task, languages=LANGUAGES, ks=(1,))
    names = {score.name for score in report.scores}
    assert {"wasserstein_h0", "rsa", "linear_cka"} <= names
    assert not any(name.endswith(TO_TEACHER) or "top" in name for name in names)
    assert {score.language for score in report.scores} == {"ko", "de", "mean"}
    assert report.ranks == {}
    again = evaluate(E5, task, languages=LANGUAGES, ks=(1,))  # from the cache
    assert [score.value for score in again.scores] == [score.value for score in report.scores]


def test_it_is_compared_by_the_shapes_that_both_have(task: EmojiTask) -> None:
    reports = [evaluate(name, task, languages=LANGUAGES, ks=(1,)) for name in ("mclip", E5)]
    for pair in (reports, reports[::-1]):
        table = compare_reports(pair[0], [pair[1]])
        assert set(table["name"]) == {score.name for score in reports[1].scores}
        assert table["p_value"].isna().all()


@pytest.mark.parametrize("names", [("mclip", E5), (E5, "mclip")])
def test_a_report_of_it_speaks_of_shapes_alone(task: EmojiTask, names: tuple[str, str]) -> None:
    reports = [evaluate(name, task, languages=LANGUAGES, ks=(1,)) for name in names]
    table, encoders = compare_reports(reports[0], reports[1:]), named_encoders(reports)
    page = Page(comparison_report(reports, table, encoders, command="again").decode())
    (verdict,) = page.texts["verdict"]
    assert "keeps the languages nearest to the shape of English" in verdict
    assert "right most often" not in verdict
    assert page.tags.count("figure") == 2
    assert all(one.weights.startswith("files ") for one in encoders)


def test_what_needs_pictures_is_refused(task: EmojiTask) -> None:
    for references in ((), ("teacher",), ("english", "teacher")):
        with pytest.raises(InputError, match="reads texts only"):
            evaluate(E5, task, languages=LANGUAGES, references=references)  # type: ignore[arg-type]
    vectors = registered_vectors(E5, task)
    assert vectors.texts("ko", None).languages[0] == "ko"
    for ask in (vectors.pictures, lambda _: vectors.teacher_english()):
        with pytest.raises(EncoderUnavailable, match="knows no pictures"):
            ask(None)
