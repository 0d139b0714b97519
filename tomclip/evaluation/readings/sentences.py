"""Sentences that say what the numbers say, no more. Every number in them is computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from tomclip.core.errors import AssetError
from tomclip.core.formatting import decimal
from tomclip.core.scores import MEAN, hit_name, score_kind
from tomclip.core.types import Score
from tomclip.evaluation.metrics.bootstrap import paired_difference_interval
from tomclip.evaluation.report import EvaluationReport

ZERO_SHOT, TOP_1 = "zero_shot", "zero_shot_top1"
BOLD = "**"
"""What stands around titles, as Markdown marks them."""
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
    baseline: EvaluationReport,
    other: EvaluationReport,
    *,
    titles: Mapping[str, str],
    asked: str = ZERO_SHOT,
    mark: str = BOLD,
) -> str:
    """Returns one sentence on how often an encoder beats the baseline, and whether that is clear.

    Args:
        baseline: a report with its ranks.
        other: a report on the same concepts, with its ranks.
        titles: shown title of both encoders.
        asked: of both, a key of `tomclip.core.scores.HIT_NAMES`.
        mark: stands before and behind titles; "" for plain text.
    """
    before, after = (_by_language(report, hit_name(asked, 1)) for report in (baseline, other))
    better = sum(after[code] > before[code] for code in before)
    return (
        f"{mark}{titles[other.encoder]}{mark} is right more often than "
        f"{mark}{titles[baseline.encoder]}{mark} in {better} of {len(before)} languages: "
        f"{_gain(baseline, other, asked, ' points on average, 95 % interval ')}."
    )


def _gain(baseline: EvaluationReport, other: EvaluationReport, asked: str, between: str) -> str:
    """Returns the paired difference in points, its interval and what that shows."""
    first, second = (_first_hits(report, asked) for report in (other, baseline))
    low, high = paired_difference_interval(first, second, seed=baseline.settings["seed"])
    gain, found = signed(float((first - second).mean())), interval(low, high, signed=True)
    return f"{gain}{between}{found}, {_verdict(low, high, baseline.items_title)}"


def _first_hits(report: EvaluationReport, asked: str) -> np.ndarray:
    """Returns (n,) the share of languages, in per cent, in which each concept is right."""
    return report.hits(asked)[:, list(report.settings["ks"]).index(1)]


def _by_language(report: EvaluationReport, name: str) -> dict[str, float]:
    return {s.language: s.value for s in report.scores if s.name == name and s.language != MEAN}


def _verdict(low: float, high: float, items: str) -> str:
    if low > 0:
        return f"a gain that the choice of {items} does not explain"
    if high < 0:
        return f"a loss that the choice of {items} does not explain"
    return f"so the two cannot be told apart on these {items}"


def verdict(
    reports: Sequence[EvaluationReport],
    name: str,
    *,
    titles: Mapping[str, str],
    asked: str = ZERO_SHOT,
    mark: str = BOLD,
) -> str:
    """Returns one sentence: which encoder is nearest in shape, and which is right most often.

    A half that fewer than two encoders were measured for is left out; "" where both are. The one
    that is right most often is compared with the baseline, and the baseline with the next best.

    Args:
        reports: the baseline's first, with their ranks, on the same concepts.
        name: the shape score.
        titles: shown title of every encoder.
        asked: whose first answers count, a key of `tomclip.core.scores.HIT_NAMES`.
        mark: stands before and behind titles; "" for plain text.
    """
    halves = (_nearest(reports, name, titles, mark), _most_right(reports, asked, titles, mark))
    said = ", and ".join(filter(None, halves))
    return f"{said}." if said else ""


def _most_right(
    reports: Sequence[EvaluationReport], asked: str, titles: Mapping[str, str], mark: str
) -> str:
    answered = [report for report in reports if asked in report.ranks]
    if len(answered) < 2:
        return ""
    accuracies = {one.encoder: one.score(hit_name(asked, 1)).value for one in answered}
    best, *others = sorted(answered, key=lambda one: -accuracies[one.encoder])
    rival = others[0] if best is answered[0] else answered[0]
    over = f" points over {titles[rival.encoder]} "
    return (
        f"{mark}{titles[best.encoder]}{mark} is right most often ({accuracies[best.encoder]:.1f} %;"
        f" {_gain(rival, best, asked, over)})"
    )


def _nearest(
    reports: Sequence[EvaluationReport], name: str, titles: Mapping[str, str], mark: str
) -> str:
    measured = [report for report in reports if _by_language(report, name)]
    if len(measured) < 2:
        return ""
    baseline, kind = reports[0].encoder, score_kind(name)
    sign = 1 if kind.higher_is_better else -1
    shapes = {one.encoder: fmean(_by_language(one, name).values()) for one in measured}
    nearest = max(shapes, key=lambda encoder: sign * shapes[encoder])
    others = f"; {titles[baseline]} {shapes[baseline]:.3g}" if baseline in shapes else ""
    return (
        f"{mark}{titles[nearest]}{mark} keeps the languages nearest to the shape of English "
        f"({kind.title.split(' to ')[0]} {shapes[nearest]:.3g}"
        f"{others if nearest != baseline else ''})"
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
