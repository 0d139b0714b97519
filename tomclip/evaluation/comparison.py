"""Differences between encoders on the same concepts, with paired bootstrap intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from tomclip.errors import InputError
from tomclip.evaluation.bootstrap import bootstrap_intervals
from tomclip.evaluation.ranking import SCORE_NAMES
from tomclip.evaluation.report import EvaluationReport
from tomclip.types import Score

if TYPE_CHECKING:
    import pandas as pd

COMPARED_SETTINGS = ("languages", "ks", "metric", "max_points", "seed", "references")


def compare_reports(baseline: EvaluationReport, others: Sequence[EvaluationReport]) -> pd.DataFrame:
    """Returns one row per other encoder, language and score, with `difference` from the baseline.

    `difference` is value - baseline_value, in percentage points for accuracies; `higher_is_better`
    says which sign is a gain. `ci_low` and `ci_high` bound it at 95 %, concepts resampled as pairs;
    they are NaN for shape scores.

    Raises:
        InputError: when there is nothing to compare, or two reports were made on different concepts
            or with different settings.
    """
    import pandas as pd

    if not others:
        raise InputError(
            f"only '{baseline.encoder}' came; name at least one encoder to compare it with"
        )
    for other in others:
        _require_same_protocol(baseline, other)
    return pd.DataFrame([row for other in others for row in _rows(baseline, other)])


def _require_same_protocol(baseline: EvaluationReport, other: EvaluationReport) -> None:
    differing = [
        name for name in COMPARED_SETTINGS if baseline.settings[name] != other.settings[name]
    ]
    for name in ("subset", "rendering", "concept_ids"):
        if getattr(baseline, name) != getattr(other, name):
            differing.append(name)
    if differing:
        raise InputError(
            f"'{baseline.encoder}' and '{other.encoder}' were evaluated with different "
            f"{', '.join(differing)}; evaluate both the same way"
        )


def _rows(baseline: EvaluationReport, other: EvaluationReport) -> Iterator[dict[str, Any]]:
    intervals = dict(_difference_intervals(baseline, other))
    for before in baseline.scores:
        after = other.score(before.name, before.language)
        low, high = intervals.get((before.language, before.name), (float("nan"), float("nan")))
        yield _row(baseline.encoder, other.encoder, before, after) | {
            "ci_low": low,
            "ci_high": high,
        }


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
    for task, name in SCORE_NAMES.items():
        for language in languages:
            differences = other.hits(task, language) - baseline.hits(task, language)
            intervals = bootstrap_intervals(differences, seed=baseline.settings["seed"])
            for k, (low, high) in zip(baseline.settings["ks"], intervals, strict=True):
                yield (language, name.format(k=k)), (float(low), float(high))
