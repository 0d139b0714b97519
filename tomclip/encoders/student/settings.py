"""What a student's weight files do not say. Read without torch, so that listing is quick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.core.reading.json_text import read_json_object

SETTINGS_FILE = "student.json"
PUBLISHED_STUDENTS = {
    "M-CLIP/XLM-Roberta-Large-Vit-B-32": "ViT-B-32/openai",
    "M-CLIP/XLM-Roberta-Large-Vit-L-14": "ViT-L-14/openai",
    "M-CLIP/XLM-Roberta-Large-Vit-B-16Plus": "ViT-B-16-plus-240/laion400m_e32",
}
"""Published students and the open_clip teacher of each."""


@dataclass(frozen=True, slots=True)
class Prior:
    """The pretrained backbone that a student's folder leaves out: its name and its weights' digest.

    `name` is that of a packaged encoder, a folder or a repository; `sha256` that of its tensors,
    `tomclip.encoders.student.priors.weights_digest`.
    """

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class LoraSettings:
    """Low-rank additions to the backbone: their rank, and the factor alpha / rank before them."""

    rank: int
    alpha: int


@dataclass(frozen=True)
class StudentSettings:
    """What the weight files do not say: whose space the student lives in, and how it reads.

    `teacher` names the encoder whose text vectors were the targets, `dimension` is the length of
    those vectors, and `max_tokens` the longest text, special tokens included. A student whose
    backbone is a pretrained one but for a few tensors names that as its `prior`. `fold` is that of
    the emoji whose names it has not read (`tomclip.data.load_emoji`), None without one.
    """

    teacher: str
    dimension: int
    max_tokens: int
    pooling: Literal["mean"] = "mean"
    prior: Prior | None = None
    lora: LoraSettings | None = None
    fold: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Returns what student.json holds: nothing of a prior, LoRA or fold where there is none."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> StudentSettings:
        """Returns what `to_dict` wrote.

        Raises:
            TypeError, ValueError: when the values are none of a student.
        """
        parts = dict(values)
        for name, kind in (("prior", Prior), ("lora", LoraSettings)):
            if parts.get(name) is not None:
                parts[name] = kind(**parts[name])
        return cls(**parts)


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
        settings = StudentSettings.from_dict(
            read_json_object(path, refusal=AssetError, advice="restore it")
        )
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
