"""Rows of a table under a mapping: whose they are, and what they say in which language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd
import pyarrow as pa

from tomclip.core.errors import InputError
from tomclip.core.languages import is_language_tag, language_named, parse_language
from tomclip.core.reading.characters import composed, is_blank
from tomclip.core.results import ArrayRecord
from tomclip.data.benchmarks.base import require_distinct
from tomclip.workspaces.building.findings import Finding, finding
from tomclip.workspaces.reading.columns import BY_ROW, DETECT, ColumnMapping, ColumnUse, Role
from tomclip.workspaces.reading.detection import detected_languages, fits_script
from tomclip.workspaces.reading.tables import texts_of

SAMPLED_TEXTS = 2_000
"""Texts of a language, spread over all, whose letters are looked at."""
UNKNOWN_LANGUAGE = "und"
"""BCP 47's code of texts whose language nobody told: names of vectors."""


@dataclass(frozen=True, eq=False, repr=False)
class Rows(ArrayRecord):
    """A table's rows as a data set.

    Attributes:
        row_items: of every row, its item's id.
        items: one row per item, in the order they come first: item, label, group.
        captions: one row per text: item, language, text; no two alike.
        text_of_row: by row, (language, text) where the row holds exactly one text.
        picture_names: by item, the picture that the table names.
        findings: rows that are repeated, blank texts, labels that differ, other scripts.
    """

    row_items: tuple[str, ...]
    items: pd.DataFrame
    captions: pd.DataFrame
    text_of_row: Mapping[int, tuple[str, str]]
    picture_names: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def rows_of(table: pa.Table, mapping: ColumnMapping) -> Rows:
    """Returns whose the rows are and what they say.

    Items are the values of the item column; without one those of the picture column, else in a long
    table the texts of the column with a language of its own, else the numbers of the rows from 1.
    With vectors and no text, an item's id stands for its text, in the language `UNKNOWN_LANGUAGE`.

    Raises:
        InputError: naming the row, when an id or language is missing or no language, ids of a wide
            table come twice, or a language cannot be told.
    """
    row_items = _row_items(table, mapping)
    texts = _texts(table, mapping, row_items)
    blank = [(language, item) for item, language, text, _ in texts if is_blank(text)]
    kept = [one for one in texts if not is_blank(one[2])]
    captions = pd.DataFrame(
        [one[:3] for one in kept], columns=["item", "language", "text"], dtype=str
    )
    distinct = captions.drop_duplicates(ignore_index=True)
    found = _blank(blank) + _repeated(captions, mapping) + _other_scripts(distinct)
    names, labels = _facts(table, mapping, row_items)
    return Rows(
        row_items,
        names,
        distinct,
        _single_texts(kept),
        _picture_names(table, mapping, row_items),
        tuple(found + labels),
    )


def _row_items(table: pa.Table, mapping: ColumnMapping) -> tuple[str, ...]:
    for role in ("item", "picture"):
        if (name := mapping.column(role)) is not None:
            values = [composed(value.strip()) for value in texts_of(table, name)]
            if role == "item":
                _require_ids(values, name, mapping)
            if all(values):
                return tuple(values)
    own = [use for use in mapping.texts() if use.language not in (BY_ROW, DETECT)]
    if mapping.form == "long" and len(own) == 1:
        texts = texts_of(table, own[0].name)
        first: dict[str, str] = {}
        return tuple(first.setdefault(text, str(row)) for row, text in enumerate(texts, start=1))
    return tuple(str(row) for row in range(1, table.num_rows + 1))


def _require_ids(values: Sequence[str], name: str, mapping: ColumnMapping) -> None:
    if "" in values:
        row = values.index("") + 1
        raise InputError(
            f"row {row} has no {name}, which is the id of the item; give every row one, or leave "
            "that column out"
        )
    if mapping.form == "wide" or (mapping.form == "none" and mapping.column("vector") is None):
        require_distinct(f"the ids in {name}", tuple(values))


_Text = tuple[str, str, str, int]
"""(item, language, text, row)."""


def _texts(table: pa.Table, mapping: ColumnMapping, items: Sequence[str]) -> list[_Text]:
    if not mapping.texts():
        named = mapping.column("vector") is not None and mapping.column("picture") is None
        return [(item, UNKNOWN_LANGUAGE, item, row) for row, item in enumerate(items)] * named
    found: list[_Text] = []
    for use in mapping.texts():
        texts = texts_of(table, use.name)
        codes = _codes(table, mapping, use, texts)
        found += [
            (item, code, text.strip(), row)
            for row, (item, code, text) in enumerate(zip(items, codes, texts, strict=True))
        ]
    return found


