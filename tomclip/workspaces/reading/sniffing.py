"""What the columns of a table may be, by their heads and by what stands below: a proposal."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pyarrow as pa

from tomclip.core.languages import language_named
from tomclip.workspaces.reading.columns import BY_ROW, DETECT, ColumnMapping, ColumnUse, Role
from tomclip.workspaces.reading.detection import can_tell_words, detected_language
from tomclip.workspaces.reading.sampled_columns import (
    SampledColumn,
    is_picture_name,
    is_slugs,
    plain_head,
    sampled_columns,
)

MOST_LANGUAGES = 200
MOSTLY = 0.9
_HEADS: Mapping[Role, frozenset[str]] = {
    "item": frozenset(
        "id ids nr no number key uid pk item items itemid index captionid conceptid pairid imageid "
        "exampleid sampleid".split()
    ),
    "language": frozenset(
        "language lang locale languagecode langcode multilanguagecode code languages".split()
    ),
    "picture": frozenset(
        "image picture file filename filepath path imagefile imagepath imagename img photo "
        "picturefile photofile".split()
    ),
    "label": frozenset("label labels class classes category target classname".split()),
    "group": frozenset(
        "group groups subset split subcategory topic source supercategory domain cluster".split()
    ),
    "vector": frozenset("vector vectors embedding embeddings".split()),
    "text": frozenset(
        "text texts caption captions sentence name title description captionmulti translation "
        "translated prompt english source target utterance".split()
    ),
}
_ENGLISH_HEADS = ("caption", "english", "source")
"""Beside texts in the language of the row: English, as in the files that training reads."""
_BY_ROW_HEADS = ("multi", "translat", "target")


def sniffed(table: pa.Table) -> ColumnMapping:
    """Returns what each column may be: a proposal, with every column's name in the table's order.

    A head that is a language's code or name makes a text column in that language, wide tables being
    told by two of them; other heads by a list of usual words; columns that say nothing by their
    values: file names, codes of languages, ids, few labels, texts. Of roles that can be held once
    the first column has it and the others are left out. The language of a text is told by its
    words where no head and no column does.

    Args:
        table: As `read_table` returns it; its first `SAMPLED_ROWS` are looked at.
    """
    columns = sampled_columns(table)
    roles: dict[str, ColumnUse] = {}
    for find in (_vectors, _languages_by_head, _by_heads, _by_values):
        left = [column for column in columns if column.name not in roles]
        roles |= find(left, roles)
    uses = tuple(roles.get(column.name, ColumnUse(column.name, "ignore")) for column in columns)
    return ColumnMapping(tuple(_with_languages(uses, columns)))


def _vectors(
    columns: Sequence[SampledColumn], held: Mapping[str, ColumnUse]
) -> dict[str, ColumnUse]:
    found = [column for column in columns if column.vectors]
    return {
        column.name: ColumnUse(column.name, "vector" if place == 0 else "ignore")
        for place, column in enumerate(found)
    }


def _languages_by_head(
    columns: Sequence[SampledColumn], held: Mapping[str, ColumnUse]
) -> dict[str, ColumnUse]:
    """Returns the columns whose head is a language, or ends or begins in one beside a usual word.

    "id" and "no" are languages too: they are texts only behind the first column, beside two other
    languages, and when a value has a space in it. Columns of file names or numbers are none,
    whatever their heads.
    """
    named = {
        column: code
        for column in columns
        if (code := _language_of(column.name))
        and column.share(is_picture_name) < MOSTLY
        and not column.is_numbers
    }
    sure = [column for column in named if column.head not in ("id", "no")]
    kept = {
        column.name: code
        for column, code in named.items()
        if column in sure or (len(sure) > 1 and column is not columns[0] and _reads_as_text(column))
    }
    first = {code: name for name, code in reversed(kept.items())}
    return {
        name: ColumnUse(name, "text", code) if first[code] == name else ColumnUse(name, "ignore")
        for name, code in kept.items()
    }


def _language_of(head: str) -> str | None:
    """Returns the language that a head names: "ko", "Korean", "caption_ko", "text (ko)"."""
    if (code := language_named(head)) is not None:
        return code
    words = [word for word in re.split(r"[\s_\-.:()\[\]/]+", head) if word]
    if len(words) < 2:
        return None
    for at, rest in ((-1, words[:-1]), (0, words[1:])):
        usual = plain_head("".join(rest)) in _HEADS["text"] | _HEADS["label"]
        if usual and (code := language_named(words[at])) is not None:
            return code
    return None


def _reads_as_text(column: SampledColumn) -> bool:
    return not column.is_numbers and column.share(lambda value: " " in value.strip()) > 0


def _by_heads(
    columns: Sequence[SampledColumn], held: Mapping[str, ColumnUse]
) -> dict[str, ColumnUse]:
    found: dict[str, ColumnUse] = {}
    wide = sum(use.role == "text" for use in held.values()) > 1
    for role in ("item", "language", "picture", "label", "group", "text"):
        for column in columns:
            if column.name in found or column.head not in _HEADS[role]:
                continue
            if role == "text" and wide:
                continue
            if _contradicts(column, role):
                continue
            if role != "text" and any(use.role == role for use in found.values()):
                continue
            found[column.name] = ColumnUse(column.name, role)
    return found


def _contradicts(column: SampledColumn, role: Role) -> bool:
    """Tells whether the values cannot be what the head says."""
    if role == "language":
        return column.share(lambda value: language_named(value) is not None) < MOSTLY
    if role == "picture":
        return column.share(is_picture_name) < MOSTLY
    if role == "text":
        return column.is_numbers
    return not column.values


def _by_values(
    columns: Sequence[SampledColumn], held: Mapping[str, ColumnUse]
) -> dict[str, ColumnUse]:
    found: dict[str, ColumnUse] = {}
    has_text = any(use.role == "text" for use in held.values())
    for column in columns:
        taken: set[Role] = {use.role for use in (*held.values(), *found.values())}
        role = _role_by_values(column, taken, beside_texts=has_text)
        if role == "text" and has_text:
            role = "ignore"
        found[column.name] = ColumnUse(column.name, role)
    return found


def _role_by_values(column: SampledColumn, taken: set[Role], *, beside_texts: bool) -> Role:
    if not column.values:
        return "ignore"
    if "picture" not in taken and column.share(is_picture_name) >= MOSTLY:
        return "picture"
    is_codes = column.share(lambda value: language_named(value) is not None) >= MOSTLY
    if "language" not in taken and is_codes and len(set(column.values)) <= MOST_LANGUAGES:
        return "language"
    names = column.share(lambda value: " " not in value.strip()) == 1
    if "item" not in taken and column.is_distinct and (column.is_numbers or is_slugs(column)):
        return "item"
    if column.is_numbers:
        return "ignore"
    few = len(column.values) >= 8 and 4 * len(set(column.values)) <= len(column.values)
    if "label" not in taken and few and (names or beside_texts):
        return "label"
    return "text"


def _with_languages(uses: Sequence[ColumnUse], columns: Sequence[SampledColumn]) -> list[ColumnUse]:
    """Returns the uses with the languages of texts whose head tells none."""
    by_name = {column.name: column for column in columns}
    untold = [use for use in uses if use.role == "text" and not use.language]
    by_row = _by_row(untold) if any(use.role == "language" for use in uses) else None
    repeated = any(use.role == "item" and not by_name[use.name].is_distinct for use in uses)
    taken = {use.language for use in uses if use.role == "text"}
    found = []
    for use in uses:
        if use in untold and use is not by_row:
            mixed = repeated and len(untold) == 1
            use = _guessed(use, by_name[use.name], mixed, taken, beside=by_row is not None)
            taken.add(use.language)
        found.append(use)
    told_by_row = by_row is not None
    return [
        replace(use, role="ignore") if use.role == "language" and not told_by_row else use
        for use in found
    ]


def _by_row(untold: Sequence[ColumnUse]) -> ColumnUse | None:
    """Returns the text that is in the languages of the row."""
    marked = [use for use in untold if any(part in plain_head(use.name) for part in _BY_ROW_HEADS)]
    return next(iter((*marked, *untold)), None)


def _guessed(
    use: ColumnUse, column: SampledColumn, mixed: bool, taken: set[str], *, beside: bool
) -> ColumnUse:
    """Returns the use with the language of its texts, where it can be told and is not taken."""
    if mixed and can_tell_words():
        return replace(use, language=DETECT, guessed=True)
    code = detected_language(column.values)
    if beside and column.head in _ENGLISH_HEADS:
        code = code or "en"
    if code is None or code in taken:
        return replace(use, language=BY_ROW)
    return replace(use, language=code, guessed=True)
