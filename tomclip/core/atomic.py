"""Files that are replaced whole or not at all."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tomclip.core.errors import InputError, RunError

PARTIAL_SUFFIX = ".part"


def write_bytes_atomically(path: Path, content: bytes) -> None:
    """Replaces `path` by `content`; a reader sees the old file or the new one, never a half."""
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.chmod(partial, 0o644)
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise


def write_text_atomically(path: Path, text: str) -> None:
    """Replaces `path` by `text` in UTF-8."""
    write_bytes_atomically(path, text.encode("utf-8"))


def write_json_atomically(path: Path, values: Mapping[str, Any]) -> None:
    """Replaces `path` by `values` as JSON."""
    write_text_atomically(path, json.dumps(values, indent=2, ensure_ascii=False) + "\n")


@contextmanager
def write_errors(path: Path) -> Iterator[None]:
    """Turns the system's refusal to write below `path` into one sentence.

    Raises:
        RunError: when the body raises OSError.
    """
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{path} cannot be written ({error.strerror or error}); choose another folder, free "
            "space or check its permissions"
        ) from error


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside `path` that replaces it when the body ends well.

    A reader sees the old file or the new one, never a half; a body that raises leaves nothing.

    Raises:
        InputError: when the system refuses to write.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(PARTIAL_SUFFIX, f".{path.name}-", path.parent)
        os.close(handle)
        try:
            yield Path(name)
            with open(name, "rb") as stream:
                os.fsync(stream.fileno())
            os.chmod(name, 0o644)
            os.replace(name, path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"{path} cannot be written ({error.strerror or error}); free space or choose a folder "
            "that you may write to"
        ) from error
