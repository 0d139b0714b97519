"""Sentences that say what the numbers say, no more. Every number in them is computed."""

from __future__ import annotations

import pandas as pd

from tomclip.evaluation.report import MEAN, EvaluationReport
from tomclip.types import Score
from tomclip.ui.score_names import SHAPE

COUNTED = {"unseen": "unseen concepts", "seen": "training concepts", "all": "concepts"}
SEED_NOTE = "Intervals cover the choice of concepts, not of training runs: one seed per encoder."


def interval(low: float, high: float, *, signed: bool = False) -> str:
    """Returns "[low, high]" with one decimal and a true minus."""
    form = "+.1f" if signed else ".1f"
    return f"[{low:{form}}, {high:{form}}]".replace("-", "−")


def signed(value: float) -> str:
    """Returns the number with its sign, one decimal and a true minus."""
    return f"{value:+.1f}".replace("-", "−")


def accuracy_reading(differences: pd.DataFrame, *, name: str, encoder: str, baseline: str) -> str:
    """Returns one sentence on how often an encoder beats the baseline, and whether that is clear.

    Args:
        differences: the table of `compare_reports` for one encoder.
        name: of the score.
        encoder: shown title.
        baseline: shown title.
    """
    rows = differences[differences["name"] == name]
    by_language, mean = rows[rows["language"] != MEAN], rows[rows["language"] == MEAN].iloc[0]
    better, count = int((by_language["difference"] > 0).sum()), len(by_language)
    return (
        f"**{encoder}** is right more often than **{baseline}** in {better} of {count} languages: "
        f"{signed(mean['difference'])} points on average, 95 % interval "
        f"{interval(mean['ci_low'], mean['ci_high'], signed=True)}, "
        f"{_verdict(mean['ci_low'], mean['ci_high'])}."
    )


def _verdict(low: float, high: float) -> str:
    if low > 0:
        return "a gain that the choice of concepts does not explain"
    if high < 0:
        return "a loss that the choice of concepts does not explain"
    return "so the two cannot be told apart on these concepts"


def shape_reading(differences: pd.DataFrame, *, name: str, encoder: str, baseline: str) -> str:
    """Returns one sentence: in how many languages an encoder's shape is nearer to its reference."""
    rows = differences[(differences["name"] == name) & (differences["language"] != MEAN)]
    sign = 1 if bool(rows["higher_is_better"].iloc[0]) else -1
    nearer = int((sign * rows["difference"] > 0).sum())
    return (
        f"Its {SHAPE[name].title} is smaller than that of {baseline} in {nearer} of {len(rows)} "
        f"languages: {rows['value'].mean():.3g} instead of {rows['baseline_value'].mean():.3g} on "
        "average."
    )


def extremes(report: EvaluationReport, name: str) -> tuple[Score, Score]:
    """Returns the best and the worst language's score, English and the mean left out."""
    scores = [s for s in report.scores if s.name == name and s.language not in (MEAN, "en")]
    ranked = sorted(scores, key=lambda score: score.value, reverse=True)
    return ranked[0], ranked[-1]
