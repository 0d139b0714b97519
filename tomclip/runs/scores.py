"""The scores in a run's events: {score: {language: value}}, in whichever form they were recorded.

Runs of earlier versions have one number per name, the language's code behind it, such as
"zero_shot_top1_ko"; the mean over the languages stood under the bare name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from tomclip.core.languages import LANGUAGES
from tomclip.core.scores import MEAN, find_score_kind
from tomclip.core.types import Event

Scores: TypeAlias = dict[str, dict[str, float]]
LIGHT_PROBE = "light_probe"
"""The split of a light probe's events: those of a full one are "probe"."""
MEASUREMENTS = frozenset({"probe", LIGHT_PROBE, "validation"})
NO_SCORES = frozenset({"probe_seconds", "memory_bytes", "memory_total_bytes"})
"""Numbers that stand beside the scores of an event."""


def recorded_scores(event: Event) -> Scores:
    """Returns by score and language the values of a probe or a validation; {} for other events.

    A value that is no number, such as null for NaN, is left out.
    """
    if event.split not in MEASUREMENTS:
        return {}
    return by_language(
        {name: value for name, value in event.values.items() if name not in NO_SCORES}
    )


def by_language(values: Mapping[str, Any]) -> Scores:
    """Returns {score: {language: value}} of scores in either form; what is no number is left out.

    Args:
        values: by the score's name, its values by language or the mean alone; or numbers by the
            score's name with the language's code behind it.
    """
    found: Scores = {}
    for name, value in values.items():
        nested = value if isinstance(value, Mapping) else None
        score, code = (name, MEAN) if nested is not None else _named(name)
        for language, number in (nested or {code: value}).items():
            if isinstance(number, int | float):
                found.setdefault(score, {})[language] = float(number)
    return found


def _named(name: str) -> tuple[str, str]:
    """Splits "zero_shot_top1_ko" into score and language; a bare score is the mean."""
    if find_score_kind(name) is not None:
        return name, MEAN
    score, _, code = name.rpartition("_")
    known = bool(score) and (code in LANGUAGES or find_score_kind(score) is not None)
    return (score, code) if known else (name, MEAN)
