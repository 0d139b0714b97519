"""Sentences that say what the numbers say, no more. Every number in them is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from tomclip.core.errors import AssetError
from tomclip.core.formatting import decimal
from tomclip.core.scores import score_kind
from tomclip.core.types import Score
from tomclip.evaluation import MEAN, EvaluationReport, paired_difference_interval

TOP_1 = "zero_shot_top1"
ONE_SEED = "Intervals cover the choice of concepts, not of training runs: one seed per encoder."
SEEDS = "Intervals cover the choice of concepts, ranges over seeds that of the training run."
SOME_SEEDS = f"{SEEDS} Where no range stands, one run is known."


def interval(low: float, high: float, *, signed: bool = False) -> str:
    """Returns "[low, high]" with one decimal and a true minus."""
    return f"[{decimal(low, 1, signed=signed)}, {decimal(high, 1, signed=signed)}]"


def signed(value: float) -> str:
    """Returns the number with its sign and one decimal."""
    return decimal(value, 1, signed=True)


def accuracy_reading(
    baseline: EvaluationReport, other: EvaluationReport, *, titles: Mapping[str, str]
) -> str:
    """Returns one sentence on how often an encoder beats the baseline, and whether that is clear.

    Args:
        baseline: a report with its ranks.
        other: a report on the same concepts, with its ranks.
        titles: shown title of both encoders.
    """
    before, after = (_top_1_by_language(report) for report in (baseline, other))
    better = sum(after[code] > before[code] for code in before)
    first, second = (_top_1_hits(report) for report in (other, baseline))
    low, high = paired_difference_interval(first, second, seed=baseline.settings["seed"])
    return (
        f"**{titles[other.encoder]}** is right more often than **{titles[baseline.encoder]}** in "
        f"{better} of {len(before)} languages: {signed(float((first - second).mean()))} points on "
        f"average, 95 % interval {interval(low, high, signed=True)}, {_verdict(low, high)}."
    )


def _top_1_by_language(report: EvaluationReport) -> dict[str, float]:
    return _by_language(report, TOP_1)


def _top_1_hits(report: EvaluationReport) -> np.ndarray:
    """Returns (n,) the share of languages, in per cent, in which each concept is right."""
    return report.hits("zero_shot")[:, list(report.settings["ks"]).index(1)]


def _by_language(report: EvaluationReport, name: str) -> dict[str, float]:
    return {s.language: s.value for s in report.scores if s.name == name and s.language != MEAN}


def _verdict(low: float, high: float) -> str:
    if low > 0:
        return "a gain that the choice of concepts does not explain"
    if high < 0:
        return "a loss that the choice of concepts does not explain"
    return "so the two cannot be told apart on these concepts"


def verdict(reports: Sequence[EvaluationReport], name: str, *, titles: Mapping[str, str]) -> str:
    """Returns one sentence: which encoder is nearest in shape, and which is right most often.

    Args:
        reports: the baseline's first, with their ranks, on the same concepts. Those without the
            shape score take no part in the first half, which is left out where fewer than two have
            it.
        name: the shape score.
        titles: shown title of every encoder.
    """
    baseline, *_ = reports
    accuracies = {report.encoder: report.score(TOP_1).value for report in reports}
    best = max(reports, key=lambda report: accuracies[report.encoder])
    right = f"**{titles[best.encoder]}** is right most often ({accuracies[best.encoder]:.1f} %"
    if best is not baseline:
        first, second = (_top_1_hits(report) for report in (best, baseline))
        low, high = paired_difference_interval(first, second, seed=baseline.settings["seed"])
        right += (
            f"; {signed(float((first - second).mean()))} points over {titles[baseline.encoder]} "
            f"{interval(low, high, signed=True)}, {_verdict(low, high)}"
        )
    measured = [report for report in reports if _by_language(report, name)]
    if len(measured) < 2:
        return f"{right})."
    sign = 1 if score_kind(name).higher_is_better else -1
    shapes = {one.encoder: fmean(_by_language(one, name).values()) for one in measured}
    nearest = max(shapes, key=lambda encoder: sign * shapes[encoder])
    others = f"; {titles[baseline.encoder]} {shapes[baseline.encoder]:.3g}"
    compared = others if baseline.encoder in shapes and nearest != baseline.encoder else ""
    return (
        f"**{titles[nearest]}** keeps the languages nearest to the shape of English "
        f"({score_kind(name).title.split(' to ')[0]} {shapes[nearest]:.3g}{compared}), and "
        f"{right})."
    )


def languages_by(report: EvaluationReport, name: str) -> list[str]:
    """Returns the codes of the languages, the highest score first, equal ones as figures do."""
    values = _by_language(report, name)
    return sorted(values, key=lambda code: values[code])[::-1]


def seeds_reading(
    baseline: Mapping[str, Any], other: Mapping[str, Any], *, subset: str, rendering: str
) -> str:
    """Returns one sentence on the difference to the baseline over the seeds that both have.

    Empty where they have fewer than two in common: one training run has no spread.

    Args:
        baseline: what the manifest of the baseline says.
        other: what the manifest of the other encoder says.
        subset: the concepts that were asked.
        rendering: the style of the pictures.

    Raises:
        AssetError: when a manifest's seeds cannot be read.
    """
    before, after = (_top_1_by_seed(facts, subset, rendering) for facts in (baseline, other))
    gains = [after[seed] - before[seed] for seed in before if seed in after]
    if len(gains) < 2:
        return ""
    always = "a gain with every seed" if min(gains) > 0 else "a loss with every seed"
    sure = min(gains) > 0 or max(gains) < 0
    return (
        f"Over {len(gains)} training seeds the difference is {signed(fmean(gains))} points on "
        f"average, from {signed(min(gains))} to {signed(max(gains))}, "
        f"{always if sure else 'so the seed decides whether it is a gain'}."
    )


def seeds_note(found: Iterable[str]) -> str:
    """Returns what the intervals cover, given what `seeds_reading` said of each encoder."""
    said = list(map(bool, found))
    if all(said):
        return SEEDS
    return SOME_SEEDS if any(said) else ONE_SEED


def _top_1_by_seed(facts: Mapping[str, Any], subset: str, rendering: str) -> dict[int, float]:
    """Returns the accuracy in per cent by seed; {} where the manifest names no seeds."""
    try:
        return {
            int(one["seed"]): float(score[TOP_1]["value"])
            for one in facts.get("seeds", ())
            for score in one["scores"]
            if (score["subset"], score["rendering"]) == (subset, rendering)
        }
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise AssetError(
            f"the seeds in the manifest of {facts.get('name', 'a student')!r} cannot be read "
            f"({error!r}); restore it with 'git checkout -- assets'"
        ) from error


def shape_reading(
    baseline: EvaluationReport, other: EvaluationReport, *, name: str, titles: Mapping[str, str]
) -> str:
    """Returns one sentence on in how many languages a shape score is better than the baseline's."""
    before, after = (_by_language(report, name) for report in (baseline, other))
    kind = score_kind(name)
    sign = 1 if kind.higher_is_better else -1
    better = sum(sign * (after[code] - before[code]) > 0 for code in before)
    return (
        f"Its {kind.title} is {'larger' if sign > 0 else 'smaller'} than that of "
        f"{titles[baseline.encoder]} in {better} of {len(before)} languages: "
        f"{fmean(after.values()):.3g} instead of {fmean(before.values()):.3g} on average."
    )


def extremes(report: EvaluationReport, name: str) -> tuple[Score, Score]:
    """Returns the best and the worst language's score, English and the mean left out."""
    scores = [s for s in report.scores if s.name == name and s.language not in (MEAN, "en")]
    ranked = sorted(scores, key=lambda score: score.value, reverse=True)
    return ranked[0], ranked[-1]
