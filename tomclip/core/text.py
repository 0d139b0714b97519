"""Caption files read strictly: UTF-8, one record a line, every fault named by file and line."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tomclip.core.errors import InputError

BYTE_ORDER_MARK = "\ufeff"


def read_lines(path: Path) -> tuple[str, ...]:
    """Returns the file's lines, less their ends; an empty last line is none.

    Raises:
        InputError: when the file is missing, or a line is not UTF-8, naming the line.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({error.strerror}); get it again") from error
    lines = content.removesuffix(b"\n").split(b"\n") if content else []
    decoded = [_decode(line, path, number) for number, line in enumerate(lines, 1)]
    if decoded:
        decoded[0] = decoded[0].removeprefix(BYTE_ORDER_MARK)
    return tuple(decoded)


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields (line number from 1, record) of a JSON Lines file; blank lines are passed over.

    Raises:
        InputError: when the file is missing, or a line is not UTF-8 or no JSON object.
    """
    for number, line in enumerate(read_lines(path), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise InputError(
                f"{path} line {number} is not JSON; the file is damaged or cut off: get it again"
            ) from error
        if not isinstance(record, dict):
            raise InputError(f"{path} line {number} is no JSON object; give one object a line")
        yield number, record


def column(record: dict[str, Any], name: str, path: Path, line: int) -> Any:
    """Returns one column of a record.

    Raises:
        InputError: when the record has no such column, listing those it has.
    """
    if name not in record:
        raise InputError(
            f"{path} line {line} has no column {name!r} (it has {', '.join(record) or 'none'}); "
            "use the release's own file"
        )
    return record[name]


def texts_of(value: Any, what: str, path: Path, line: int) -> tuple[str, ...]:
    """Returns a column that must be a list of at least one text.

    Raises:
        InputError: when it is something else.
    """
    if not isinstance(value, list) or not value or not all(isinstance(v, str) for v in value):
        raise InputError(f"{path} line {line}: {what} is no list of texts; use the release's file")
    return tuple(value)


def _decode(line: bytes, path: Path, number: int) -> str:
    try:
        return line.decode("utf-8").removesuffix("\r")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path} line {number} is not UTF-8 (byte 0x{line[error.start]:02x}); the file has "
            "another encoding or mixes two: save it as UTF-8"
        ) from error
