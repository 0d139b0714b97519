"""Accuracy of groups of classes by language, its gap to English, two encoders' difference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from support.benchmark_doubles import tiny_retrieval
from support.emoji_doubles import EncoderDoubles, tiny_dataset
from support.own_task import RoadSigns

from tomclip.core.errors import InputError
from tomclip.core.scores import EVERY_CLASS
from tomclip.evaluation import (
    ClassHits,
    accuracy_cells,
    benchmark_task,
    class_hits,
    difference_cells,
    emoji_task,
    english_gap_cells,
    evaluate,
    groupings,
    groups_of,
    paired_difference_interval,
)
from tomclip.evaluation.language_gap.cells import ordered_groups

GROUPS = {"cat": "animal", "dog": "animal", "moon": "sky"}


@pytest.fixture(autouse=True)
def doubles(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> EncoderDoubles:
    monkeypatch.setenv("TOMCLIP_CACHE", str(tmp_path / "cache"))
    return EncoderDoubles().install(monkeypatch)


def hits(values: np.ndarray, classes: tuple[str, ...], **changes: object) -> ClassHits:
    found = ClassHits(
        encoder="a",
        data="d",
        k=1,
        languages=("en", "ko"),
        pictures=tuple(map(str, range(len(classes)))),
        classes=classes,
        units=np.arange(len(classes)),
        values=values,
    )
    return replace(found, **changes)


def six() -> ClassHits:
    """Three cats, two dogs and a moon; Korean knows no moon."""
    english = [100, 100, 0, 100, 0, 100]
    korean = [100, 0, 0, 0, 0, np.nan]
    classes = ("cat", "cat", "cat", "dog", "dog", "moon")
    return hits(np.column_stack([english, korean]).astype(float), classes)


def cell(table: pd.DataFrame, group: str, language: str) -> dict[str, Any]:
    """Returns the one row of a cell."""
    rows = table[(table["group"] == group) & (table["language"] == language)]
    (found,) = rows.to_dict("records")
    return {str(name): value for name, value in found.items()}


def by_cell(table: pd.DataFrame) -> Mapping[tuple[str, str], float]:
    return {(row["group"], row["language"]): row["value"] for row in table.to_dict("records")}


def test_cells_are_the_means_of_their_pictures() -> None:
    found = by_cell(accuracy_cells(six(), GROUPS))
    assert found == pytest.approx(
        {
            (EVERY_CLASS, "en"): 400 / 6,
            (EVERY_CLASS, "ko"): 20.0,
            (EVERY_CLASS, "mean"): (400 / 6 + 20) / 2,
            ("animal", "en"): 60.0,
            ("animal", "ko"): 20.0,
            ("animal", "mean"): 40.0,
            ("sky", "en"): 100.0,
            ("sky", "mean"): 100.0,
        }
    )


def test_gaps_are_over_the_pictures_that_both_languages_show() -> None:
    found = by_cell(english_gap_cells(six(), GROUPS))
    assert found == pytest.approx(
        {(group, code): -40.0 for group in (EVERY_CLASS, "animal") for code in ("ko", "mean")}
    )


def test_without_groups_every_class_stands_for_itself() -> None:
    table = accuracy_cells(six())
    assert list(dict.fromkeys(table["group"])) == [EVERY_CLASS, "cat", "dog", "moon"]
    assert by_cell(table)["cat", "ko"] == pytest.approx(100 / 3)
    assert cell(table, "dog", "en")["pictures"] == 2


def test_few_pictures_have_no_interval_and_more_have_the_paired_one() -> None:
    found = cell(english_gap_cells(six(), GROUPS), "animal", "ko")
    six_rows = six()
    expected = paired_difference_interval(six_rows.values[:5, 1], six_rows.values[:5, 0])
    assert (found["ci_low"], found["ci_high"]) == pytest.approx(expected)
    table = accuracy_cells(six())
    assert table["ci_low"].isna().tolist() == (table["group"] != EVERY_CLASS).tolist()


def test_pictures_of_one_unit_are_resampled_together() -> None:
    twice = np.repeat(np.array([100.0, 0, 100, 0, 100, 0]), 2)[:, None].repeat(2, axis=1)
    alone = hits(twice[::2], ("cat",) * 6)
    together = hits(twice, ("cat",) * 12, units=np.repeat(np.arange(6), 2))
    columns = ["value", "ci_low", "ci_high"]
    pd.testing.assert_frame_equal(accuracy_cells(alone)[columns], accuracy_cells(together)[columns])


def test_the_difference_of_an_encoder_to_itself_is_zero_and_other_pictures_are_refused() -> None:
    assert (difference_cells(six(), six(), GROUPS)["value"] == 0).all()
    with pytest.raises(InputError, match="asked with different k, pictures"):
        difference_cells(six(), replace(six(), k=5, pictures=tuple("abcdef")))


def test_groups_come_in_order_of_their_mean() -> None:
    table = accuracy_cells(six())
    assert ordered_groups(table, ascending=True) == ["dog", "cat", "moon"]
    assert ordered_groups(table, ascending=False, language="ko") == ["cat", "dog", "moon"]


def test_a_class_without_a_group_and_a_language_without_another_are_refused() -> None:
    with pytest.raises(InputError, match="class 'moon' is in no group"):
        accuracy_cells(six(), {"cat": "animal", "dog": "animal"})
    alone = replace(six(), languages=("en",), values=six().values[:, :1])
    with pytest.raises(InputError, match="only en was asked"):
        english_gap_cells(alone)
    with pytest.raises(InputError, match="language is 'xx'"):
        six().column("xx")


def test_of_a_report_the_cells_are_its_own_scores() -> None:
    task = emoji_task()
    report = evaluate("baseline", task, references=())
    found = class_hits(report, task)
    table = accuracy_cells(found, groups_of(task, "category"))
    for code in (*task.languages, "mean"):
        score = report.score("zero_shot_top1", code)
        row = cell(table, EVERY_CLASS, code)
        assert [row["value"], row["ci_low"], row["ci_high"]] == pytest.approx(
            [score.value, score.ci_low, score.ci_high]
        )
    assert class_hits(report, task, k=40).values.min() == 100


def test_classes_that_a_language_does_not_name_have_no_row_in_it() -> None:
    task = RoadSigns()
    report = evaluate("baseline", task, references=())
    table = accuracy_cells(class_hits(report, task))
    assert set(table[table["group"] == "sign 15"]["language"]) == {"en", "mean"}
    german = cell(table, EVERY_CLASS, "de")
    assert (german["pictures"], german["classes"]) == (36, 12)
    assert german["value"] == pytest.approx(report.score("zero_shot_top1", "de").value)


def test_a_task_without_classes_or_another_one_is_refused() -> None:
    retrieval = benchmark_task(tiny_retrieval())
    report = evaluate("baseline", retrieval, references=(), ks=(1,))
    with pytest.raises(InputError, match="names no classes"):
        class_hits(report, retrieval)
    everything = evaluate("baseline", emoji_task(), references=())
    with pytest.raises(InputError, match="is of 40 items of emoji, the task of 14 of emoji"):
        class_hits(everything, emoji_task("unseen"))
    with pytest.raises(InputError, match="k is 0"):
        class_hits(everything, emoji_task(), k=0)


def test_groupings_are_those_of_the_task() -> None:
    assert groupings(emoji_task()) == ("category", "subcategory", "class")
    assert groupings(RoadSigns()) == ("class",)
    groups = groups_of(emoji_task(), "category")
    assert groups == dict.fromkeys(tiny_dataset().concepts["id"], "category")
    assert groups_of(RoadSigns(), "class") is None
    with pytest.raises(InputError, match="by is 'colour'; road signs has class"):
        groups_of(RoadSigns(), "colour")
