"""The encoders that the studio offers: those of the catalogue, and those that a person added.

What was added is kept in `encoders.json` beside the runs, uploaded vectors in `.vectors` there.
This module knows nothing of streamlit.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from tomclip.core.errors import AssetError, EncoderUnavailable, InputError
from tomclip.core.files.atomic import write_bytes_atomically, write_errors, write_json_atomically
from tomclip.core.paths import runs_directory
from tomclip.core.reading.json_text import json_if_there
from tomclip.encoders import encoder_catalogue
from tomclip.encoders.catalogue import VECTORS_PREFIX, find_encoder

FILE = "encoders.json"
VECTORS_FOLDER = ".vectors"
_WRITING = threading.Lock()
_LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KnownEncoder:
    """An encoder that the studio knows; `facts` is what its manifest says.

    `lacking` says why it cannot be loaded now, without a full stop; "" where it can. It is found
    out anew whenever encoders are listed.
    """

    name: str
    title: str
    kind: str
    description: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    lacking: str = ""


def known_encoders() -> tuple[KnownEncoder, ...]:
    """Returns the encoders of the catalogue, then the added ones in the order they were added.

    A list of added encoders that cannot be read counts as empty and is logged.
    """
    catalogue = tuple(
        KnownEncoder(info.name, info.title, info.kind, info.description, info.facts, info.lacking)
        for info in encoder_catalogue()
    )
    try:
        added = added_encoders()
    except AssetError as error:
        _LOGGER.warning("%s", error)
        return catalogue
    known = {one.name for one in catalogue}
    others = (one for one in added if one.name not in known)
    return (*catalogue, *(replace(one, lacking=_lacking(one.name)) for one in others))


def _lacking(name: str) -> str:
    """Returns why an added encoder cannot be loaded; "" too where its own files are gone."""
    try:
        info = find_encoder(name)
    except (AssetError, EncoderUnavailable):
        return ""
    return "" if info is None else info.lacking


def added_encoders() -> tuple[KnownEncoder, ...]:
    """Returns what people added, in the order they did.

    Raises:
        AssetError: when the list is there and cannot be read.
    """
    path = _list_path()
    advice = "the encoders that were added are not offered: delete it and add them again"
    values = json_if_there(path, refusal=AssetError, advice=advice)
    if values is None:
        return ()
    try:
        return tuple(KnownEncoder(**row) for row in values["encoders"])
    except (KeyError, TypeError) as error:
        raise AssetError(f"{path} is damaged ({error!r}); {advice}") from error


def remember_encoder(encoder: KnownEncoder) -> None:
    """Adds an encoder to the list, in place of an earlier one of its name.

    Raises:
        AssetError: when the list is damaged.
        RunError: when it cannot be written.
    """
    with _WRITING:
        others = [one for one in added_encoders() if one.name != encoder.name]
        _write([*others, encoder])


def forget_encoder(name: str) -> None:
    """Takes an encoder off the list, and deletes vectors that were uploaded for it.

    A model in the Hugging Face cache, and a directory of one's own, stay where they are.

    Raises:
        AssetError: when the list is damaged.
        RunError: when it cannot be written.
    """
    with _WRITING:
        _write([one for one in added_encoders() if one.name != name])
    path = Path(name.removeprefix(VECTORS_PREFIX))
    if name.startswith(VECTORS_PREFIX) and path.parent == _vectors_folder():
        shutil.rmtree(path, ignore_errors=True)


def store_vectors(files: Mapping[str, bytes]) -> str:
    """Returns the encoder name of uploaded vector files, kept in a folder beside the runs.

    The same files always get the same name.

    Args:
        files: the content by file name; at least one.

    Raises:
        EncoderUnavailable, AssetError: when they are no vectors that fit together; nothing is kept.
        InputError: when no file came.
        RunError: when they cannot be written.
    """
    if not files:
        raise InputError("no file came; choose at least one file of vectors")
    parts = sorted((PurePath(name).name, content) for name, content in files.items())
    digest = hashlib.sha256()
    for name, content in parts:
        digest.update(f"{name} {len(content)} ".encode() + content)
    stem = "".join(c if c.isalnum() else "-" for c in PurePath(parts[0][0]).stem)
    folder = _vectors_folder() / f"{stem[:40]}-{digest.hexdigest()[:8]}"
    if not folder.is_dir():
        _write_checked(folder, parts)
    return f"{VECTORS_PREFIX}{folder}"


def _write_checked(folder: Path, parts: list[tuple[str, bytes]]) -> None:
    from tomclip.encoders.stored.encoder import StoredVectors

    try:
        with write_errors(folder):
            folder.mkdir(parents=True)
            for name, content in parts:
                write_bytes_atomically(folder / name, content)
        StoredVectors.from_path(folder, name=folder.name)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, AssetError | EncoderUnavailable):
            raise type(error)(_of_the_upload(str(error), folder)) from error
        raise


def _of_the_upload(reason: str, folder: Path) -> str:
    """Returns a reason that names the files as a person named them, not where they were laid."""
    return (
        reason.replace(f"{folder}{os.sep}", "")
        .replace(str(folder), "the upload")
        .replace(repr(folder.name), "the upload")
    )


def _write(encoders: list[KnownEncoder]) -> None:
    path = _list_path()
    with write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_json_atomically(
            path, {"encoders": [asdict(replace(one, lacking="")) for one in encoders]}
        )


def _list_path() -> Path:
    return runs_directory() / FILE


def _vectors_folder() -> Path:
    return runs_directory().resolve() / VECTORS_FOLDER
