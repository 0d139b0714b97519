"""Benchmarks: classification and retrieval in many languages, with encoders that are doubles."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.benchmark_doubles import LANGUAGES, tiny_classification, tiny_retrieval
from support.emoji_doubles import NOISE, EncoderDoubles
from support.evaluations import evaluate_benchmark, evaluate_emoji
from support.tiny_benchmarks import tiny_benchmark
from support.tiny_encoders import write_teacher

from tomclip.core.errors import EncoderUnavailable, InputError
from tomclip.core.scores import hit_name
from tomclip.data import BENCHMARKS, load_benchmark
from tomclip.evaluation import EvaluationReport, benchmark_task, chance_level, compare, near_chance


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return EncoderDoubles().install(monkeypatch)


def test_an_encoder_that_knows_every_class_names_every_picture() -> None:
    report = evaluate_benchmark("teacher", tiny_classification(), shape=False)
    assert (report.data, report.n_concepts) == ("cifar100", 80)
    assert [score.language for score in report.scores[::3]] == [*LANGUAGES, "mean"]
    assert {score.value for score in report.scores} == {100.0}
    assert {score.name for score in report.scores} == {f"zero_shot_top{k}" for k in (1, 5, 10)}


def test_a_noisy_encoder_scores_the_share_of_pictures_it_names() -> None:
    report = evaluate_benchmark("baseline", tiny_classification(), languages=["ko"], shape=False)
    ranks = np.array(report.ranks["zero_shot"]["ko"])
    score = report.score("zero_shot_top5", "ko")
    assert score.value == pytest.approx(100 * np.mean(ranks <= 5))
    assert score.ci_low < score.value < score.ci_high
    assert report.settings["prompts"] == {"ko": "{}가 있는 사진"}


def test_pictures_of_a_class_without_a_name_take_no_part_in_that_language() -> None:
    report = evaluate_benchmark("baseline", tiny_classification(unnamed=10), shape=False)
    assert [len(report.ranks["zero_shot"][code]) for code in LANGUAGES] == [80, 60, 80]
    korean, english = (report.score("zero_shot_top1", code) for code in ("ko", "en"))
    ranks = np.array(report.ranks["zero_shot"]["ko"])
    assert (korean.n, english.n) == (60, 80)
    assert korean.value == pytest.approx(100 * np.mean(ranks == 1))
    assert report.settings["classes"]["ko"] == 30


def test_retrieval_scores_both_directions_per_query() -> None:
    report = evaluate_benchmark("baseline", tiny_retrieval(captions=3), shape=False)
    by_caption = np.array(report.ranks["text_to_image"]["de"])
    assert len(by_caption) == 80
    assert len(report.ranks["image_to_text"]["de"]) == 40
    score = report.score("text_to_image_recall_at_1", "de")
    assert score.value == pytest.approx(100 * np.mean(by_caption == 1))
    assert score.n == 80


def test_mean_counts_every_language_alike() -> None:
    report = evaluate_benchmark("baseline", tiny_retrieval(captions=3), shape=False)
    for name in ("text_to_image_recall_at_1", "image_to_text_recall_at_5"):
        values = [report.score(name, code).value for code in LANGUAGES]
        assert report.score(name).value == pytest.approx(np.mean(values))


def test_a_shape_that_cannot_be_measured_says_how_to_go_on_without() -> None:
    benchmark = tiny_classification(unnamed=38)
    with pytest.raises(InputError, match=r"shape of 'ko' against English .*\(--no-shape\)"):
        evaluate_benchmark("baseline", benchmark, ks=(1,))
    assert evaluate_benchmark("baseline", benchmark, ks=(1,), shape=False).scores


def test_repeating_every_caption_makes_no_interval_narrower() -> None:
    once = tiny_retrieval()
    twice = replace(
        once,
        captions={
            code: tuple(replace(c, id=f"{c.id}{n}") for c in captions for n in range(2))
            for code, captions in once.captions.items()
        },
    )
    first, second = (evaluate_benchmark("baseline", b, shape=False) for b in (once, twice))
    for name in ("text_to_image_recall_at_1", "text_to_image_recall_at_5"):
        one, two = first.score(name, "ko"), second.score(name, "ko")
        assert (two.value, two.n) == (pytest.approx(one.value), 2 * one.n)
        assert (two.ci_low, two.ci_high) == pytest.approx((one.ci_low, one.ci_high))


def test_shape_is_measured_against_english_and_not_for_english() -> None:
    report = evaluate_benchmark("baseline", tiny_retrieval(captions=2), languages=["en", "de"])
    column = report.table()["wasserstein_h0"]
    assert np.isnan(column["en"])
    assert column["de"] == column["mean"] > 0
    assert report.score("linear_cka", "de").n == 40


def test_shape_of_some_classes_is_compared_with_the_same_english_classes() -> None:
    report = evaluate_benchmark("teacher", tiny_classification(unnamed=10))
    assert report.score("wasserstein_h0", "ko").value == pytest.approx(0, abs=1e-6)
    assert [report.score("linear_cka", code).n for code in ("ko", "de")] == [30, 40]


def test_english_is_read_for_the_shape_and_not_scored_when_not_asked_for(
    doubles: EncoderDoubles,
) -> None:
    report = evaluate_benchmark("baseline", tiny_retrieval(), languages=["ko"])
    assert {score.language for score in report.scores} == {"ko", "mean"}
    assert "baseline text en" in doubles.calls


def test_an_equal_evaluation_is_read_back_whole(doubles: EncoderDoubles) -> None:
    first = evaluate_benchmark("baseline", tiny_retrieval(captions=2))
    doubles.calls.clear()
    again = evaluate_benchmark("baseline", tiny_retrieval(captions=2))
    assert not doubles.calls
    assert again.to_dict(per_item=True) == first.to_dict(per_item=True)
    evaluate_benchmark("baseline", tiny_retrieval(captions=3))
    assert doubles.calls


def test_a_report_keeps_whose_captions_were_ranked_in_json() -> None:
    report = evaluate_benchmark("baseline", tiny_retrieval(captions=3), shape=False)
    text = json.dumps(report.to_dict(per_item=True), allow_nan=False)
    again = EvaluationReport.from_dict(json.loads(text))
    assert np.array_equal(again.hits("text_to_image"), report.hits("text_to_image"))


def test_a_report_says_which_published_weights_made_it() -> None:
    report = evaluate_benchmark("baseline", tiny_retrieval(), languages=["ko"], shape=False)
    expected = {"text": None, "image": "commit of the teacher"}
    assert report.settings["revisions"] == expected
    assert evaluate_emoji("baseline", languages=["ko"]).settings["revisions"] == expected


def test_progress_grows_to_the_end() -> None:
    seen: list[tuple[int, int]] = []
    evaluate_benchmark(
        "baseline", tiny_retrieval(), shape=False, on_progress=lambda *step: seen.append(step)
    )
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_chance_is_one_class_in_all_and_one_picture_in_all() -> None:
    classes = evaluate_benchmark("baseline", tiny_classification(unnamed=10), shape=False)
    assert chance_level(classes, classes.score("zero_shot_top1", "en")) == pytest.approx(100 / 40)
    assert chance_level(classes, classes.score("zero_shot_top5", "ko")) == pytest.approx(500 / 30)
    mean = chance_level(classes, classes.score("zero_shot_top1"))
    assert mean == pytest.approx(100 * np.mean([1 / 40, 1 / 30, 1 / 40]))
    pictures = evaluate_benchmark("baseline", tiny_retrieval(captions=2))
    recall = pictures.score("text_to_image_recall_at_10", "de")
    assert chance_level(pictures, recall) == pytest.approx(1000 / 40)
    assert chance_level(pictures, pictures.score("linear_cka", "de")) is None


def test_chance_of_the_best_caption_is_that_of_drawing_any_of_them() -> None:
    report = evaluate_benchmark("baseline", tiny_retrieval(captions=3), shape=False)
    one, three = 5 / 80, 1 - (77 * 76 * 75 * 74 * 73) / (80 * 79 * 78 * 77 * 76)
    level = chance_level(report, report.score("image_to_text_recall_at_5", "de"))
    assert level == pytest.approx(100 * (one + three) / 2)


def test_only_scores_that_guessing_could_reach_are_near_chance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(NOISE, "lost", 1000.0)
    lost = evaluate_benchmark("lost", tiny_classification(), languages=["ko"], shape=False)
    assert "zero_shot_top1" in {score.name for score in near_chance(lost)}
    able = evaluate_benchmark("better", tiny_classification(), shape=False)
    assert near_chance(able) == ()


def test_encoders_are_compared_on_the_same_pictures() -> None:
    table = compare(
        "baseline", ["better"], benchmark_task(tiny_retrieval(captions=2)), references=()
    )
    mean = table[table["language"] == "mean"].set_index("name")
    row: Any = mean.loc["text_to_image_recall_at_1"]
    assert row["ci_low"] <= row["difference"] <= row["ci_high"]
    assert row["ci_low"] > 0
    tested = table[table["adjusted_p_value"].notna()]
    assert set(tested["language"]) == set(LANGUAGES)
    assert set(tested["name"]) == {"text_to_image_recall_at_1", "image_to_text_recall_at_1"}
    assert (tested["adjusted_p_value"] >= tested["p_value"]).all()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"languages": ["fr"]}, "cifar100 has en, ko, de"),
        ({"languages": []}, "name at least one"),
        ({"languages": ["ko", "ko"]}, "each only once"),
        ({"ks": [41]}, "from 1 to 40"),
        ({"metric": "l3"}, "metric is 'l3'"),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(options: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        evaluate_benchmark("baseline", tiny_classification(), **options)


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(EncoderUnavailable, match="there is no encoder 'clip'"):
        evaluate_benchmark("clip", tiny_classification())


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_benchmark_is_evaluated_from_its_files_with_a_real_model(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    teacher = tmp_path / "teacher"
    teacher.mkdir()
    encoder = str(write_teacher(teacher))
    benchmark = load_benchmark(name, tiny_benchmark(monkeypatch, name, tmp_path / name))
    report = evaluate_benchmark(encoder, benchmark, ks=(1, 2), shape=False)
    assert report.data == name
    assert report.settings["languages"] == list(benchmark.languages)
    for task, by_language in report.ranks.items():
        for code, ranks in by_language.items():
            score = report.score(hit_name(task, 2), code)
            assert score.n == len(ranks) > 0
            assert score.value == pytest.approx(100 * np.mean(np.array(ranks) <= 2))
