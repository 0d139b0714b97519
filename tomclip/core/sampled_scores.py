"""The scores of a light probe: what a fixed sample of concepts says while a student trains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tomclip.core.shape_scores import DISTANCE, Bounds

SAMPLE = 100
"""Concepts in the sample: candidates and points alike. They are few, so top-1 is higher than among
all of them, and no value of a sample is to be compared with one of all concepts."""


class SampledScore(NamedTuple):
    """What is written of a score of the sample; see `ScoreKind`."""

    title: str
    short_title: str
    explanation: str
    unit: str
    bounds: Bounds
    higher_is_better: bool
    digits: int
    k: int = 0


SAMPLED: Mapping[str, SampledScore] = {
    "sampled_zero_shot_top1": SampledScore(
        f"zero-shot top-1 among {SAMPLE} concepts",
        f"top-1 of {SAMPLE}",
        f"the right one of {SAMPLE} names comes first",
        "%",
        (0, 100),
        True,
        1,
        k=1,
    ),
    "sampled_text_rank": SampledScore(
        f"text rank among {SAMPLE} concepts",
        f"text rank of {SAMPLE}",
        "1 / rank of the teacher's English vector of a name",
        "",
        (0, 1),
        True,
        3,
    ),
    "sampled_wasserstein_h0": SampledScore(
        f"Wasserstein distance, H0, of {SAMPLE} points to the teacher's English",
        f"H0 of {SAMPLE} points",
        f"all merges of {SAMPLE} concepts together",
        DISTANCE,
        (0, None),
        False,
        4,
    ),
}
