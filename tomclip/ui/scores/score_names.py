"""Which scores the pages offer, and how languages are called there."""

from __future__ import annotations

from collections.abc import Iterable

from tomclip.core.scores import ENDINGS, MEAN, SHAPE_SCORES, capitalised, hit_name, score_kind
from tomclip.data import language
from tomclip.data.emoji import Subset
from tomclip.ui.computing.chosen_data import dataset

KS = (1, 5, 10)
SHAPES = tuple(name + ending for ending in ENDINGS.values() for name in SHAPE_SCORES)


def accuracies_of(subset: Subset) -> tuple[str, ...]:
    """Returns the names of the accuracies of the page's data set.

    A picture's name is no harder to find by name than by being classified where each item has one
    of both, so image-to-text recall is left out beside zero-shot accuracy.

    Raises:
        InputError: when the data set has too little to ask an encoder anything.
    """
    asked = dataset().task_of(subset).asked
    kept = [one for one in asked if not (one == "image_to_text" and "zero_shot" in asked)]
    return tuple(hit_name(one, k) for one in kept for k in KS)


def score_titles(names: Iterable[str]) -> dict[str, str]:
    """Returns by name the scores' titles, as they stand in a list to choose from."""
    return {name: capitalised(score_kind(name).title) for name in names}


def language_title(code: str) -> str:
    """Returns the English name of a language, and "Mean" for the mean of all."""
    return "Mean" if code == MEAN else language(code).name
