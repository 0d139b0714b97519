"""From an encoder's name to the encoder, loaded once for as long as its files stay the same.

Which names there are: `tomclip.encoders.catalogue`. Importing this module loads neither torch nor
transformers.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tomclip.encoders.catalogue import (
    EMOJI_TEACHER,
    EncoderInfo,
    encoder_catalogue,
    encoder_fingerprint,
    files_state,
    find_encoder,
    image_encoder_name,
    is_student,
)
from tomclip.errors import EncoderUnavailable

if TYPE_CHECKING:
    from tomclip.encoders.student import Student
    from tomclip.encoders.teacher import Teacher

__all__ = [
    "EncoderInfo",
    "encoder_catalogue",
    "encoder_fingerprint",
    "find_encoder",
    "image_encoder_name",
    "load_image_encoder",
    "load_student",
    "load_teacher",
    "load_text_encoder",
]

FilesState = tuple[tuple[str, int, int], ...]
_LOADING = threading.RLock()


def load_teacher(name: str = EMOJI_TEACHER, *, device: str = "cpu") -> Teacher:
    """Returns the teacher of that name; loaded once for as long as its files stay the same.

    Raises:
        EncoderUnavailable: when there is no such teacher, or its weights cannot be had.
        AssetError: when its files are damaged.
    """
    info = find_encoder(name)
    with _LOADING:
        if info is None:
            return _published_teacher(name, device)
        _require_kind(info, "teacher")
        return _local_teacher(info.path.resolve(), files_state(info.path), info.name, device)


def load_student(name: str, *, device: str = "cpu") -> Student:
    """Returns the student of that name; loaded once for as long as its files stay the same.

    Raises:
        EncoderUnavailable: when there is no such student, or its weights cannot be had.
        AssetError: when its files are damaged.
    """
    info = find_encoder(name)
    with _LOADING:
        if info is None:
            return _published_student(name, device)
        _require_kind(info, "student")
        return _local_student(info.path.resolve(), files_state(info.path), info.name, device)


def load_text_encoder(name: str, *, device: str = "cpu") -> Teacher | Student:
    """Returns the teacher or student of that name, for its texts.

    Raises:
        EncoderUnavailable, AssetError: as `load_teacher` and `load_student`.
    """
    load = load_student if is_student(name) else load_teacher
    return load(name, device=device)


def load_image_encoder(name: str, *, device: str = "cpu") -> Teacher:
    """Returns the teacher whose image tower goes with `name`: itself, or a student's teacher.

    Raises:
        EncoderUnavailable, AssetError: as `load_teacher`.
    """
    return load_teacher(image_encoder_name(name), device=device)


def _require_kind(info: EncoderInfo, kind: str) -> None:
    if info.kind != kind:
        raise EncoderUnavailable(f"{info.name!r} is a {info.kind}; name a {kind} here")


@lru_cache(maxsize=2)
def _local_teacher(path: Path, state: FilesState, name: str, device: str) -> Teacher:
    from tomclip.encoders.teacher import Teacher

    return Teacher.from_directory(path, name=name, device=device)


@lru_cache(maxsize=4)
def _local_student(path: Path, state: FilesState, name: str, device: str) -> Student:
    from tomclip.encoders.student import Student

    return Student.from_directory(path, name=name, device=device)


@lru_cache(maxsize=1)
def _published_teacher(name: str, device: str) -> Teacher:
    from tomclip.encoders.teacher import Teacher

    return Teacher.from_name(name, device=device)


@lru_cache(maxsize=1)
def _published_student(name: str, device: str) -> Student:
    from tomclip.encoders.published_student import load_published_student

    return load_published_student(name, device=device)
