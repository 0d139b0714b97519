"""Vectors with their ids, labels and encoder: the `Embeddings` that leave this package."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tomclip.core.types import Embeddings, Modality


def to_embeddings(
    vectors: np.ndarray,
    *,
    encoder: str,
    modality: Modality,
    language: str,
    ids: Sequence[str] | None,
    labels: Sequence[str] | None,
    normalise: bool,
) -> Embeddings:
    """Returns the vectors with their names; `ids` default to row numbers and `labels` to `ids`.

    Raises:
        InputError: when ids or labels differ in number from the vectors.
    """
    names = tuple(map(str, range(len(vectors)))) if ids is None else tuple(ids)
    return Embeddings(
        vectors=unit_rows(vectors) if normalise else vectors,
        ids=names,
        labels=names if labels is None else tuple(labels),
        languages=(language,) * len(vectors),
        modality=modality,
        encoder=encoder,
        unit_norm=normalise,
    )


def unit_rows(vectors: np.ndarray) -> np.ndarray:
    """Returns the rows divided by their Euclidean length; a row of zeros stays zero."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.maximum(lengths, np.finfo(vectors.dtype).tiny)
