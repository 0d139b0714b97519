"""Differences between encoders on the same items, with paired intervals and paired tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.scores import MEAN, hit_name, score_kind
from tomclip.core.types import Score
from tomclip.evaluation.metrics.bootstrap import bootstrap_intervals
from tomclip.evaluation.metrics.paired_tests import holm_adjusted, mcnemar_p_value
from tomclip.evaluation.report import EvaluationReport

if TYPE_CHECKING:
    from tomclip.evaluation.comparison_table import ComparisonTable

COMPARED_SETTINGS = ("languages", "ks", "metric", "max_points", "seed", "references")


def compare_reports(
    baseline: EvaluationReport, others: Sequence[EvaluationReport]
) -> ComparisonTable:
    """Returns one row per other encoder, language and score, with `difference` from the baseline.

    `difference` is value - baseline_value, in percentage points for accuracies; `higher_is_better`
    says which sign is a gain. `ci_low` and `ci_high` bound it at 95 %, concepts resampled as pairs;
    they are NaN for shape scores. `p_value` is that of `mcnemar_p_value` on the queries answered at
    k = 1 in one language, and `adjusted_p_value` Holm's over the languages; both are NaN elsewhere.
    A score that only one of the two has in a language is left out there and in the mean.

    Raises:
        InputError: when there is nothing to compare, or two reports were made on different concepts
            or with different settings. Of an encoder without pictures the shapes are compared.
    """
    from tomclip.evaluation.comparison_table import ComparisonTable

    if not others:
        raise InputError(
            f"only '{baseline.encoder}' came; name at least one encoder to compare it with"
        )
    for other in others:
        _require_same_protocol(baseline, other)
    return ComparisonTable([row for other in others for row in _rows(baseline, other)])


def texts_only(report: EvaluationReport) -> bool:
    """Returns whether the report is of an encoder without pictures: shapes are all it holds."""
    return bool(report.scores) and not any(score_kind(one.name).is_share for one in report.scores)


def _asked_of_both(baseline: EvaluationReport, other: EvaluationReport) -> list[str]:
    return [task for task in baseline.ranks if not texts_only(other) or task in other.ranks]


def _require_same_protocol(baseline: EvaluationReport, other: EvaluationReport) -> None:
    if baseline.data != other.data:
        raise InputError(
            f"'{baseline.encoder}' was evaluated on {baseline.data} and '{other.encoder}' on "
            f"{other.data}; evaluate both on the same data"
        )
    for report in (baseline, other):
        if not report.ranks and not texts_only(report):
            raise InputError(
                f"the report of '{report.encoder}' was read without its ranks; evaluate again, or "
                "keep the ranks when saving (per_item=True)"
            )
    mixed = texts_only(baseline) or texts_only(other)
    differing = [
        name
        for name in COMPARED_SETTINGS
        if baseline.settings[name] != other.settings[name] and not (mixed and name == "references")
    ]
    for name in ("subset", "rendering", "concept_ids", "owners"):
        if getattr(baseline, name) != getattr(other, name):
            differing.append(name)
    if differing:
        raise InputError(
            f"'{baseline.encoder}' and '{other.encoder}' were evaluated with different "
            f"{', '.join(differing)}; evaluate both the same way"
        )


def _rows(baseline: EvaluationReport, other: EvaluationReport) -> Iterator[dict[str, Any]]:
    intervals = dict(_difference_intervals(baseline, other))
    tests = dict(_tests(baseline, other))
    both = _comparable(baseline, other)
    for before in baseline.scores:
        if (before.name, before.language) not in both:
            continue
        after = other.score(before.name, before.language)
        low, high = intervals.get((before.language, before.name), (float("nan"), float("nan")))
        p_value, adjusted = tests.get((before.language, before.name), (float("nan"),) * 2)
        yield _row(baseline.encoder, other.encoder, before, after) | {
            "ci_low": low,
            "ci_high": high,
            "p_value": p_value,
            "adjusted_p_value": adjusted,
        }


def _comparable(baseline: EvaluationReport, other: EvaluationReport) -> set[tuple[str, str]]:
    """Returns what both measured; a mean over other languages is no mean to compare with."""
    first, second = (
        {(score.name, score.language) for score in report.scores} for report in (baseline, other)
    )
    unlike = {name for name, language in first ^ second if language != MEAN}
    return {(name, code) for name, code in first & second if code != MEAN or name not in unlike}


def _row(baseline: str, encoder: str, before: Score, after: Score) -> dict[str, Any]:
    return {
        "encoder": encoder,
        "baseline": baseline,
        "language": before.language,
        "name": before.name,
        "value": after.value,
        "baseline_value": before.value,
        "difference": after.value - before.value,
        "unit": before.unit,
        "higher_is_better": before.higher_is_better,
        "n": before.n,
    }


def _difference_intervals(
    baseline: EvaluationReport, other: EvaluationReport
) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    """Yields the interval of each (language, score name); all share the same resamples."""
    languages = dict.fromkeys(score.language for score in baseline.scores)
    for task in _asked_of_both(baseline, other):
        for language in languages:
            differences = other.hits(task, language) - baseline.hits(task, language)
            intervals = bootstrap_intervals(differences, seed=baseline.settings["seed"])
            for k, (low, high) in zip(baseline.settings["ks"], intervals, strict=True):
                yield (language, hit_name(task, k)), (float(low), float(high))


def _tests(
    baseline: EvaluationReport, other: EvaluationReport
) -> Iterator[tuple[tuple[str, str], tuple[float, float]]]:
    """Yields the p-value of each (language, score name at k = 1), and Holm's over the languages."""
    for task in _asked_of_both(baseline, other):
        by_language = baseline.ranks[task]
        p_values = [
            mcnemar_p_value(np.asarray(ranks) <= 1, np.asarray(other.ranks[task][language]) <= 1)
            for language, ranks in by_language.items()
        ]
        for language, *values in zip(by_language, p_values, holm_adjusted(p_values), strict=True):
            yield (language, hit_name(task, 1)), (values[0], values[1])
