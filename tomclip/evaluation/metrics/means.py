"""The mean of scores over the languages, every language counting alike."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from tomclip.core.scores import MEAN
from tomclip.core.types import Score


def mean_scores(scores: Iterable[Score]) -> list[Score]:
    """Returns one score per name: the mean of its values, in the order in which names come."""
    by_name: dict[str, list[Score]] = {}
    for score in scores:
        by_name.setdefault(score.name, []).append(score)
    return [
        replace(same[0], value=float(np.mean([score.value for score in same])), language=MEAN)
        for same in by_name.values()
    ]