def _codes(
    table: pa.Table, mapping: ColumnMapping, use: ColumnUse, texts: Sequence[str]
) -> Sequence[str]:
    """Returns the language of every text of a column; "" for texts that show nothing."""
    if use.language == DETECT:
        return _told_by_words(use.name, texts)
    if use.language != BY_ROW:
        return [use.language] * len(texts)
    name = str(mapping.column("language"))
    known: dict[str, str] = {}
    codes = []
    for row, (value, text) in enumerate(zip(texts_of(table, name), texts, strict=True), start=1):
        if not is_blank(text) and value not in known:
            known[value] = _code(value, row, name)
        codes.append(known.get(value, ""))
    return codes


def _code(value: str, row: int, name: str) -> str:
    code = language_named(value)
    if code is None and is_language_tag(value.strip()):
        code = parse_language(value.strip())
    if code is None:
        what = repr(value) if value.strip() else "nothing"
        raise InputError(
            f"row {row} has {what} as its {name}, which is no language; write a code such as ko, "
            "or a name such as Korean"
        )
    return code


def _told_by_words(name: str, texts: Sequence[str]) -> list[str]:
    codes = detected_languages(texts)
    untold = [
        row
        for row, (code, text) in enumerate(zip(codes, texts, strict=True), start=1)
        if code is None and not is_blank(text)
    ]
    if untold:
        raise InputError(
            f"the language of {len(untold)} of {len(texts)} texts in {name} cannot be told (first "
            f"in row {untold[0]}); add a column with their codes, or say one for all, such as "
            f"--column {name}=text:en"
        )
    return [code or "" for code in codes]


def _single_texts(texts: Sequence[_Text]) -> dict[int, tuple[str, str]]:
    single: dict[int, tuple[str, str]] = {}
    several: set[int] = set()
    for _, language, text, row in texts:
        if row in single:
            several.add(row)
        single[row] = (language, text)
    return {row: one for row, one in single.items() if row not in several}


def _blank(blank: Sequence[tuple[str, str]]) -> list[Finding]:
    codes = dict.fromkeys(language for language, _ in blank)
    return [
        one
        for code in codes
        for one in finding("blank", code, [item for language, item in blank if language == code])
    ]


def _repeated(captions: pd.DataFrame, mapping: ColumnMapping) -> list[Finding]:
    """Returns the texts that rows repeat; a fixed language of a long table repeats by its form."""
    if mapping.form == "long":
        own = [use.language for use in mapping.texts() if use.language not in (BY_ROW, DETECT)]
        captions = captions[~captions["language"].isin(own)]
    again = captions[captions.duplicated()]
    return [
        one
        for code, part in again.groupby("language", sort=False)
        for one in finding("repeated", str(code), part["text"].tolist())
    ]


def _other_scripts(captions: pd.DataFrame) -> list[Finding]:
    """Returns the languages whose texts, most of them, are in letters that it is not written in."""
    found = []
    for code, part in captions.groupby("language", sort=False):
        texts = part["text"].tolist()
        step = max(1, len(texts) // SAMPLED_TEXTS)
        if code != UNKNOWN_LANGUAGE and not fits_script(str(code), texts[::step]):
            found += finding("other_script", str(code), texts)
    return found


def _facts(
    table: pa.Table, mapping: ColumnMapping, items: Sequence[str]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Returns every item once with its label and group, and the items whose rows disagree."""
    columns = {"item": list(items)}
    roles: tuple[Role, ...] = ("label", "group")
    for role in roles:
        name = mapping.column(role)
        columns[role] = texts_of(table, name) if name else [""] * len(items)
    rows = pd.DataFrame(columns, dtype=str)
    differing: dict[str, None] = {}
    for role in roles:
        filled = rows[rows[role] != ""]
        counts = filled.groupby("item", sort=False)[role].nunique()
        differing |= dict.fromkeys(str(item) for item in counts.index[counts > 1])
        firsts = filled.drop_duplicates("item")
        known = dict(zip(firsts["item"], firsts[role], strict=True))
        rows[role] = [known.get(item, "") for item in rows["item"]]
    kept = rows.drop_duplicates("item", ignore_index=True)
    return kept, finding("labels", "", list(differing))


def _picture_names(table: pa.Table, mapping: ColumnMapping, items: Sequence[str]) -> dict[str, str]:
    name = mapping.column("picture")
    if name is None:
        return {}
    named: dict[str, str] = {}
    for item, value in zip(items, texts_of(table, name), strict=True):
        if value.strip() and named.setdefault(item, value) != value:
            raise InputError(
                f"the item {item!r} has two pictures, {named[item]} and {value}; give each "
                "picture an id of its own"
            )
    return named
