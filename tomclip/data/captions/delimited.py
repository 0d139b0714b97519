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
import io
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

import pyarrow as pa

from tomclip.core.errors import InputError
from tomclip.core.languages import is_language_tag
from tomclip.core.reading.characters import composed
from tomclip.core.reading.text import open_text
from tomclip.data.captions.batches import Row, text_batch
from tomclip.data.captions.plain_rows import PlainRows

COMMA, TAB = ",", "\t"
_OTHER_SEPARATORS = {
    TAB: "tabs; rename it to end in .tsv",
    ",": "commas; rename it to end in .csv",
    ";": "semicolons; save it with commas between the values",
    "|": "vertical bars; save it with commas between the values",
}
BLOCK_CHARACTERS = 1 << 20
PLAIN_FROM = 1 << 15
"""Characters from which Arrow reads a block: below, it gains no time, and a program that ends right
after it was now and then aborted by the threads that Arrow had begun."""


def header(file: Path, separator: str) -> tuple[str, ...]:
    """Returns the names in the first line.

    Raises:
        InputError: when the file cannot be read, has no line, or has another separator.
    """
    with open_text(file) as stream:
        return _header(file, separator, _Records(file, separator, stream))


def batches(
    file: Path, separator: str, columns: Mapping[str, str], language: str
) -> Iterator[pa.RecordBatch]:
    """Yields every row's values of `columns` (our name -> the file's), null for an empty one.

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
        plain = PlainRows(separator, len(names), places)
        while block := records.next_block():
            arrays = plain.columns(block) if len(block) >= PLAIN_FROM else None
            if arrays is not None:
                if nothing := records.skip(len(arrays[0])):
                    yield text_batch([[None] * len(places)] * nothing, columns)
                yield pa.record_batch(arrays, names=list(columns))
            elif rows := list(records.rows(block, len(names), places, codes)):
                yield text_batch(rows, columns)


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

    def __init__(self, file: Path, separator: str, stream: TextIO) -> None:
        self._file, self._separator = file, separator
        self._stream = stream
        self._ahead: deque[str] = deque()
        self._first, self._lines, self._blank = 1, [], 0
        self._reader: Any = csv.reader(self._taken(), delimiter=separator, strict=True)

    def _taken(self) -> Iterator[str]:
        while line := self._ahead.popleft() if self._ahead else self._stream.readline():
            self._lines.append(line)
            yield line

    def next_block(self) -> str:
        """Returns the next whole lines, a few thousand or, at the end of the file, none."""
        block = self._stream.read(BLOCK_CHARACTERS)
        return block + self._stream.readline() if block else ""

    def skip(self, lines: int) -> int:
        """Passes over a block's lines, each a row; returns how many blank ones come before it."""
        self._first += len(self._lines) + lines
        self._lines.clear()
        blank, self._blank = self._blank, 0
        return blank

    def rows(
        self, block: str, width: int, places: Sequence[int], codes: int | None
    ) -> Iterator[Row]:
        """Yields the rows of a block, the last of which may go on behind it."""
        self._ahead.extend(io.StringIO(block, newline=""))
        while self._ahead:
            values = next(self)
            if not values:
                self._blank += 1
                continue
            yield from ([None] * len(places) for _ in range(self._blank))
            self._blank = 0
            self._require_one_row(values, width, codes)
            yield [values[place] or None for place in places]

    def __iter__(self) -> _Records:
        return self

    def __next__(self) -> list[str]:
        self._first += len(self._lines)
        self._lines.clear()
        try:
            return next(self._reader)
        except csv.Error as error:
            raise self._refused(error) from error

    def _refused(self, error: csv.Error) -> InputError:
        if "limit" in str(error) and len(self._lines) == 1:
            why = f"a value has more than {csv.field_size_limit():,} characters); shorten it"
        else:
            why = (
                "a quotation mark opens a value and is not closed where the value ends); double "
                "the marks inside a value, or take it away"
            )
        return InputError(f"{self._file} cannot be read (line {self._first}: {why}")

    def _require_one_row(self, values: Sequence[str], width: int, codes: int | None) -> None:
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
