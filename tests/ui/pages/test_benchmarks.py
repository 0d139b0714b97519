"""The Benchmarks page, on tiny benchmarks in the official formats; warnings near chance level."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from support.studio_pages import figures, open_page, sentences, settled, titles
from support.tiny_benchmarks import PICTURES, tiny_benchmark

from tomclip import evaluation
from tomclip.core.types import Score
from tomclip.evaluation import EvaluationReport, evaluate
from tomclip.ui.pages.benchmarks.computations import (
    BenchmarkChoice,
    BenchmarkResult,
    clip_benchmark_json,
    evaluation_job,
    reports_json,
)
from tomclip.ui.scores.chance import chance_sentence

LANGUAGES = ("en", "ko")


@pytest.fixture
def cifar100(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return tiny_benchmark(monkeypatch, "cifar100", tmp_path / "data" / "cifar100")


def evaluated(**address: str) -> AppTest:
    studio = open_page("8_benchmarks", **address)
    return settled(studio.button(key="evaluate_benchmark").click().run())


def test_without_a_benchmark_the_page_says_what_to_do_and_offers_what_ships() -> None:
    studio = open_page("8_benchmarks")
    assert not studio.info
    (box,) = studio.expander
    assert box.label == "Get a published benchmark, or check its files"
    assert box.markdown[0].value.startswith("Put the files of one into its folder in `")
    states = list(studio.dataframe[0].value["State"])
    assert states == ["not here"] * 5 + ["on this machine"]
    assert studio.selectbox(key="choice:benchmark").options == ["Icons"]
    assert any("Terms:" in text.value for text in studio.markdown)


def test_each_benchmark_says_where_to_get_it() -> None:
    studio = open_page("8_benchmarks")
    studio = studio.selectbox(key="benchmark_source").select("xtd10").run()
    assert any("XTD10/test_image_names.txt" in text.value for text in studio.markdown)


def test_a_check_names_what_is_missing(cifar100: Path) -> None:
    studio = open_page("8_benchmarks")
    studio = settled(studio.button(key="check_benchmark").click().run())
    assert f"{PICTURES['cifar100']} " in studio.success[0].value
    (cifar100 / "cifar-100-python" / "meta").unlink()
    studio = settled(studio.button(key="check_benchmark").click().run())
    assert "`cifar-100-python/meta` is missing" in studio.warning[0].value


def test_the_icons_that_ship_are_evaluated() -> None:
    studio = evaluated(benchmark="icons", encoders="mclip,tomclip_exact", languages_icons="en,ko")
    assert titles(studio)[0] == "Zero-shot top-1 by language"
    facts = figures(studio)[0]["layout"]["meta"]
    assert (facts["n_points"], facts["points"]) == (30, "icons")
    assert not studio.error


def test_encoders_are_evaluated_and_compared_from_end_to_end(cifar100: Path) -> None:
    studio = evaluated(encoders="mclip,tomclip_exact", languages_cifar100="en,ko")
    assert titles(studio) == [
        "Zero-shot top-1 by language",
        "ToMCLIP exact minus MCLIP: zero-shot top-1",
        "Gap to English, top-1 accuracy",
    ]
    facts = figures(studio)[0]["layout"]["meta"]
    assert (facts["n_points"], facts["points"]) == (PICTURES["cifar100"], "pictures")
    table = studio.dataframe[-1].value
    assert list(table["language"]) == ["English", "Korean", "Mean"]
    assert table["p, adjusted"].notna().sum() == 2
    assert not studio.error


def test_retrieval_has_recall_both_ways(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tiny_benchmark(monkeypatch, "xtd10", tmp_path / "data" / "xtd10")
    monkeypatch.setattr(evaluation, "evaluate", partial(evaluate, ks=(1, 2)))
    studio = evaluated(encoders="mclip", benchmark="xtd10", languages_xtd10="de")
    assert titles(studio) == ["Text → picture recall@1 by language"]
    score = studio.selectbox(key="choice:benchmark_score")
    settled(score.select("image_to_text_recall_at_1").run())
    assert titles(studio) == ["Picture → text recall@1 by language"]


def test_the_shape_of_a_language_is_compared_with_english_when_asked(cifar100: Path) -> None:
    studio = open_page("8_benchmarks", encoders="mclip", languages_cifar100="ko")
    studio = studio.toggle(key="choice:benchmark_shape").set_value(True).run()
    studio = settled(studio.button(key="evaluate_benchmark").click().run())
    settled(studio.selectbox(key="choice:benchmark_score").select("wasserstein_h0").run())
    assert titles(studio) == ["Wasserstein distance, H0 to English by language"]


def test_languages_are_kept_in_the_address(cifar100: Path) -> None:
    studio = open_page("8_benchmarks", encoders="mclip", languages_cifar100="ko,xx")
    assert "languages_cifar100 'xx'" in studio.warning[0].value
    assert studio.query_params["languages_cifar100"] == "ko"


def test_a_benchmark_that_breaks_meanwhile_is_one_sentence_and_can_be_tried_again(
    cifar100: Path,
) -> None:
    studio = open_page("8_benchmarks", encoders="mclip")
    (cifar100 / "cifar-100-python" / "test").write_bytes(b"nonsense")
    studio = settled(studio.button(key="evaluate_benchmark").click().run())
    assert len(studio.error) == 1
    assert "cifar-100-python/test" in studio.error[0].value
    assert studio.button(key="evaluate_benchmark")


def test_no_encoder_is_asked_for(cifar100: Path) -> None:
    assert open_page("8_benchmarks", encoders="").info[0].value == "Choose at least one encoder."


def test_results_are_taken_away_as_reports_and_as_rows(cifar100: Path) -> None:
    job = evaluation_job("mclip", BenchmarkChoice("cifar100", LANGUAGES))
    result: BenchmarkResult = job.future.result(timeout=60)
    reports = json.loads(reports_json({"mclip": result}))
    again = EvaluationReport.from_dict(reports["mclip"])
    assert again.score("zero_shot_top1") == result.report.score("zero_shot_top1")
    rows = [json.loads(line) for line in clip_benchmark_json({"mclip": result}).splitlines()]
    assert [row["language"] for row in rows] == list(LANGUAGES)
    assert rows[0]["metrics"]["acc1"] == pytest.approx(
        result.report.score("zero_shot_top1", "en").value / 100
    )


def report(**low: float) -> EvaluationReport:
    """Returns a report on 50 concepts, chance being 2 %, whose intervals begin at `low`."""
    scores = [
        Score("zero_shot_top1", start + 5, "%", True, start, start + 9, 50, language=code)
        for code, start in low.items()
    ]
    return EvaluationReport(
        encoder="a",
        subset="all",
        rendering="",
        n_concepts=50,
        scores=tuple(scores),
        settings={"ks": [1], "languages": list(low)},
        versions={},
    )


def test_languages_near_chance_are_named() -> None:
    reports = {"a": report(en=60.0, ko=1.0, th=0.5), "b": report(en=60.0, ko=50.0, th=40.0)}
    assert chance_sentence(reports, "zero_shot_top1", {"a": "A", "b": "B"}) == (
        "Near chance level, the 95 % interval reaching down to guessing: **A** in Korean, Thai."
    )


def test_all_languages_near_chance_are_counted_and_none_is_silence() -> None:
    everywhere = report(en=0.0, ko=1.0)
    assert "**A** in all 2 languages" in chance_sentence(
        {"a": everywhere}, "zero_shot_top1", {"a": "A"}
    )
    assert chance_sentence({"a": report(en=60.0)}, "zero_shot_top1", {}) == ""
    assert chance_sentence({"a": everywhere}, "wasserstein_h0", {}) == ""


@pytest.mark.parametrize(
    ("page", "address"),
    [
        ("1_overview", {}),
        ("4_compare", {"score": "zero_shot_top1"}),
        ("5_zero_shot", {"task": "accuracy"}),
    ],
)
def test_untrained_encoders_are_said_to_guess(page: str, address: dict[str, str]) -> None:
    studio = open_page(page, **address)
    assert not sentences(studio) or page == "1_overview"
    assert any("Near chance level" in text.value for text in studio.caption)


def own_list(studio: AppTest, kind: str, text: str) -> AppTest:
    uploader = studio.file_uploader(key=f"benchmark_{kind}_cifar100")
    return settled(uploader.set_value(("mine.csv", text.encode(), "text/csv")).run())


def test_own_names_and_prompts_are_asked_in_place_of_the_benchmark_s(cifar100: Path) -> None:
    classes = evaluation.task_source("cifar100").load(evaluation.TaskOptions(languages=("ko",)))
    rows = [f"{one},{word}" for one, word in zip(*own_words(classes), strict=True)]
    studio = open_page("8_benchmarks", encoders="mclip", benchmark="cifar100")
    studio = own_list(studio, "labels", "\n".join(["class,Korean", *rows]))
    studio = own_list(studio, "prompts", "ko\n{} 그림\n{}\n")
    assert len(studio.multiselect(key="choice:languages_cifar100").options) == 1
    studio = settled(studio.button(key="evaluate_benchmark").click().run())
    assert titles(studio)[0] == "Zero-shot top-1 by language"
    assert not studio.error


def own_words(task: evaluation.Task) -> tuple[tuple[str, ...], tuple[str, ...]]:
    texts = task.texts("ko")
    return texts.labels, texts.texts


def test_own_names_that_do_not_fit_are_counted(cifar100: Path) -> None:
    studio = open_page("8_benchmarks", encoders="mclip", benchmark="cifar100")
    studio = own_list(studio, "labels", "class,ko\napple,사과\nzebra,얼룩말\n")
    studio = settled(studio.button(key="evaluate_benchmark").click().run())
    (error,) = studio.error
    assert "rows that match no class: 1 of 2 (zebra)" in error.value


def test_a_list_that_cannot_be_read_is_one_sentence(cifar100: Path) -> None:
    studio = open_page("8_benchmarks", encoders="mclip", benchmark="cifar100")
    studio = own_list(studio, "prompts", "ko\n그림\n")
    assert studio.error[0].value.startswith("mine.csv: the prompt '그림' has no place for the name")
    assert not [one for one in studio.button if one.key == "evaluate_benchmark"]


def test_benchmarks_of_captions_take_no_names() -> None:
    studio = open_page("8_benchmarks", benchmark="icons")
    assert not studio.file_uploader
