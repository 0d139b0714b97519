"""Vectors with their ids, labels and encoder: the `Embeddings` that leave this package."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tomclip.core.reading.names import names_of
from tomclip.core.reading.numbers import unit_rows
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
        InputError: when ids or labels differ in number from the vectors, or one is no text.
    """
    names = tuple(map(str, range(len(vectors)))) if ids is None else names_of(ids, "id")
    return Embeddings(
        vectors=unit_rows(vectors, allow_zero=True) if normalise else vectors,
        ids=names,
        labels=names if labels is None else names_of(labels, "label"),
        languages=(language,) * len(vectors),
        modality=modality,
        encoder=encoder,
        unit_norm=normalise,
    )
