"""Where a command's result goes: a file that is written whole, or standard output."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import write_errors, written_whole

STANDARD_OUTPUT = Path("-")


def require_output(path: Path, *, force: bool, suffixes: Sequence[str]) -> Path:
    """Returns `path` when a file can be written there, so that no work is done in vain.

    Creates the folder that is to hold it. "-" (standard output) is returned unchecked.

    Raises:
        InputError: when the ending is another one, the file exists and `force` is False, or the
            folder cannot be created or written.
    """
    if path == STANDARD_OUTPUT:
        return path
    if path.suffix not in suffixes:
        raise InputError(f"{path} does not end in {' or '.join(suffixes)}; rename it")
    if path.is_dir():
        raise InputError(f"{path} is a folder; name a file")
    if path.exists() and not force:
        raise InputError(f"{path} exists; choose another name or add --force to replace it")
    with write_errors(path, InputError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=path.parent):
            return path


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Writes readable JSON without NaN to the file, whole or not at all, or to stdout for "-".

    Raises:
        InputError: when the system refuses to write.
    """
    text = json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if path == STANDARD_OUTPUT:
        typer.echo(text, nl=False)
    else:
        write_text(path, text)


def write_text(path: Path, text: str) -> None:
    """Writes the text in UTF-8, whole or not at all.

    Raises:
        InputError: when the system refuses to write.
    """
    write_bytes(path, text.encode())


def write_bytes(path: Path, content: bytes) -> None:
    """Writes the content, whole or not at all.

    Raises:
        InputError: when the system refuses to write.
    """
    with written_whole(path) as temporary:
        temporary.write_bytes(content)
