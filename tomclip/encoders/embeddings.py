"""Vectors with their ids, labels and encoder: the `Embeddings` that leave this package."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

import numpy as np

from tomclip.core.progress import OnProgress
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


def text_embeddings(
    vectors: np.ndarray,
    texts: Sequence[str],
    *,
    encoder: str,
    language: str,
    ids: Sequence[str] | None,
    labels: Sequence[str] | None,
    normalise: bool,
) -> Embeddings:
    """Returns `to_embeddings` of texts, which are their own labels where none are given."""
    return to_embeddings(
        vectors,
        encoder=encoder,
        modality="text",
        language=language,
        ids=ids,
        labels=texts if labels is None else labels,
        normalise=normalise,
    )


class EmbedsTexts(ABC):
    """`embed_texts` of an encoder that computes nothing in batches of its own."""

    name: str

    def embed_texts(
        self,
        texts: Sequence[str],
        *,
        language: str = "en",
        ids: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        normalise: bool = True,
        on_progress: OnProgress | None = None,
    ) -> Embeddings:
        """Returns one vector per text, as `TextEncoder.embed_texts`; see also the class."""
        return text_embeddings(
            self._text_vectors(texts, language, on_progress),
            texts,
            encoder=self.name,
            language=language,
            ids=ids,
            labels=labels,
            normalise=normalise,
        )

    @abstractmethod
    def _text_vectors(
        self, texts: Sequence[str], language: str, on_progress: OnProgress | None
    ) -> np.ndarray:
        """Returns (n, dimension) float32 vectors, of any length."""
