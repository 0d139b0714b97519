"""Zero-shot classification: an image belongs to the class whose text is most similar to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings, Score
from tomclip.evaluation.metrics.ranking import (
    DEFAULT_KS,
    pessimistic_ranks,
    rank_scores,
    require_ks,
)


def zero_shot_ranks(text: Embeddings, image: Embeddings) -> np.ndarray:
    """Returns (n_images,) ranks, from 1, of each image's own class among all classes of `text`.

    Args:
        text: one row per class, `labels` holding the class ids.
        image: any number of images per class, `labels` holding the class ids.

    Raises:
        InputError: when a class has two texts, or an image's class has none.
    """
    require_one_text_a_class(text)
    return pessimistic_ranks(image, text)


def require_one_text_a_class(text: Embeddings) -> None:
    """Raises InputError when two texts have the same label."""
    repeated = [label for label, count in Counter(text.labels).items() if count > 1]
    if repeated:
        raise InputError(
            f"class {repeated[0]!r} has {text.labels.count(repeated[0])} texts; give one per class"
        )


def zero_shot_scores(
    text: Embeddings,
    image: Embeddings,
    *,
    language: str,
    ks: Sequence[int] = DEFAULT_KS,
    seed: int = 0,
) -> tuple[Score, ...]:
    """Returns top-k accuracies `zero_shot_top1` ... in per cent, with intervals over the images.

    An image counts as right at k when its class is within the first k under cosine similarity; ties
    count against it (see `tomclip.evaluation.metrics.ranking`).

    Args:
        text: one row per class, `labels` holding the class ids.
        image: at least two images, `labels` holding the class ids.
        language: of the texts; written into the scores.
        ks: list lengths, each from 1 to the number of classes.
        seed: of the bootstrap.

    Raises:
        InputError: as `zero_shot_ranks`, or when a k is above the number of classes.
    """
    ks = require_ks(ks, len(text))
    ranks = zero_shot_ranks(text, image)
    return rank_scores(ranks, asked="zero_shot", language=language, ks=ks, seed=seed)
