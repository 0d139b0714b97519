"""JSON Lines: one JSON object a line, as data sets come."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tomclip.core.errors import InputError
from tomclip.core.reading.json_text import parse_json
from tomclip.core.reading.text import open_text, require_utf8


def read_records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yields (line number from 1, record) of a JSON Lines file; blank lines are passed over.

    Raises:
        InputError: when the file is missing, or a line is not UTF-8 or no JSON object.
    """
    require_utf8(path)
    with open_text(path) as stream:
        for number, line in enumerate(stream, 1):
            if line.strip():
                yield number, _record(line, path, number)


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


def _record(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        record = parse_json(line)
    except InputError as error:
        raise InputError(
            f"{path} line {number} {error}; the file is damaged or cut off: get it again"
        ) from error
    if not isinstance(record, dict):
        raise InputError(f"{path} line {number} is no JSON object; give one object a line")
    return record
