"""The vectors of a data set's texts and pictures, made beside the page and kept for every page."""

from __future__ import annotations

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.data import language as known_language
from tomclip.encoders import (
    cached_image_embeddings,
    cached_text_embeddings,
    encoder_fingerprint,
    image_encoder_name,
)
from tomclip.ui.computing.boards import board
from tomclip.ui.computing.chosen_data import dataset
from tomclip.ui.computing.jobs import Job, JobBoard, Report, counted
from tomclip.ui.computing.shown_data import DataKey

LARGE = 5_000
"""Vectors of one language or rendering, 10 MB of them, from which on few results are kept."""


def text_vectors_job(encoder: str, language: str, data: DataKey | None = None) -> Job[Embeddings]:
    """Returns the vectors of every item's text in one language; labels are the texts.

    Items without a text have no vector: see `texts_of`. The data set is by default that of the
    page.

    Raises:
        InputError: when the data set has no text in the language.
    """
    shown = dataset(data)
    rows = shown.described(shown.rows(), [language])
    if not len(rows):
        raise InputError(
            f"{shown.title} has no text in {known_language(language).name}; choose another language"
        )
    texts, ids = shown.names[language], shown.ids
    if len(rows) < len(texts):
        texts, ids = tuple(texts[row] for row in rows), tuple(ids[row] for row in rows)

    def work(report: Report) -> Embeddings:
        report(0.0, "loading the encoder")
        return cached_text_embeddings(
            encoder, texts, language=language, ids=ids, on_progress=counted(report, "texts")
        )

    title = f"Captions, {known_language(language).name}"
    key = (encoder, encoder_fingerprint(encoder), shown.key, language)
    return _board_for(len(texts)).start(key, title, work)


def picture_vectors_job(
    encoder: str, rendering: str, data: DataKey | None = None
) -> Job[Embeddings]:
    """Returns the vectors of every picture by the image encoder of `encoder`.

    Items without a picture have no vector: see `pictures_of`. The data set is by default that of
    the page.

    Raises:
        InputError: when the data set has no such pictures.
    """
    shown, teacher = dataset(data), image_encoder_name(encoder)
    pictures, rows = shown.rendering(rendering), shown.pictured_rows(shown.rows())
    rows = rows[np.argsort(shown.pictured[rows], kind="stable")]
    ids = tuple(shown.ids[row] for row in rows)
    labels = tuple(shown.titles[row] for row in rows)

    def work(report: Report) -> Embeddings:
        report(0.0, "loading the encoder")
        return cached_image_embeddings(
            teacher,
            rendering,
            pictures,
            ids=ids,
            labels=labels,
            on_progress=counted(report, "pictures"),
        )

    key = (teacher, encoder_fingerprint(teacher), shown.key, "pictures", rendering)
    title = "Pictures" if len(shown.renderings) == 1 else f"Pictures, {rendering}"
    return _board_for(len(rows)).start(key, title, work)


def _board_for(count: int) -> JobBoard:
    """Returns where so many vectors are made and kept: fewer results where they are large."""
    return board("vectors" if count <= LARGE else "large vectors")


def text_vectors(encoder: str, language: str, data: DataKey | None = None) -> Embeddings:
    """Returns the result of `text_vectors_job`, waiting for it where a page did not."""
    return text_vectors_job(encoder, language, data).future.result()


def picture_vectors(encoder: str, rendering: str, data: DataKey | None = None) -> Embeddings:
    """Returns the result of `picture_vectors_job`, waiting for it where a page did not."""
    return picture_vectors_job(encoder, rendering, data).future.result()


def texts_of(
    encoder: str, language: str, rows: np.ndarray, data: DataKey | None = None
) -> Embeddings:
    """Returns the vectors of some items' texts; each of the rows must have one."""
    places = dataset(data).places(language)[rows]
    assert (places >= 0).all(), "an item without a text was asked for"
    return text_vectors(encoder, language, data).select(places)


def pictures_of(
    encoder: str, rendering: str, rows: np.ndarray, data: DataKey | None = None
) -> Embeddings:
    """Returns the vectors of some items' pictures; each of the rows must have one."""
    places = dataset(data).pictured[rows]
    assert (places >= 0).all(), "an item without a picture was asked for"
    return picture_vectors(encoder, rendering, data).select(places)
