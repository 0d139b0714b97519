"""How long embedding a task takes and how much it holds, by a short pilot on some of its items."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, begin
from tomclip.encoders import (
    image_encoder_name,
    load_image_encoder,
    load_text_encoder,
    memory_estimate,
    reads_pictures,
)
from tomclip.encoders.registry import is_stored
from tomclip.evaluation.settings import asked_languages
from tomclip.evaluation.tasks.protocol import Task

PILOT_TEXTS, PILOT_PICTURES = 64, 16
FLOAT32_BYTES = 4


@dataclass(frozen=True, slots=True)
class Forecast:
    """What embedding a task with one encoder takes, once it is loaded.

    Attributes:
        texts: how many would be embedded, over the languages; equal ones of a language count once.
        pictures: how many would be embedded.
        seconds: at the pace of the pilot, on this machine as busy as it was; nothing is taken off
            for what an earlier embedding left in the cache.
        vector_bytes: of the vectors.
        model_bytes: of the encoder's weights and one batch; None for stored vectors, and where its
            configuration does not say.
        pilot_seconds: what the pilot took.
        piloted: how many texts and pictures the pilot embedded.
    """

    texts: int
    pictures: int
    seconds: float
    vector_bytes: int
    model_bytes: int | None
    pilot_seconds: float
    piloted: tuple[int, int]


def forecast(
    encoder: str,
    task: Task,
    *,
    languages: Sequence[str] | None = None,
    on_progress: OnProgress | None = None,
) -> Forecast:
    """Returns what embedding a task takes: texts of all lengths and some pictures are timed.

    Args:
        encoder: a name that `load_text_encoder` knows; its weights are loaded.
        task: what would be embedded.
        languages: codes; by default all of the task's.
        on_progress: called with steps done and in all.

    Raises:
        EncoderUnavailable: when the encoder is unknown or its files are missing.
        InputError: when a language is not the task's or a picture cannot be read.
    """
    tell = on_progress or (lambda done, total: None)
    begin(on_progress, "loading the encoder")
    texts = _texts(task, asked_languages(task, languages))
    model = load_text_encoder(encoder)
    tell(1, 3)
    begin(on_progress, "timing texts")
    pace, dimension, taken = _pace_of_texts(model.embed_texts, texts)
    tell(2, 3)
    seen = 0
    pictures = len(task.pictures) if reads_pictures(encoder) and not is_stored(encoder) else 0
    seconds = pace * len(texts)
    if pictures:
        begin(on_progress, "timing pictures")
        picture_pace, seen, more = _pace_of_pictures(encoder, task)
        seconds, taken = seconds + picture_pace * pictures, taken + more
    tell(3, 3)
    return Forecast(
        texts=len(texts),
        pictures=pictures,
        seconds=seconds,
        vector_bytes=(len(texts) + pictures) * dimension * FLOAT32_BYTES,
        model_bytes=_model_bytes(encoder),
        pilot_seconds=taken,
        piloted=(min(PILOT_TEXTS, len(texts)), seen),
    )


def _texts(task: Task, languages: Sequence[str]) -> list[tuple[str, str]]:
    """Returns every (language, text) to embed, once, the shortest first."""
    known = {(code, text) for code in languages for text in task.texts(code).texts}
    return sorted(known, key=lambda one: (len(one[1]), one))


def _pace_of_texts(
    embed: Callable[..., object], texts: Sequence[tuple[str, str]]
) -> tuple[float, int, float]:
    """Returns seconds a text, the dimension of its vector, and what the pilot took."""
    chosen = [texts[row] for row in _spread(len(texts), PILOT_TEXTS)]
    by_language: dict[str, list[str]] = {}
    for code, text in chosen:
        by_language.setdefault(code, []).append(text)
    code, text = chosen[0]
    first = embed([text], language=code)  # what is made once is not counted
    dimension = int(first.vectors.shape[1])  # type: ignore[attr-defined]
    start = time.perf_counter()
    for code, some in by_language.items():
        embed(some, language=code)
    taken = time.perf_counter() - start
    return taken / len(chosen), dimension, taken


def _pace_of_pictures(encoder: str, task: Task) -> tuple[float, int, float]:
    """Returns seconds a picture, how many were embedded, and what that took."""
    model = load_image_encoder(image_encoder_name(encoder))
    rows = _spread(len(task.pictures), PILOT_PICTURES)
    model.embed_images(_chosen(task, rows[:1]))
    start = time.perf_counter()
    model.embed_images(_chosen(task, rows))
    taken = time.perf_counter() - start
    return taken / len(rows), len(rows), taken


def _chosen(task: Task, rows: Sequence[int]) -> np.ndarray | list:
    pictures = task.pictures
    if isinstance(pictures, np.ndarray):
        return pictures[list(rows)]
    return [pictures[row] for row in rows]


def _spread(total: int, wanted: int) -> list[int]:
    """Returns at most `wanted` rows from 0 to `total` - 1, evenly apart."""
    return sorted({int(row) for row in np.linspace(0, total - 1, min(wanted, total)).round()})


def _model_bytes(encoder: str) -> int | None:
    try:
        return None if is_stored(encoder) else memory_estimate(encoder).total
    except InputError:
        return None
