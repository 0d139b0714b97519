"""From an encoder's name to the encoder, loaded once for as long as its files stay the same.

Which names there are: `tomclip.encoders.catalogue`. Importing this module loads neither torch nor
transformers.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tomclip.core.errors import EncoderUnavailable
from tomclip.core.extras import extras_named
from tomclip.encoders.catalogue import (
    EMOJI_TEACHER,
    VECTORS_PREFIX,
    EncoderInfo,
    encoder_catalogue,
    encoder_fingerprint,
    encoder_revision,
    files_state,
    find_encoder,
    image_encoder_name,
    is_student,
    vectors_path,
)
from tomclip.encoders.hub.names import parse_published_name
from tomclip.encoders.hub.repository import fetch_file
from tomclip.encoders.protocol import ImageEncoder, TextEncoder

if TYPE_CHECKING:
    from tomclip.encoders.stored.encoder import StoredVectors
    from tomclip.encoders.student.encoder import Student
    from tomclip.encoders.teacher.encoder import Teacher

__all__ = [
    "EncoderInfo",
    "encoder_catalogue",
    "encoder_fingerprint",
    "encoder_revision",
    "find_encoder",
    "image_encoder_name",
    "is_stored",
    "load_image_encoder",
    "load_student",
    "load_teacher",
    "load_text_encoder",
]

FilesState = tuple[tuple[str, int, int], ...]
_LOADING = threading.RLock()


@extras_named()
def load_teacher(name: str = EMOJI_TEACHER, *, device: str = "cpu") -> Teacher:
    """Returns the teacher of that name; loaded once for as long as its files stay the same.

    Raises:
        EncoderUnavailable: when there is no such teacher, or its weights cannot be had.
        AssetError: when its files are damaged.
    """
    info = find_encoder(name)
    with _LOADING:
        if info is None:
            return _published_teacher(name, _fetched_commit(name), device)
        _require_kind(info, "teacher")
        return _local_teacher(info.path.resolve(), files_state(info.path), info.name, device)


@extras_named()
def load_student(name: str, *, device: str = "cpu") -> Student:
    """Returns the student of that name; loaded once for as long as its files stay the same.

    Raises:
        EncoderUnavailable: when there is no such student, or its weights cannot be had.
        AssetError: when its files are damaged.
    """
    info = find_encoder(name)
    with _LOADING:
        if info is None:
            return _published_student(name, _fetched_commit(name), device)
        _require_kind(info, "student")
        return _local_student(info.path.resolve(), files_state(info.path), info.name, device)


def load_text_encoder(name: str, *, device: str = "cpu") -> TextEncoder:
    """Returns the teacher, student or precomputed vectors of that name, for their texts.

    Raises:
        EncoderUnavailable, AssetError: as `load_teacher` and `load_student`.
    """
    if is_stored(name):
        return _stored_vectors(name)
    load = load_student if is_student(name) else load_teacher
    return load(name, device=device)


def load_image_encoder(name: str, *, device: str = "cpu") -> ImageEncoder:
    """Returns the encoder whose pictures go with `name`: itself, or a student's teacher.

    Raises:
        EncoderUnavailable, AssetError: as `load_teacher`.
    """
    if is_stored(name):
        return _stored_vectors(name)
    return load_teacher(image_encoder_name(name), device=device)


def is_stored(name: str) -> bool:
    """Returns whether `name` means precomputed vectors."""
    return name.startswith(VECTORS_PREFIX)


def _stored_vectors(name: str) -> StoredVectors:
    path = vectors_path(name).resolve()
    with _LOADING:
        return _vectors(path, files_state(path), name)


def _require_kind(info: EncoderInfo, kind: str) -> None:
    if info.kind != kind:
        found = "file of vectors" if info.kind == "vectors" else info.kind
        raise EncoderUnavailable(f"{info.name!r} is a {found}; name a {kind} here")


def _fetched_commit(name: str) -> str | None:
    """Returns the commit of a published model's weights, fetching them first where need be.

    A model kept under the commit "none yet" would be loaded a second time once it has one.
    """
    if encoder_revision(name) is None:
        published = parse_published_name(name)
        fetch_file(published.source, published.weights)
    return encoder_revision(name)


@lru_cache(maxsize=2)
def _local_teacher(path: Path, state: FilesState, name: str, device: str) -> Teacher:
    from tomclip.encoders.teacher.encoder import Teacher

    return Teacher.from_directory(path, name=name, device=device)


@lru_cache(maxsize=4)
def _vectors(path: Path, state: FilesState, name: str) -> StoredVectors:
    from tomclip.encoders.stored.encoder import StoredVectors

    return StoredVectors.from_path(path, name=name)


@lru_cache(maxsize=4)
def _local_student(path: Path, state: FilesState, name: str, device: str) -> Student:
    from tomclip.encoders.student.encoder import Student

    return Student.from_directory(path, name=name, device=device)


@lru_cache(maxsize=1)
def _published_teacher(name: str, commit: str | None, device: str) -> Teacher:
    from tomclip.encoders.teacher.encoder import Teacher

    return Teacher.from_name(name, device=device)


@lru_cache(maxsize=1)
def _published_student(name: str, commit: str | None, device: str) -> Student:
    from tomclip.encoders.student.published import load_published_student

    return load_published_student(name, device=device)
