"""How scores are called on the pages, and which direction is good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from tomclip.data import language
from tomclip.evaluation import MEAN


class ScoreTitle(NamedTuple):
    """The shown name of a score, what one looks at, and whether more is better."""

    title: str
    explanation: str
    higher_is_better: bool


ACCURACY: Mapping[str, ScoreTitle] = {
    "zero_shot_top1": ScoreTitle("zero-shot top-1", "the right name comes first", True),
    "zero_shot_top5": ScoreTitle("zero-shot top-5", "the right name is in the first 5", True),
    "zero_shot_top10": ScoreTitle("zero-shot top-10", "the right name is in the first 10", True),
    "text_to_image_recall_at_1": ScoreTitle(
        "text → picture recall@1", "the right picture comes first", True
    ),
    "text_to_image_recall_at_5": ScoreTitle(
        "text → picture recall@5", "the right picture is in the first 5", True
    ),
    "text_to_image_recall_at_10": ScoreTitle(
        "text → picture recall@10", "the right picture is in the first 10", True
    ),
}
PICTURE_RECALL: Mapping[str, ScoreTitle] = {
    "image_to_text_recall_at_1": ScoreTitle(
        "picture → text recall@1", "a right caption comes first", True
    ),
    "image_to_text_recall_at_5": ScoreTitle(
        "picture → text recall@5", "a right caption is in the first 5", True
    ),
    "image_to_text_recall_at_10": ScoreTitle(
        "picture → text recall@10", "a right caption is in the first 10", True
    ),
}
"""What benchmarks measure beside `ACCURACY`."""
_SHAPES: Mapping[str, ScoreTitle] = {
    "wasserstein_h0": ScoreTitle(
        "Wasserstein distance, H0", "all merges of components together", False
    ),
    "bottleneck_h0": ScoreTitle("bottleneck distance, H0", "the worst merge of components", False),
    "wasserstein_h1": ScoreTitle("Wasserstein distance, H1", "all loops together", False),
    "bottleneck_h1": ScoreTitle("bottleneck distance, H1", "the worst loop", False),
    "rtd": ScoreTitle(
        "topology divergence (RTD)", "concepts joined in one and not yet in the other", False
    ),
    "linear_cka": ScoreTitle("linear CKA", "the same geometry, concept by concept", True),
    "debiased_cka": ScoreTitle(
        "debiased CKA", "linear CKA, 0 for unrelated clouds of any size", True
    ),
    "mutual_knn": ScoreTitle("shared nearest neighbours", "the same 10 neighbours", True),
    "rsa": ScoreTitle("rank correlation of distances (RSA)", "the same pairs near and far", True),
    "procrustes": ScoreTitle(
        "Procrustes disparity", "what the best rotation and scale leave", False
    ),
    "language_gap": ScoreTitle("language gap", "how far apart the centres of the texts are", False),
}
TO_TEACHER = "_to_teacher"
SHAPE: Mapping[str, ScoreTitle] = {
    **{name: title._replace(title=f"{title.title} to English") for name, title in _SHAPES.items()},
    **{
        name + TO_TEACHER: title._replace(title=f"{title.title} to the teacher's English")
        for name, title in _SHAPES.items()
    },
}


def language_title(code: str) -> str:
    """Returns the English name of a language, and "Mean" for the mean of all."""
    return "Mean" if code == MEAN else language(code).name


def capitalised(text: str) -> str:
    """Returns the text with its first letter in upper case and the others as they are."""
    return text[:1].upper() + text[1:]
