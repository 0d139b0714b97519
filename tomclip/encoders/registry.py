"""From an encoder's name to the encoder, loaded once for as long as its files stay the same.

Which names there are: `tomclip.encoders.catalogue`. Importing this module loads neither torch nor
transformers.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tomclip.core.errors import AssetError, EncoderUnavailable
from tomclip.core.extras import extras_named
from tomclip.core.progress import OnProgress
from tomclip.encoders.catalogue import (
    EMOJI_TEACHER,
    VECTORS_PREFIX,
    encoder_catalogue,
    encoder_revision,
    find_encoder,
    image_encoder_name,
    image_encoder_or_itself,
    is_student,
    reads_pictures,
    vectors_path,
)
from tomclip.encoders.fingerprints import (
    encoder_fingerprint,
    files_state,
    is_mapped,
    mapped_sources,
)
from tomclip.encoders.info import KIND_WORDS, EncoderInfo
from tomclip.encoders.loaded import E, LoadedEncoders, device_share
from tomclip.encoders.packaged.origins import require_origin
from tomclip.encoders.packaged.records import PACKAGED
from tomclip.encoders.protocol import ImageEncoder, TextEncoder

if TYPE_CHECKING:
    import numpy as np

    from tomclip.encoders.mapped.encoder import MappedEncoder
    from tomclip.encoders.stored.encoder import StoredVectors
    from tomclip.encoders.student.encoder import Student
    from tomclip.encoders.teacher.encoder import Teacher
    from tomclip.encoders.token_encoder import TokenEncoder

__all__ = [
    "EncoderInfo",
    "encoder_catalogue",
    "encoder_fingerprint",
    "encoder_revision",
    "find_encoder",
    "forget_encoders",
    "image_encoder_name",
    "image_encoder_or_itself",
    "is_mapped",
    "is_stored",
    "load_image_encoder",
    "load_student",
    "load_teacher",
    "load_text_encoder",
    "reads_pictures",
]

_LOADED = LoadedEncoders(device_share)
# transformers and open_clip change torch's global state while they build a model.
_BUILDING = threading.Lock()


@extras_named()
def load_teacher(name: str = EMOJI_TEACHER, *, device: str = "cpu") -> Teacher:
    """Returns the teacher of that name; loaded once for as long as its files stay the same.

    Encoders used least recently are given up when those loaded on a device take more than half of
    its memory.

    Raises:
        EncoderUnavailable: when there is no such teacher, or its weights cannot be had.
        AssetError: when its files are damaged.
    """
    info = find_encoder(name)
    if info is None:
        return _published(name, device, _teacher_files, _published_teacher)
    return _local(info, "teacher", device, _local_teacher)


@extras_named()
def load_student(name: str, *, device: str = "cpu") -> Student:
    """Returns the student of that name; loaded once for as long as its files stay the same.

    Raises:
        EncoderUnavailable: when there is no such student, or its weights cannot be had.
        AssetError: when its files are damaged.
    """
    info = find_encoder(name)
    if info is None:
        return _published(name, device, _student_files, _published_student)
    if is_mapped(name):
        raise EncoderUnavailable(
            f"{name!r} is a plain baseline, whose map has no network to train; name a student here"
        )
    return _local(info, "student", device, _local_student)


def load_text_encoder(name: str, *, device: str = "cpu") -> TextEncoder:
    """Returns the teacher, student, baseline, text encoder or stored vectors of that name.

    Raises:
        EncoderUnavailable, AssetError: as `load_teacher` and `load_student`.
        RunError: when a packaged encoder has to be converted and the cache cannot be written.
    """
    if is_stored(name):
        return _stored_vectors(name)
    if name in PACKAGED:
        return _packaged(name, device)
    if is_mapped(name):
        return _mapped(name)
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


@extras_named()
def _packaged(name: str, device: str) -> TokenEncoder:
    from tomclip.encoders.packaged.encoder import load_packaged

    state = require_origin(name).identity

    def build() -> TokenEncoder:
        with _BUILDING:
            return load_packaged(name, device=device)

    return _LOADED.get(("packaged", name, device), state, device, build)


def forget_encoders() -> None:
    """Gives up every encoder in memory; the next call loads it again."""
    _LOADED.clear()


def _stored_vectors(name: str) -> StoredVectors:
    from tomclip.encoders.stored.encoder import StoredVectors

    path = vectors_path(name).resolve()
    key = ("vectors", path, name)
    state = files_state(path)
    return _LOADED.get(key, state, "cpu", lambda: StoredVectors.from_path(path, name=name))


@extras_named()
def _mapped(name: str) -> MappedEncoder:
    """Returns the baseline, when what it was fitted from is still what it was.

    Its source's vectors come through the cache on disk.

    Raises:
        EncoderUnavailable: when that is not on this machine.
        AssetError: when it was changed since, or the baseline is damaged.
    """
    from tomclip.encoders.cache import cached_text_embeddings
    from tomclip.encoders.mapped.encoder import MappedEncoder
    from tomclip.encoders.mapped.settings import read_mapped

    info = find_encoder(name)
    assert info is not None
    source = mapped_sources(name)[1]
    if encoder_fingerprint(source) != read_mapped(info.path).source_fingerprint:
        raise AssetError(
            f"{name!r} was fitted from {source!r}, whose files have changed since; fit it again"
        )

    def vectors(texts: Sequence[str], language: str, told: OnProgress | None) -> np.ndarray:
        return cached_text_embeddings(source, texts, language=language, on_progress=told).vectors

    def load() -> MappedEncoder:
        return MappedEncoder.from_directory(info.path, vectors, name=name)

    key = ("baseline", info.path.resolve(), name)
    return _LOADED.get(key, files_state(info.path), "cpu", load)


def _local(info: EncoderInfo, kind: str, device: str, load: Callable[[Path, str, str], E]) -> E:
    if info.kind != kind:
        found = KIND_WORDS.get(info.kind, info.kind)
        raise EncoderUnavailable(f"{info.name!r} is a {found}; name a {kind} here")
    path = info.path.resolve()

    def build() -> E:
        with _BUILDING:
            return load(path, info.name, device)

    return _LOADED.get((kind, path, info.name, device), files_state(path), device, build)


def _published(
    name: str, device: str, fetch: Callable[[str], object], load: Callable[[str, str], E]
) -> E:
    """Returns a published model, known by the commit of its weights.

    Everything is downloaded before any lock is taken: meanwhile other encoders can be loaded. The
    commit is asked for afterwards, since one that is "none yet" would be loaded twice.
    """
    key = ("published", name, device)
    if (commit := encoder_revision(name)) is not None:
        found = _LOADED.find(key, commit)
        if found is not None:
            return found
    fetch(name)

    def build() -> E:
        with _BUILDING:
            return load(name, device)

    return _LOADED.get(key, encoder_revision(name), device, build)


def _local_teacher(path: Path, name: str, device: str) -> Teacher:
    from tomclip.encoders.teacher.encoder import Teacher

    return Teacher.from_directory(path, name=name, device=device)


def _local_student(path: Path, name: str, device: str) -> Student:
    from tomclip.encoders.student.encoder import Student

    return Student.from_directory(path, name=name, device=device)


def _teacher_files(name: str) -> None:
    from tomclip.encoders.teacher.files import fetch_published

    fetch_published(name)


def _published_teacher(name: str, device: str) -> Teacher:
    from tomclip.encoders.teacher.encoder import Teacher

    return Teacher.from_name(name, device=device)


def _student_files(name: str) -> None:
    from tomclip.encoders.student.published import fetch_published

    fetch_published(name)


def _published_student(name: str, device: str) -> Student:
    from tomclip.encoders.student.published import load_published_student

    return load_published_student(name, device=device)
