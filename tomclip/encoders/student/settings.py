"""What a student's weight files do not say. Read without torch, so that listing is quick."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tomclip.core.errors import AssetError, EncoderUnavailable

SETTINGS_FILE = "student.json"
PUBLISHED_STUDENTS = {
    "M-CLIP/XLM-Roberta-Large-Vit-B-32": "ViT-B-32/openai",
    "M-CLIP/XLM-Roberta-Large-Vit-L-14": "ViT-L-14/openai",
    "M-CLIP/XLM-Roberta-Large-Vit-B-16Plus": "ViT-B-16-plus-240/laion400m_e32",
}
"""Published students and the open_clip teacher of each."""


@dataclass(frozen=True)
class StudentSettings:
    """What the two weight files do not say: whose space the student lives in, and how it reads.

    `teacher` names the encoder whose text vectors were the targets, `dimension` is the length of
    those vectors, and `max_tokens` the longest text, special tokens included.
    """

    teacher: str
    dimension: int
    max_tokens: int
    pooling: Literal["mean"] = "mean"


def read_settings(directory: Path) -> StudentSettings:
    """Returns what `student.json` says.

    Raises:
        EncoderUnavailable: when `directory` holds no student.json.
        AssetError: when the file is not what `save_student` writes.
    """
    path = directory / SETTINGS_FILE
    if not path.is_file():
        raise EncoderUnavailable(
            f"{directory} holds no {SETTINGS_FILE}; name a directory that training wrote, such as "
            "a run's checkpoints/best"
        )
    try:
        settings = StudentSettings(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise AssetError(
            f"{path} does not describe a student ({error}); restore the folder"
        ) from error
    if settings.pooling != "mean":
        raise AssetError(f"{path} asks for {settings.pooling!r} pooling; only 'mean' is known")
    return settings


def published_teacher_name(name: str) -> str:
    """Returns the open_clip name of the published student's teacher.

    Raises:
        EncoderUnavailable: listing the known names.
    """
    if name not in PUBLISHED_STUDENTS:
        known = ", ".join(PUBLISHED_STUDENTS)
        raise EncoderUnavailable(f"{name!r} is not a published student that is known; use {known}")
    return PUBLISHED_STUDENTS[name]
