"""Which scores the pages offer, and how languages are called there."""

from __future__ import annotations

from collections.abc import Iterable

from tomclip.core.scores import ENDINGS, MEAN, SHAPE_SCORES, capitalised, hit_name, score_kind
from tomclip.data import language

KS = (1, 5, 10)
ACCURACIES = tuple(hit_name(asked, k) for asked in ("zero_shot", "text_to_image") for k in KS)
"""What is measured on the emoji, where a picture's name is as easy to find as a name's picture."""
SHAPES = tuple(name + ending for ending in ENDINGS.values() for name in SHAPE_SCORES)


def score_titles(names: Iterable[str]) -> dict[str, str]:
    """Returns by name the scores' titles, as they stand in a list to choose from."""
    return {name: capitalised(score_kind(name).title) for name in names}


def language_title(code: str) -> str:
    """Returns the English name of a language, and "Mean" for the mean of all."""
    return "Mean" if code == MEAN else language(code).name
