"""Reports as tables and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tomclip.core.errors import InputError
from tomclip.core.types import Score
from tomclip.evaluation import EvaluationReport, compare_reports
from tomclip.evaluation.comparison_table import ComparisonTable

REPORT = EvaluationReport(
    encoder="mclip",
    subset="unseen",
    rendering="noto",
    n_concepts=3,
    scores=(
        Score("zero_shot_top1", 100.0, "%", ci_low=99.0, ci_high=100.0, n=3, language="en"),
        Score("zero_shot_top1", 50.0, "%", ci_low=40.0, ci_high=60.0, n=3, language="ko"),
        Score("bottleneck_h0", 0.25, higher_is_better=False, n=3, language="ko"),
        Score("zero_shot_top1", 75.0, "%", ci_low=70.0, ci_high=80.0, n=3, language="mean"),
    ),
    settings={"ks": [1, 2], "languages": ["en", "ko"]},
    versions={"numpy": "2"},
    concept_ids=("a", "b", "c"),
    ranks={"zero_shot": {"en": (1, 1, 1), "ko": (1, 2, 3)}},
)


def through_json(report: EvaluationReport, *, per_item: bool) -> EvaluationReport:
    text = json.dumps(report.to_dict(per_item=per_item), allow_nan=False)
    return EvaluationReport.from_dict(json.loads(text))


def test_json_keeps_everything_when_the_ranks_are_asked_for() -> None:
    again = through_json(REPORT, per_item=True)
    assert replace(again, scores=()) == replace(REPORT, scores=())
    assert again.to_dict() == REPORT.to_dict()
    assert np.isnan(again.score("bottleneck_h0", "ko").ci_low)


def test_json_leaves_the_ranks_out_by_default() -> None:
    again = through_json(REPORT, per_item=False)
    assert not again.ranks
    assert not again.concept_ids
    assert again.score("zero_shot_top1").value == 75.0


def test_table_has_a_row_per_language_in_order_and_no_number_where_there_is_no_score() -> None:
    table = REPORT.table()
    assert list(table.index) == ["en", "ko", "mean"]
    assert list(table.columns) == ["zero_shot_top1", "bottleneck_h0"]
    assert table.loc["ko", "bottleneck_h0"] == 0.25
    assert np.isnan(table["bottleneck_h0"]["en"])


def test_a_report_as_a_long_table_has_a_row_per_score() -> None:
    table = REPORT.to_frame()
    assert len(table) == 4
    assert {"language", "name", "value", "ci_low", "ci_high", "n", "unit"} <= set(table.columns)


def test_a_report_says_in_one_line_what_it_is_and_shows_a_row_per_language() -> None:
    assert repr(REPORT) == "EvaluationReport('mclip', emoji, 3 items in 2 languages, 4 scores)"
    html = REPORT._repr_html_()
    assert html.startswith("<p><b>EvaluationReport(&#x27;mclip&#x27;")
    assert html.count("<tr") == 2 + 3


def test_a_report_draws_the_score_asked_for() -> None:
    accuracy: Any = REPORT.plot()
    shape: Any = REPORT.plot("bottleneck_h0")
    assert accuracy.layout.meta["figure"] == "accuracy"
    assert sorted(x for trace in accuracy.data for x in trace.x if x) == [50, 75, 100]
    assert shape.layout.meta["figure"] == "shape"
    assert shape.layout.meta["languages"] == ["ko"]
    assert "lower is more alike" in shape.layout.xaxis.title.text.replace("<br>", " ")
    with pytest.raises(InputError, match="score is 'colour'; the report has zero_shot_top1"):
        REPORT.plot("colour")


SETTINGS = {"metric": "cosine", "max_points": 300, "seed": 0, "references": []}


def compared() -> ComparisonTable:
    before = replace(REPORT, settings={**REPORT.settings, **SETTINGS})
    ranks = {"zero_shot": {"en": (1, 1, 1), "ko": (1, 1, 2)}}
    better = replace(before.score("zero_shot_top1", "ko"), value=200 / 3)
    scores = (before.scores[0], better, *before.scores[2:])
    return compare_reports(before, [replace(before, encoder="ours", scores=scores, ranks=ranks)])


def test_a_comparison_is_a_table_and_what_is_taken_from_it_too() -> None:
    table = compared()
    assert isinstance(table, pd.DataFrame)
    korean = table[table["language"] == "ko"]
    assert korean["difference"].tolist() == pytest.approx([200 / 3 - 50, 0])
    assert type(korean) is ComparisonTable
    assert type(korean.to_frame()) is pd.DataFrame
    figure: Any = korean.plot()
    assert figure.layout.meta["encoders"] == ["ours"]


def test_a_comparison_draws_the_differences_of_one_score() -> None:
    figure: Any = compared().plot("bottleneck_h0")
    assert figure.layout.meta["figure"] == "difference"
    assert figure.layout.meta["baseline"] == "mclip"
    assert figure.layout.meta["encoders"] == ["ours"]
    with pytest.raises(InputError, match="score is 'colour'; the comparison has zero_shot_top1"):
        compared().plot("colour")


def test_hits_count_the_ranks_within_k() -> None:
    assert REPORT.hits("zero_shot", "ko").tolist() == [[100, 100], [0, 100], [0, 0]]


def test_hits_of_the_mean_average_over_languages() -> None:
    assert REPORT.hits("zero_shot").tolist() == [[100, 100], [50, 100], [50, 50]]


def test_hits_need_the_ranks() -> None:
    with pytest.raises(InputError, match="per_item=True"):
        through_json(REPORT, per_item=False).hits("zero_shot")


def test_an_unknown_score_is_refused_with_the_known_ones() -> None:
    with pytest.raises(InputError, match="the report has zero_shot_top1, bottleneck_h0"):
        REPORT.score("top1", "ko")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [({"schema": 99}, "schema 99"), ({"scores": [{"nom": 1}]}, "evaluate again")],
)
def test_a_foreign_report_is_refused(change: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        EvaluationReport.from_dict(REPORT.to_dict() | change)
