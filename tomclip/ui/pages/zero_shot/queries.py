"""Texts and pictures that a person brings: embedded beside the page, then ranked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.reading.characters import trimmed
from tomclip.core.reading.pictures import open_picture
from tomclip.core.types import Embeddings
from tomclip.encoders import encoder_fingerprint, image_encoder_name
from tomclip.ui.computing.cached import board, encoder_title
from tomclip.ui.computing.jobs import Job, Report

if TYPE_CHECKING:
    from PIL.Image import Image

LARGEST_SIDE = 8_000
FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
LONGEST_TEXT = 300


def checked_text(text: str) -> str:
    """Returns the text without space around it; "" when it shows nothing.

    Raises:
        InputError: when it is longer than 300 characters; an encoder reads only the beginning.
    """
    text = trimmed(text)
    if len(text) > LONGEST_TEXT:
        raise InputError(
            f"the text has {len(text):,} characters; use at most {LONGEST_TEXT}, an encoder reads "
            "only the beginning"
        )
    return text


def text_job(encoder: str, text: str, language: str = "") -> Job[np.ndarray]:
    """Returns the unit vector (d,) of a typed text under an encoder.

    Args:
        encoder: its name.
        text: what it reads.
        language: code; some encoders read each language in its own way. "" is English.
    """

    def work(report: Report) -> np.ndarray:
        report(0.1, "loading the encoder")
        from tomclip.encoders import load_text_encoder

        return load_text_encoder(encoder).embed_texts([text], language=language or "en").vectors[0]

    key = (encoder, encoder_fingerprint(encoder), text, language)
    return board("queries").start(key, f"Reading with {encoder_title(encoder)}", work)


def picture_job(encoder: str, content: bytes, name: str) -> Job[np.ndarray]:
    """Returns the unit vector (d,) of a picture file by the image tower that goes with `encoder`.

    Raises:
        InputError: when the bytes are no picture that can be read, calling them by their name.
    """
    picture = read_picture(content, name)
    teacher = image_encoder_name(encoder)

    def work(report: Report) -> np.ndarray:
        report(0.1, "loading the encoder")
        from tomclip.encoders import load_image_encoder

        return load_image_encoder(teacher).embed_images([picture]).vectors[0]

    key = (teacher, encoder_fingerprint(teacher), hashlib.sha256(content).hexdigest())
    return board("queries").start(key, f"Looking with {encoder_title(teacher)}", work)


def read_picture(content: bytes, name: str = "the file") -> Image:
    """Returns the picture in a file's bytes, as `open_picture` does.

    Raises:
        InputError: when they are no picture, a damaged one, an animation, or one with a side above
            8,000 pixels.
    """
    return open_picture(content, name=name, formats=FORMATS, largest_side=LARGEST_SIDE, still=True)


def ranking(
    query: np.ndarray, candidates: Embeddings, rows: np.ndarray, places: np.ndarray | None = None
) -> tuple[np.ndarray, ...]:
    """Returns the candidate rows from the most to the least similar, and their cosines.

    Args:
        query: (d,) unit vector.
        candidates: unit vectors.
        rows: which items take part; each has a candidate.
        places: by item, the row of its candidate; by default every item has one.
    """
    of_rows = rows if places is None else places[rows]
    similarity = candidates.vectors[of_rows] @ query
    order = np.argsort(-similarity, kind="stable")
    return rows[order], similarity[order]
