"""Captions without translations: lines of a text file, or one column of a file of captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.languages import code_or_tag
from tomclip.core.paths import user_path
from tomclip.core.reading.characters import is_blank
from tomclip.core.reading.text import read_lines
from tomclip.data.captions.sources import column_names, find_source, read_pieces, require_text

TEXT_FILES = (".txt", ".txt.gz")
ENGLISH_COLUMNS = ("caption", "text")
OTHER_COLUMNS = ("caption_multi", "text", "caption")
CODE_COLUMNS = ("multi_language_code", "language")


@dataclass(frozen=True, slots=True)
class PlainTexts:
    """Texts of a file in its order, each once, less the white space around them.

    `languages` are their codes where the file has a column of them, else None. `blank` and
    `repeated` count the lines that were left out.
    """

    texts: tuple[str, ...]
    languages: tuple[str, ...] | None
    blank: int
    repeated: int


def read_english(source: str | Path) -> PlainTexts:
    """Returns the English texts of a file: of its column caption, or text, or the only one.

    A .txt file has one text a line. In a file with a column text and one called language only the
    rows in English are taken; caption is English whatever else stands in the row.

    Raises:
        InputError: when the file is missing or damaged, has no such column, or no English row.
    """
    rows = _rows(source, ENGLISH_COLUMNS, of_english=True)
    found = _each_once(rows)
    if found.languages is None:
        return found
    english = tuple(
        text for text, code in zip(found.texts, found.languages, strict=True) if code == "en"
    )
    if not english:
        raise InputError(
            f"{source} has no English text but {_listed(found.languages)}; name a file of English "
            "captions"
        )
    return PlainTexts(english, None, found.blank, found.repeated)


def read_other_languages(source: str | Path) -> PlainTexts:
    """Returns the texts of a file and their languages: of its column caption_multi, or text.

    The codes are those of its column multi_language_code, or language, where it has one.

    Raises:
        InputError: when the file is missing or damaged, has no such column, or a code is none.
    """
    return _each_once(_rows(source, OTHER_COLUMNS, of_english=False))


def _each_once(rows: Iterator[tuple[str | None, str | None]]) -> PlainTexts:
    kept: dict[str, str | None] = {}
    blank = repeated = 0
    for text, code in rows:
        if text is None or is_blank(text):
            blank += 1
        elif (text := text.strip()) in kept:
            repeated += 1
        else:
            kept[text] = code
    codes = [code for code in kept.values() if code is not None]
    languages = tuple(map(code_or_tag, codes)) if len(codes) == len(kept) and codes else None
    return PlainTexts(tuple(kept), languages, blank, repeated)


def _rows(
    source: str | Path, columns: Sequence[str], *, of_english: bool
) -> Iterator[tuple[str | None, str | None]]:
    """Yields (text, language code or None); a row without a text counts as blank."""
    path = user_path(source)
    if path.name.lower().endswith(TEXT_FILES):
        yield from ((line, None) for line in read_lines(path))
        return
    for file in find_source(source).files:
        require_text(file)
        wanted = _columns(file, columns, of_english=of_english)
        for piece in read_pieces(file, wanted, language="language"):
            texts = piece.column("text").to_pylist()
            coded = "language" in wanted
            codes = piece.column("language").to_pylist() if coded else [None] * len(texts)
            yield from zip(texts, codes, strict=True)


def _columns(file: Path, columns: Sequence[str], *, of_english: bool) -> dict[str, str]:
    there = column_names(file)
    found = next((name for name in columns if name in there), there[0] if len(there) == 1 else None)
    if found is None:
        raise InputError(
            f"{file} has the columns {', '.join(there) or '(none)'}; call the one of the captions "
            f"{' or '.join(columns[:2])}, or give a .txt file with one a line"
        )
    code = next((name for name in CODE_COLUMNS if name in there), None)
    if code is None or (of_english and found == "caption"):
        return {"text": found}
    return {"text": found, "language": code}


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(sorted(set(codes))[:6])
