"""The embeddings that an emoji evaluation asks for, whether from the registry or a live student."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tomclip.data import EmojiDataset
from tomclip.encoders import (
    TextEncoder,
    cached_image_embeddings,
    cached_text_embeddings,
    image_encoder_name,
)
from tomclip.types import Embeddings

if TYPE_CHECKING:
    from tomclip.encoders import Teacher


@dataclass(frozen=True, slots=True)
class EmojiVectors:
    """One encoder's vectors of every concept, made when asked for.

    `texts(language)` embeds the concepts' names, `images(rendering)` their pictures with the image
    encoder that belongs to `encoder`, and `teacher_english()` the English names with the teacher.
    All rows are in the data set's order with the concept ids as ids and labels.
    """

    encoder: str
    texts: Callable[[str], Embeddings]
    images: Callable[[str], Embeddings]
    teacher_english: Callable[[], Embeddings]


def registered_vectors(encoder: str, dataset: EmojiDataset) -> EmojiVectors:
    """Returns the vectors of an encoder known by name, through the on-disk embedding cache.

    Raises:
        EncoderUnavailable: when the name is unknown or its files are missing.
    """
    ids = tuple(dataset.concepts["id"])
    teacher = image_encoder_name(encoder)

    def texts(name: str, language: str) -> Embeddings:
        names = dataset.names[language]
        return cached_text_embeddings(name, names, language=language, ids=ids, labels=ids)

    def images(rendering: str) -> Embeddings:
        pictures = dataset.rendering(rendering)
        return cached_image_embeddings(teacher, rendering, pictures, ids=ids, labels=ids)

    return EmojiVectors(
        encoder=encoder,
        texts=lambda language: texts(encoder, language),
        images=images,
        teacher_english=lambda: texts(teacher, "en"),
    )


def student_vectors(student: TextEncoder, teacher: Teacher, dataset: EmojiDataset) -> EmojiVectors:
    """Returns the vectors of a student in memory, such as one in training; nothing is cached."""
    ids = tuple(dataset.concepts["id"])

    def images(rendering: str) -> Embeddings:
        return teacher.embed_images(dataset.rendering(rendering), ids=ids, labels=ids)

    def texts(encoder: TextEncoder, language: str) -> Embeddings:
        return encoder.embed_texts(dataset.names[language], language=language, ids=ids, labels=ids)

    return EmojiVectors(
        encoder=student.name,
        texts=lambda language: texts(student, language),
        images=images,
        teacher_english=lambda: texts(teacher, "en"),
    )
