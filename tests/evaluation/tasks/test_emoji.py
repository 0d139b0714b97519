"""The emoji evaluation on a tiny data set with encoders whose answers are known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.emoji_doubles import CODES, N_CONCEPTS, EncoderDoubles
from support.evaluations import evaluate_emoji

from tomclip.core.errors import EncoderUnavailable, InputError
from tomclip.evaluation import (
    EvaluationReport,
    compare,
    compare_reports,
    emoji_task,
    paired_difference_interval,
    registered_vectors,
    shape_scores,
    zero_shot_scores,
)
from tomclip.evaluation import cache as report_cache


@pytest.fixture
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return EncoderDoubles().install(monkeypatch)


@pytest.fixture
def report(doubles: EncoderDoubles) -> EvaluationReport:
    return evaluate_emoji("baseline", languages=CODES)


def test_every_language_and_their_mean_have_accuracy_and_recall(report: EvaluationReport) -> None:
    table = report.table()
    assert list(table.index) == [*CODES, "mean"]
    accuracies = [name for name in map(str, table) if name.endswith(("1", "5", "10"))]
    assert len(table[[n for n in accuracies if "h1" not in n]].dropna()) == 4


def test_scores_equal_those_of_the_library_on_the_same_vectors(report: EvaluationReport) -> None:
    vectors = registered_vectors("baseline", emoji_task())
    text, image = vectors.texts("ko", None), vectors.pictures(None)
    for score in zero_shot_scores(text, image, language="ko"):
        assert report.score(score.name, "ko") == score
    for score in shape_scores(vectors.texts("en", None), text, language="ko"):
        assert report.score(score.name, "ko").value == pytest.approx(score.value)
    for score in shape_scores(vectors.teacher_english(), text, language="ko"):
        found = report.score(f"{score.name}_to_teacher", "ko")
        assert found.value == pytest.approx(score.value)


def test_mean_is_the_mean_of_the_languages_and_its_interval_is_narrower(
    report: EvaluationReport,
) -> None:
    for name in ("zero_shot_top1", "wasserstein_h1_to_teacher"):
        values = [report.score(name, code).value for code in CODES]
        assert report.score(name).value == pytest.approx(np.mean(values))
    widths = {
        code: report.score("zero_shot_top1", code).ci_high
        - report.score("zero_shot_top1", code).ci_low
        for code in (*CODES, "mean")
    }
    assert widths["mean"] < max(widths[code] for code in CODES)


def test_english_is_compared_with_the_teacher_but_not_with_itself(
    report: EvaluationReport,
) -> None:
    assert report.score("bottleneck_h0_to_teacher", "en").value > 0
    with pytest.raises(InputError, match="'bottleneck_h0' for language 'en'"):
        report.score("bottleneck_h0", "en")


def test_one_picture_and_one_name_make_zero_shot_equal_to_recall(report: EvaluationReport) -> None:
    table = report.table()
    zero_shot = [name for name in map(str, table) if name.startswith("zero_shot")]
    recall = [name for name in map(str, table) if name.startswith("image_to_text")]
    assert table[zero_shot].to_numpy().tolist() == table[recall].to_numpy().tolist()


def test_an_encoder_without_error_scores_one_hundred(doubles: EncoderDoubles) -> None:
    table = evaluate_emoji("teacher", languages=CODES).table()
    assert (table["zero_shot_top1"] == 100.0).all()
    assert (table["text_to_image_recall_at_1"] == 100.0).all()


@pytest.mark.parametrize(("subset", "n"), [("all", N_CONCEPTS), ("seen", 20), ("unseen", 14)])
def test_candidates_are_the_concepts_of_the_subset_only(
    doubles: EncoderDoubles, subset: str, n: int
) -> None:
    report = evaluate_emoji("baseline", languages=["ko"], subset=subset)  # type: ignore[arg-type]
    assert report.n_concepts == n == len(report.concept_ids)
    assert max(report.ranks["zero_shot"]["ko"]) <= n
    assert report.score("zero_shot_top1", "ko").n == n


def test_english_is_the_reference_even_when_it_is_not_evaluated(doubles: EncoderDoubles) -> None:
    report = evaluate_emoji("baseline", languages=["ko"])
    assert list(report.table().index) == ["ko", "mean"]
    assert report.score("bottleneck_h0", "ko").value > 0


def test_leaving_the_references_out_leaves_the_shape_out(doubles: EncoderDoubles) -> None:
    report = evaluate_emoji("baseline", languages=CODES, references=())
    assert all(score.unit == "%" for score in report.scores)
    assert doubles.calls.count("teacher text en") == 0


def test_progress_grows_to_the_end(doubles: EncoderDoubles) -> None:
    seen: list[tuple[int, int]] = []
    evaluate_emoji("baseline", languages=CODES, on_progress=lambda *step: seen.append(step))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    (total,) = {total for _, total in seen}
    assert {step * total // 7 for step in range(1, 8)} <= {done for done, _ in seen}


def test_an_equal_evaluation_is_read_from_disk(
    doubles: EncoderDoubles, report: EvaluationReport
) -> None:
    doubles.calls.clear()
    again = evaluate_emoji("baseline", languages=CODES)
    assert not doubles.calls
    assert again.to_dict(per_item=True) == report.to_dict(per_item=True)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 1},
        {"subset": "unseen"},
        {"rendering": "noto"},
        {"max_points": 20},
        {"use_cache": False},
    ],
)
def test_another_setting_is_evaluated_anew(
    doubles: EncoderDoubles, report: EvaluationReport, change: dict
) -> None:
    doubles.calls.clear()
    evaluate_emoji("baseline", languages=CODES, **change)
    assert doubles.calls


def test_changed_encoder_files_are_evaluated_anew(
    doubles: EncoderDoubles, report: EvaluationReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubles.calls.clear()
    monkeypatch.setattr(report_cache, "encoder_fingerprint", lambda name: "other files")
    evaluate_emoji("baseline", languages=CODES)
    assert doubles.calls


def test_a_broken_cache_file_is_written_again(
    doubles: EncoderDoubles, report: EvaluationReport, tmp_path: Path
) -> None:
    (stored,) = (tmp_path / "cache" / "evaluations").iterdir()
    stored.write_text('{"schema": 1')
    again = evaluate_emoji("baseline", languages=CODES)
    assert again.to_dict() == report.to_dict()
    assert stored.read_text().endswith("}")


def test_a_cache_that_cannot_be_written_costs_only_time(
    doubles: EncoderDoubles, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "file"))
    assert evaluate_emoji("teacher", languages=["ko"]).score("zero_shot_top1").value == 100.0


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"languages": ["xx"]}, "'xx'"),
        ({"languages": []}, "at least one"),
        ({"languages": ["ko", "ko"]}, "only once"),
        ({"subset": "new"}, "all, seen, unseen"),
        ({"rendering": "apple"}, "noto, held-out"),
        ({"metric": "l3"}, "'l3'"),
        ({"references": ["french"]}, "english and teacher"),
        ({"ks": (1, 50)}, "from 1 to 40"),
        ({"max_points": 2}, "max_points is 2"),
    ],
)
def test_an_unknown_setting_is_refused(
    doubles: EncoderDoubles, options: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        evaluate_emoji("baseline", **{"languages": ["ko"], **options})


def test_an_unknown_encoder_is_refused(doubles: EncoderDoubles) -> None:
    with pytest.raises(EncoderUnavailable, match="'clip'"):
        evaluate_emoji("clip", languages=["ko"])


def test_difference_and_interval_are_those_of_the_paired_items(doubles: EncoderDoubles) -> None:
    table = compare("baseline", ["better"], emoji_task(), languages=CODES)
    row = table[(table["name"] == "zero_shot_top1") & (table["language"] == "ko")].iloc[0]
    first, second = (evaluate_emoji(name, languages=CODES) for name in ("better", "baseline"))
    hits = [report.hits("zero_shot", "ko")[:, 0] for report in (first, second)]
    assert row["difference"] == pytest.approx(hits[0].mean() - hits[1].mean())
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(paired_difference_interval(*hits))


def test_less_noise_is_found_to_be_better(doubles: EncoderDoubles) -> None:
    table = compare("baseline", ["better"], emoji_task(), languages=CODES)
    mean = table[table["language"] == "mean"].set_index("name")
    assert mean["ci_low"]["text_to_image_recall_at_1"] > 0
    assert mean["difference"]["mutual_knn_to_teacher"] > 0
    assert mean["difference"]["linear_cka_to_teacher"] > 0
    assert np.isnan(mean["ci_low"]["linear_cka_to_teacher"])


def test_an_encoder_does_not_differ_from_itself(report: EvaluationReport) -> None:
    table = compare_reports(report, [report])
    assert (table["difference"] == 0).all()
    accuracies = table[table["unit"] == "%"]
    assert (accuracies[["ci_low", "ci_high"]] == 0).all(axis=None)


def test_several_encoders_are_compared_with_the_same_baseline(doubles: EncoderDoubles) -> None:
    seen: list[tuple[int, int]] = []
    table = compare(
        "baseline",
        ["better", "teacher"],
        emoji_task(),
        languages=["ko"],
        references=(),
        on_progress=lambda *step: seen.append(step),
    )
    assert table.groupby(["encoder", "baseline"]).size().to_dict() == {
        ("better", "baseline"): 18,
        ("teacher", "baseline"): 18,
    }
    assert seen == [(1, 3), (2, 3), (3, 3)]


def test_reports_on_different_concepts_are_not_compared(report: EvaluationReport) -> None:
    unseen = evaluate_emoji("better", languages=CODES, subset="unseen")
    with pytest.raises(InputError, match="different subset, concept_ids"):
        compare_reports(report, [unseen])


def test_nothing_to_compare_is_refused(report: EvaluationReport) -> None:
    with pytest.raises(InputError, match="only 'baseline' came"):
        compare_reports(report, [])
