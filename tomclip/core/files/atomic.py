"""Files and folders that are replaced whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tomclip.core.errors import InputError, RunError, TomclipError

PARTIAL = ".part"
_NAME_KEPT = 60  # characters of a long name, so that the partial file's is not too long


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Yields a path beside `path`, of its suffix, whose file replaces `path` when the body ends.

    A reader sees the old file or the new one, never a half; a body that raises leaves nothing. The
    folder is not made: one that was deleted meanwhile stays deleted.

    Raises:
        OSError: when the system refuses to write; `write_errors` turns it into a sentence.
    """
    name = f".{path.name[:_NAME_KEPT]}-{secrets.token_hex(4)}{PARTIAL}{path.suffix}"
    partial = path.with_name(name)
    try:
        yield partial
        with partial.open("rb+") as stream:
            os.fsync(stream.fileno())
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def directory_replaced(directory: Path) -> Iterator[Path]:
    """Yields an empty folder beside `directory` that takes its place when the body ends.

    A reader sees the old folder or the new one, never a half; a body that raises leaves the old
    one. Folders above are made.

    Raises:
        OSError: when the system refuses to write; `write_errors` turns it into a sentence.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(prefix=f".{directory.name}-", dir=directory.parent))
    try:
        yield staging
        staging.chmod(0o755)
        _put_in_place(staging, directory)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _put_in_place(staging: Path, directory: Path) -> None:
    if not directory.exists():
        staging.rename(directory)
        return
    retired = Path(tempfile.mkdtemp(prefix=f".{directory.name}-old-", dir=directory.parent))
    directory.rename(retired / directory.name)
    staging.rename(directory)
    shutil.rmtree(retired)


@contextmanager
def write_errors(path: Path, refusal: type[TomclipError] = RunError) -> Iterator[None]:
    """Turns the system's refusal to write below `path` into one sentence.

    Raises:
        TomclipError: of the class `refusal`, when the body raises OSError.
    """
    try:
        yield
    except OSError as error:
        raise refusal(
            f"{path} cannot be written ({error.strerror or error}); choose another folder, free "
            "space or check its permissions"
        ) from error


@contextmanager
def written_whole(path: Path, refusal: type[TomclipError] = InputError) -> Iterator[Path]:
    """Yields what `replaced` yields; the folder is made where there is none.

    Raises:
        TomclipError: of the class `refusal`, when the system refuses to write.
    """
    with write_errors(path, refusal):
        path.parent.mkdir(parents=True, exist_ok=True)
        with replaced(path) as partial:
            yield partial


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Replaces `path` by `content`; raises OSError when the system refuses."""
    with replaced(path) as partial:
        partial.write_bytes(content)


def write_text_atomically(path: Path, text: str) -> None:
    """Replaces `path` by `text` in UTF-8."""
    write_bytes_atomically(path, text.encode("utf-8"))


def write_json_atomically(path: Path, values: Mapping[str, Any]) -> None:
    """Replaces `path` by `values` as JSON."""
    write_text_atomically(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")
