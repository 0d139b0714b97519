"""The embeddings that an emoji evaluation asks for, whether from the registry or a live student."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tomclip.core.types import Embeddings
from tomclip.data import EmojiDataset
from tomclip.encoders import (
    TextEncoder,
    cached_image_embeddings,
    cached_text_embeddings,
    image_encoder_name,
)


@dataclass(frozen=True, slots=True)
class EmojiVectors:
    """One encoder's vectors of chosen concepts, made when asked for.

    Every function takes the concept rows that are wanted and returns them in that order, with the
    concept ids as ids and labels: `texts(language, rows)` the names, `images(rendering, rows)` the
    pictures through the image encoder that belongs to `encoder`, and `teacher_english(rows)` the
    English names through the teacher.
    """

    encoder: str
    texts: Callable[[str, np.ndarray], Embeddings]
    images: Callable[[str, np.ndarray], Embeddings]
    teacher_english: Callable[[np.ndarray], Embeddings]


def registered_vectors(encoder: str, dataset: EmojiDataset) -> EmojiVectors:
    """Returns the vectors of an encoder known by name, through the on-disk embedding cache.

    Raises:
        EncoderUnavailable: when the name is unknown or its files are missing.
    """
    teacher = image_encoder_name(encoder)
    return EmojiVectors(
        encoder=encoder,
        texts=lambda language, rows: _cached_texts(encoder, dataset, language).select(rows),
        images=lambda rendering, rows: _cached_images(teacher, dataset, rendering).select(rows),
        teacher_english=lambda rows: _cached_texts(teacher, dataset, "en").select(rows),
    )


def student_vectors(student: TextEncoder, teacher: str, dataset: EmojiDataset) -> EmojiVectors:
    """Returns the vectors of a student in memory, such as one in training.

    Its texts are embedded anew every time; those of the teacher of that name come from the cache,
    where pictures are kept for the rows that were asked for: a first probe embeds no others.

    Raises:
        EncoderUnavailable: when the teacher is unknown or its files are missing.
    """
    image_encoder_name(teacher)

    def texts(language: str, rows: np.ndarray) -> Embeddings:
        names = [dataset.names[language][row] for row in rows]
        ids = tuple(dataset.concepts["id"].iloc[rows])
        return student.embed_texts(names, language=language, ids=ids, labels=ids)

    def images(rendering: str, rows: np.ndarray) -> Embeddings:
        ids = tuple(dataset.concepts["id"].iloc[rows])
        pictures = dataset.rendering(rendering)[rows]
        return cached_image_embeddings(teacher, rendering, pictures, ids=ids, labels=ids)

    return EmojiVectors(
        encoder=student.name,
        texts=texts,
        images=images,
        teacher_english=lambda rows: _cached_texts(teacher, dataset, "en").select(rows),
    )


def _cached_texts(encoder: str, dataset: EmojiDataset, language: str) -> Embeddings:
    ids = tuple(dataset.concepts["id"])
    names = dataset.names[language]
    return cached_text_embeddings(encoder, names, language=language, ids=ids, labels=ids)


def _cached_images(teacher: str, dataset: EmojiDataset, rendering: str) -> Embeddings:
    ids = tuple(dataset.concepts["id"])
    pictures = dataset.rendering(rendering)
    return cached_image_embeddings(teacher, rendering, pictures, ids=ids, labels=ids)
