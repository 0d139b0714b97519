"""The vectors that an evaluation asks for, whether of an encoder by name or of a live student."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from tomclip.core.progress import OnProgress, part_of
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.types import Embeddings
from tomclip.encoders import (
    TextEncoder,
    cached_image_embeddings,
    cached_text_embeddings,
    image_encoder_name,
    reads_pictures,
)
from tomclip.encoders.protocol import Images
from tomclip.evaluation.settings import ENGLISH
from tomclip.evaluation.tasks.protocol import Task


@dataclass(frozen=True, slots=True)
class TaskVectors:
    """One encoder's vectors of what takes part in a task, made when they are asked for.

    `texts(language, on_progress)` are those of a language, `pictures(on_progress)` those of all
    items through the image encoder that belongs to `encoder`, and `teacher_english()` the English
    texts through the teacher. The labels say what is right.
    """

    encoder: str
    texts: Callable[[str, OnProgress | None], Embeddings]
    pictures: Callable[[OnProgress | None], Embeddings]
    teacher_english: Callable[[], Embeddings]


def registered_vectors(encoder: str, task: Task) -> TaskVectors:
    """Returns the vectors of an encoder known by name, through the on-disk embedding cache.

    Those of an encoder that knows no pictures are its texts alone: the others raise.

    Raises:
        EncoderUnavailable: when the name is unknown or its files are missing.
    """
    if reads_pictures(encoder):
        image_encoder_name(encoder)

    def pictures(on_progress: OnProgress | None = None) -> Embeddings:
        return cached_image_embeddings(
            image_encoder_name(encoder),
            task.pictures_name,
            task.pictures,
            ids=task.picture_ids,
            labels=task.picture_labels,
            on_progress=on_progress,
        ).select(task.items)

    return TaskVectors(
        encoder=encoder,
        texts=lambda code, on_progress=None: _cached_texts(encoder, task, code, on_progress),
        pictures=pictures,
        teacher_english=lambda: teacher_english(image_encoder_name(encoder), task),
    )


def student_vectors(student: TextEncoder, teacher: str, task: Task) -> TaskVectors:
    """Returns the vectors of a student in memory, such as one in training.

    Its texts are embedded anew every time; those of the teacher of that name come from the cache,
    where pictures are kept for the items that were asked for: a first probe embeds no others.

    Raises:
        EncoderUnavailable: when the teacher is unknown or its files are missing.
    """
    image_encoder_name(teacher)

    def texts(code: str, on_progress: OnProgress | None = None) -> Embeddings:
        there = task.texts(code)
        parts = [
            student.embed_texts(
                [texts[row] for row in there.rows],
                language=code,
                ids=[there.ids[row] for row in there.rows],
                labels=[there.labels[row] for row in there.rows],
            )
            for texts in (there.texts, *there.wordings)
        ]
        return ensembled(parts)

    return TaskVectors(
        encoder=student.name,
        texts=texts,
        pictures=lambda on_progress=None: pictures_of_items(teacher, task, on_progress),
        teacher_english=lambda: teacher_english(teacher, task),
    )


def pictures_of_items(
    teacher: str, task: Task, on_progress: OnProgress | None = None
) -> Embeddings:
    """Returns a teacher's vectors of the pictures of a task's items, and of no others, cached."""
    return cached_image_embeddings(
        teacher,
        task.pictures_name,
        _chosen(task.pictures, task.items),
        ids=[task.picture_ids[row] for row in task.items],
        labels=[task.picture_labels[row] for row in task.items],
        on_progress=on_progress,
    )


def teacher_english(teacher: str, task: Task) -> Embeddings:
    """Returns a teacher's vectors of the English texts that take part in a task, cached."""
    return _cached_texts(teacher, task, ENGLISH)


def embedded_once(vectors: TaskVectors) -> TaskVectors:
    """Returns the same vectors; texts that are asked for again are not made again."""
    known: dict[str, Embeddings] = {}

    def texts(code: str, on_progress: OnProgress | None = None) -> Embeddings:
        if code not in known:
            known[code] = vectors.texts(code, on_progress)
        return known[code]

    return replace(vectors, texts=texts, teacher_english=cache(vectors.teacher_english))


def _cached_texts(
    encoder: str, task: Task, code: str, on_progress: OnProgress | None = None
) -> Embeddings:
    there = task.texts(code)
    wordings = (there.texts, *there.wordings)
    parts = [
        cached_text_embeddings(
            encoder,
            texts,
            language=code,
            ids=there.ids,
            labels=there.labels,
            on_progress=part_of(on_progress, place, len(wordings)),
        )
        for place, texts in enumerate(wordings)
    ]
    return ensembled(parts).select(there.rows)


def ensembled(wordings: Sequence[Embeddings]) -> Embeddings:
    """Returns the unit vectors of the means of the same texts' vectors in several wordings.

    Args:
        wordings: at least one, all of the same items in the same order.

    Raises:
        InputError: when the vectors of a text cancel out.
    """
    if len(wordings) == 1:
        return wordings[0]
    mean = np.mean([unit_rows(one.vectors) for one in wordings], axis=0)
    return replace(wordings[0], vectors=unit_rows(mean))


def _chosen(pictures: Images, rows: np.ndarray) -> Images:
    """Returns some of the pictures; all of them as they are, so that none is opened for it."""
    if len(rows) == len(pictures):
        return pictures
    return pictures[rows] if isinstance(pictures, np.ndarray) else [pictures[row] for row in rows]
