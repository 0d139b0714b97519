"""Cross-modal retrieval in both directions: recall@k of the right image, and of the right text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from tomclip.core.types import Embeddings, Score
from tomclip.evaluation.metrics.ranking import (
    DEFAULT_KS,
    pessimistic_ranks,
    rank_scores,
    require_ks,
)


class RetrievalRanks(NamedTuple):
    """Rank, from 1, of the right answer to each query: (n_texts,) and (n_images,)."""

    text_to_image: np.ndarray
    image_to_text: np.ndarray


def retrieval_ranks(text: Embeddings, image: Embeddings) -> RetrievalRanks:
    """Returns the ranks of every text's image and of every image's text.

    Equal labels belong together; an item with several right answers takes the best one's rank.

    Raises:
        InputError: when a text has no image or an image no text. Skipping it would inflate recall.
    """
    return RetrievalRanks(pessimistic_ranks(text, image), pessimistic_ranks(image, text))


def retrieval_scores(
    text: Embeddings,
    image: Embeddings,
    *,
    language: str,
    ks: Sequence[int] = DEFAULT_KS,
    seed: int = 0,
) -> tuple[Score, ...]:
    """Returns `text_to_image_recall_at_k`, then `image_to_text_recall_at_k`, in per cent.

    Recall@k is the share of queries with a right answer within the first k under cosine similarity;
    ties count against it (see `ranking`). Intervals are over the queries.

    Args:
        text: captions, `labels` holding the id of the image they describe.
        image: images, `labels` holding their ids.
        language: of the texts; written into the scores.
        ks: list lengths, each from 1 to the number of texts and of images.
        seed: of the bootstrap.

    Raises:
        InputError: as `retrieval_ranks`, or when a k is above the number of candidates.
    """
    ks = require_ks(ks, min(len(text), len(image)))
    ranks = retrieval_ranks(text, image)
    asked = {"ks": ks, "language": language, "seed": seed}
    return (
        *rank_scores(ranks.text_to_image, asked="text_to_image", **asked),
        *rank_scores(ranks.image_to_text, asked="image_to_text", **asked),
    )
