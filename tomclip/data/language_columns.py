"""A file with a language in every column: names of classes, or prompts.

The first line names the languages by code or name, in any capitals: `ko`, `zh-CN`, `Korean`,
`한국어`. One column more may say which class a row is about; row numbers, as pandas writes them,
are passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.languages import language, language_named
from tomclip.core.reading.characters import composed, is_one_line, trimmed
from tomclip.data.captions.sources import (
    SEPARATORS,
    column_names,
    kind_of,
    read_pieces,
    require_text,
)
from tomclip.data.prompts import LONGEST

MOST_ROWS, MOST_BYTES = 100_000, 32 << 20
KEYS = ("class", "classes", "class_id", "class_name", "label", "labels", "key", "name", "wordnet")
UNNAMED = ("", "unnamed: 0", "index", "#")
"""What pandas and spreadsheets write above row numbers."""
INDONESIAN = "id"
_IN_BRACKETS = re.compile(r"\s*[(（].*[)）]\s*$")
Columns = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class LanguageColumns:
    """A file's texts by language, row by row.

    Attributes:
        name: what the file is called.
        keys: n texts that say what each row is about; () where the file has no such column.
        columns: code and n texts of every language; "" where a cell is empty.
    """

    name: str
    keys: tuple[str, ...]
    columns: tuple[tuple[str, tuple[str, ...]], ...]

    def __len__(self) -> int:
        return len(self.columns[0][1])

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes in the order of the columns."""
        return tuple(code for code, _ in self.columns)

    def texts(self, code: str) -> tuple[str, ...]:
        """Returns one text per row of a language of the file."""
        return dict(self.columns)[code]


def read_language_columns(path: Path, name: str = "") -> LanguageColumns:
    """Returns the texts of a .csv or .tsv file (also with .gz behind it), a language per column.

    Rows that hold nothing are left out.

    Args:
        path: the file, in UTF-8, with a line of heads.
        name: what sentences call it; its path by default.

    Raises:
        InputError: when the file cannot be read, is too large, has no row or no language, a head is
            no language's, two are the same one's, or a cell is no single line of up to 300
            characters.
    """
    try:
        return _read(path, name or str(path))
    except InputError as error:
        raise InputError(str(error).replace(str(path), name or str(path))) from error


def _read(path: Path, name: str) -> LanguageColumns:
    _require_kind(path, name)
    require_text(path)
    heads = column_names(path)
    if twice := [head for head, count in Counter(heads).items() if count > 1]:
        raise InputError(f"{name} has more than one column {twice[0]!r}; rename all but one")
    places = {str(place): head for place, head in enumerate(heads)}
    rows: list[tuple[str, ...]] = []
    for piece in read_pieces(path, places, language=""):
        values = zip(*(column.to_pylist() for column in piece.columns), strict=True)
        rows += [tuple(trimmed(value or "") for value in row) for row in values]
        if len(rows) > MOST_ROWS:
            raise InputError(f"{name} has more than {MOST_ROWS:,} rows; keep one row per class")
    rows = [row for row in rows if any(row)]
    if not rows:
        raise InputError(f"{name} has no rows; write one below the line of languages")
    _require_short(name, heads, rows)
    return _sorted_columns(name, dict(zip(heads, zip(*rows, strict=True), strict=True)))


def _require_kind(path: Path, name: str) -> None:
    if kind_of(path) not in SEPARATORS:
        raise InputError(f"{name} is no .csv or .tsv file; save it as one, a language per column")
    if path.is_file() and path.stat().st_size > MOST_BYTES:
        raise InputError(
            f"{name} has {path.stat().st_size / 1e6:,.0f} MB; a list of classes or prompts has at "
            f"most {MOST_BYTES >> 20}"
        )


def _require_short(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    for number, row in enumerate(rows, start=1):
        for head, text in zip(heads, row, strict=True):
            if len(text) > LONGEST or not is_one_line(text):
                raise InputError(
                    f"{name}: row {number} of {head!r} is longer than {LONGEST} characters, or "
                    "than a line; shorten it"
                )


def _sorted_columns(name: str, columns: Columns) -> LanguageColumns:
    found: dict[str, str] = {}
    keys: list[str] = []
    strange: list[str] = []
    for head, texts in columns.items():
        code = _code_of(head, texts)
        if code is not None and code in found:
            raise InputError(
                f"{name} has two columns in {code}, {found[code]!r} and {head!r}; keep one of them"
            )
        if code is not None:
            found[code] = head
        elif not _counts_rows(head, texts):
            (keys if _is_key(head) else strange).append(head)
    if strange:
        raise InputError(
            f"{name}: {len(strange)} of {len(columns)} heads {_are(strange)} no language known "
            f"here ({', '.join(map(repr, strange[:5]))}); write a code such as ko, or a name such "
            "as Korean"
        )
    if not found:
        raise InputError(f"{name} has no column of a language; head one by a code such as ko")
    if len(keys) > 1:
        raise InputError(
            f"{name} has {len(keys)} columns of classes ({', '.join(map(repr, keys))}); keep one"
        )
    return LanguageColumns(
        name=name,
        keys=tuple(columns[keys[0]]) if keys else (),
        columns=tuple((code, tuple(columns[head])) for code, head in found.items()),
    )


def _are(things: Sequence[str]) -> str:
    return "is" if len(things) == 1 else "are"


def _code_of(head: str, texts: Sequence[str]) -> str | None:
    """Returns the code of the language that heads a column; None where none known here does."""
    if composed(head).strip().casefold() == INDONESIAN and all(map(_is_number, texts)):
        return None
    for spelled in (head, _IN_BRACKETS.sub("", head)):
        if (code := language_named(spelled)) is not None and _is_known(code):
            return code
    return None


def _is_known(code: str) -> bool:
    try:
        return language(code).code == code
    except InputError:
        return False


def _is_key(head: str) -> bool:
    return head.strip().casefold().replace(" ", "_") in (*KEYS, *UNNAMED[:2])


def _counts_rows(head: str, texts: Sequence[str]) -> bool:
    """Returns whether a column holds row numbers and nothing else."""
    return head.strip().casefold() in (*UNNAMED, INDONESIAN) and all(map(_is_number, texts))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
