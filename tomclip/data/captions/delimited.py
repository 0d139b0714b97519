"""Rows of comma- and tab-separated files, each read as it was written or refused by its line.

RFC 4180: a value may stand in quotation marks, which are doubled inside it, and may then hold
separators and line ends. A mark that opens a value and is not closed swallows the rows up to the
next one, often without breaking any rule; such rows are told by their lines, each of which is a
whole row by itself.

References:
    RFC 4180, Common Format and MIME Type for Comma-Separated Values (CSV) Files.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tomclip.core.characters import composed
from tomclip.core.errors import InputError
from tomclip.core.languages import is_language_tag
from tomclip.core.text import open_text

COMMA, TAB = ",", "\t"
_OTHER_SEPARATORS = {
    TAB: "tabs; rename it to end in .tsv",
    ",": "commas; rename it to end in .csv",
    ";": "semicolons; save it with commas between the values",
    "|": "vertical bars; save it with commas between the values",
}
Row = Sequence[str | None]


def header(file: Path, separator: str) -> tuple[str, ...]:
    """Returns the names in the first line.

    Raises:
        InputError: when the file cannot be read, has no line, or has another separator.
    """
    with open_text(file) as stream:
        return _header(file, separator, _Records(file, separator, stream))


def rows(file: Path, separator: str, columns: Mapping[str, str], language: str) -> Iterator[Row]:
    """Yields every row's values of `columns` (our name -> the file's), None for an empty one.

    A blank line between rows is a row of nothing, so that every other keeps its number.

    Args:
        file: UTF-8, with a header.
        separator: "," or a tab.
        columns: what to take, in this order.
        language: our name of the column of language codes, which tells rows that were swallowed.

    Raises:
        InputError: naming the line, when a row has too few or too many values, a quotation mark is
            not closed, or rows were swallowed.
    """
    with open_text(file) as stream:
        records = _Records(file, separator, stream)
        names = [composed(name) for name in _header(file, separator, records)]
        places = [names.index(composed(name)) for name in columns.values()]
        codes = names.index(composed(columns[language])) if language in columns else None
        blank = 0
        for values in records:
            if not values:
                blank += 1
                continue
            yield from ([None] * len(places) for _ in range(blank))
            blank = 0
            records.require_one_row(values, len(names), codes)
            yield [values[place] or None for place in places]


def _header(file: Path, separator: str, records: _Records) -> tuple[str, ...]:
    names = next(records, None)
    if not names:
        raise InputError(f"{file} cannot be read (Empty CSV file); write a line of column names")
    if len(names) == 1:
        for other, advice in _OTHER_SEPARATORS.items():
            if other != separator and other in names[0]:
                raise InputError(f"{file} looks separated by {advice}")
    return tuple(names)


class _Records:
    """The file's records; remembers the lines that the last one was read from."""

    def __init__(self, file: Path, separator: str, stream: Iterator[str]) -> None:
        self._file, self._separator = file, separator
        self._stream = stream
        self._first, self._lines = 1, []
        self._reader: Any = csv.reader(self._taken(), delimiter=separator, strict=True)

    def _taken(self) -> Iterator[str]:
        for line in self._stream:
            self._lines.append(line)
            yield line

    def __iter__(self) -> _Records:
        return self

    def __next__(self) -> list[str]:
        self._first += len(self._lines)
        self._lines.clear()
        try:
            return next(self._reader)
        except csv.Error as error:
            raise InputError(
                f"{self._file} cannot be read (line {self._first}: a quotation mark opens a value "
                "and is not closed where the value ends); double the marks inside a value, or take "
                "it away"
            ) from error

    def require_one_row(self, values: Sequence[str], width: int, codes: int | None) -> None:
        """Raises InputError unless the last record has `width` values and is not several rows."""
        if len(values) != width:
            raise InputError(
                f"{self._file} cannot be read (line {self._first}: Expected {width} columns, got "
                f"{len(values)}); put values that hold the separator in quotation marks"
            )
        if len(self._lines) > 1 and self._is_several_rows(width, codes):
            last = self._first + len(self._lines) - 1
            raise InputError(
                f"{self._file} cannot be read (lines {self._first} to {last} are rows, but a "
                "quotation mark that is not closed makes one of them); double it, or take it away"
            )

    def _is_several_rows(self, width: int, codes: int | None) -> bool:
        parts = [line.rstrip("\r\n").split(self._separator) for line in self._lines]
        if any(len(part) != width for part in parts):
            return False
        return codes is None or all(is_language_tag(part[codes].strip(' "')) for part in parts)
