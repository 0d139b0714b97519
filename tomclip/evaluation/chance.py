"""What guessing would score, and which scores of a report cannot be told from it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tomclip.core.scores import MEAN, find_score_kind
from tomclip.core.types import Score
from tomclip.evaluation.report import EvaluationReport


def chance_of_hit(
    n_candidates: int, n_right: np.ndarray | int, ks: Sequence[int]
) -> tuple[float, ...]:
    """Returns, per k, the chance in per cent that a random order has a right one in its first k.

    With one right candidate that is k / n_candidates.

    Args:
        n_candidates: how many are ranked.
        n_right: how many of them are right; an array has one number per query, and the chances are
            averaged.
        ks: list lengths, at most `n_candidates`.
    """
    wrong = n_candidates - np.atleast_1d(n_right)
    places = np.arange(max(ks))
    still_wrong = np.maximum(wrong[:, None] - places, 0) / (n_candidates - places)
    missed = np.cumprod(still_wrong, axis=1).mean(axis=0)
    return tuple(float(100.0 * (1.0 - missed[k - 1])) for k in ks)


def chance_level(report: EvaluationReport, score: Score) -> float | None:
    """Returns what guessing would score in per cent, or None for a score that is no accuracy."""
    kind = find_score_kind(score.name)
    if kind is None or not kind.is_share:
        return None
    return _by_task(report, kind.family, score.language)[list(report.settings["ks"]).index(kind.k)]


def near_chance(report: EvaluationReport) -> tuple[Score, ...]:
    """Returns the accuracies and recalls whose 95 % interval does not lie above chance."""
    return tuple(
        score
        for score in report.scores
        if (level := chance_level(report, score)) is not None and score.ci_low <= level
    )


def _by_task(report: EvaluationReport, task: str, language: str) -> Sequence[float]:
    if "chance" not in report.settings:
        return chance_of_hit(report.n_concepts, 1, report.settings["ks"])
    by_language = report.settings["chance"][task]
    if language == MEAN:
        return [float(level) for level in np.mean(list(by_language.values()), axis=0)]
    return by_language[language]
