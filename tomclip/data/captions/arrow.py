"""Caption pairs of any source as one Arrow file in the cache, made once and known by its content.

The file holds caption, caption_multi, multi_language_code, their row in the source, a digest of the
English caption and, where there is one, the id; it is read through a memory map. The facts beside
it (fingerprint, languages) are written last: without them the file does not count.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import written_whole
from tomclip.core.files.cache import content_key, text_digests
from tomclip.core.files.manifests import sha256_of
from tomclip.core.languages import parse_language
from tomclip.core.paths import cache_directory
from tomclip.core.reading.characters import VISIBLE_CHARACTER, composed
from tomclip.core.reading.json_text import read_json_object
from tomclip.data.captions.sources import ID, CaptionSource, column_names, read_pieces, require_text

ENGLISH, TRANSLATED, LANGUAGE = "caption", "caption_multi", "multi_language_code"
REQUIRED = (ENGLISH, TRANSLATED, LANGUAGE)
SOURCE_ROW, DIGEST = "source_row", "digest"
SCHEMA = "2"
SHOWN = 5  # rows that an error names
compute: Any = pyarrow.compute  # its functions are made at import, where no type checker looks


@dataclass(frozen=True, slots=True)
class Reading:
    """How to read a source.

    `columns` maps our names to the source's, `language` stands for a missing column of codes, and
    `drop_empty` leaves pairs with an empty caption out instead of refusing them.
    """

    columns: Mapping[str, str]
    language: str | None = None
    drop_empty: bool = False


def cached_table(source: CaptionSource, reading: Reading) -> tuple[Path, dict[str, Any]]:
    """Returns the Arrow file of the source's pairs and its facts, made when the cache has none.

    Raises:
        InputError: in one sentence, for a missing column, another encoding, a damaged file, an
            empty caption (unless they are dropped), a malformed code or a duplicate id; nothing is
            left behind then.
    """
    parts = [SCHEMA, *map(sha256_of, source.files), json.dumps(dict(reading.columns))]
    parts += [reading.language or "", str(reading.drop_empty), source.revision]
    key = content_key(*parts)
    path = cache_directory() / "captions" / f"{key}.arrow"
    facts_path = path.with_suffix(".json")
    facts = _kept_facts(path, facts_path)
    if facts is None:
        for file in source.files:
            require_text(file)
        columns = _resolved_columns(source, reading)
        with written_whole(path) as partial:
            facts = _write(partial, source, reading, columns)
            facts["bytes"] = partial.stat().st_size
        with written_whole(facts_path) as partial:
            partial.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    # Another source of the same content may have made the file: the name is the caller's own.
    return path, facts | {"source": source.name}


def _kept_facts(path: Path, facts_path: Path) -> dict[str, Any] | None:
    """Returns the facts of a table that is in the cache as it was written, else None."""
    try:
        facts = read_json_object(facts_path)
        return facts if path.stat().st_size == facts.get("bytes") else None
    except (OSError, InputError):
        return None


def known_code(tag: str, where: str) -> str:
    """Returns the code of a language tag that stands at a place, for the sentence, in a source.

    Raises:
        InputError: unless it is the tag of a language, such as "ko" or "zh-Hant".
    """
    try:
        return parse_language(tag)
    except InputError as error:
        raise InputError(
            f"{where} has the language code {tag!r}; use ISO 639 codes of two or three letters, "
            "such as ko"
        ) from error


def _resolved_columns(source: CaptionSource, reading: Reading) -> dict[str, str]:
    """Returns our name and the files' name of every column to read; all files have them."""
    if unknown := sorted(set(reading.columns) - {*REQUIRED, ID}):
        known = ", ".join((*REQUIRED, ID))
        raise InputError(f"columns map {', '.join(unknown)}; what can be mapped is {known}")
    if reading.language is not None:
        known_code(reading.language, "language")
    wanted = [name for name in REQUIRED if name != LANGUAGE or reading.language is None]
    if ID in reading.columns or ID in column_names(source.files[0]):
        wanted.append(ID)
    columns = {name: composed(reading.columns.get(name, name)) for name in wanted}
    for file in source.files:
        _require_columns(file, columns)
    return columns


def _require_columns(file: Path, columns: Mapping[str, str]) -> None:
    there = column_names(file)
    missing = [ours for ours, name in columns.items() if name not in there]
    if missing:
        raise InputError(
            f"{file} has the columns {', '.join(there) or '(none)'}, but not "
            f"{', '.join(columns[ours] for ours in missing)}; say which one to take instead, as in "
            f"--columns {missing[0]}=NAME"
        )
    if twice := [name for name in columns.values() if there.count(name) > 1]:
        raise InputError(f"{file} has more than one column {twice[0]}; rename all but one")


@dataclass(slots=True)
class _Findings:
    """What the rows read so far held; `content` digests the kept rows in order."""

    rows: int = 0
    empty: int = 0
    first_empty: list[str] = field(default_factory=list)
    languages: Counter[str] = field(default_factory=Counter)
    content: Any = field(default_factory=hashlib.sha256)


def _write(
    path: Path, source: CaptionSource, reading: Reading, columns: Mapping[str, str]
) -> dict[str, Any]:
    """Returns the facts of the table; its rows are in `path` then."""
    findings = _Findings()
    schema = _schema(has_ids=ID in columns)
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
        for file in source.files:
            first_row = findings.rows
            for piece in read_pieces(file, columns, language=LANGUAGE):
                rows = _full_rows(_numbered(piece, reading, findings), file, first_row, findings)
                if rows.num_rows:
                    rows = _with_codes(rows, file, first_row, findings)
                    writer.write_batch(_with_digests(rows, findings).select(schema.names))
    _require_full(source, reading, findings)
    if ID in columns:
        _require_unique_ids(path, source)
    return {
        "revision": source.revision,
        "fingerprint": findings.content.hexdigest(),
        "dropped": findings.empty,
        "languages": dict(findings.languages.most_common()),
    }


def _schema(*, has_ids: bool) -> pa.Schema:
    texts = [(name, pa.string()) for name in (*REQUIRED, *((ID,) if has_ids else ()))]
    return pa.schema([*texts, (SOURCE_ROW, pa.int64()), (DIGEST, pa.uint64())])


def _numbered(piece: pa.RecordBatch, reading: Reading, findings: _Findings) -> pa.RecordBatch:
    """Returns the piece with the rows' place in the source and, if it has none, their language."""
    rows = np.arange(findings.rows, findings.rows + piece.num_rows)
    findings.rows += piece.num_rows
    piece = piece.append_column(SOURCE_ROW, pa.array(rows))
    if reading.language is not None:
        codes = pa.repeat(pa.scalar(parse_language(reading.language)), piece.num_rows)
        piece = piece.append_column(LANGUAGE, codes)
    return piece


def _full_rows(
    piece: pa.RecordBatch, file: Path, first_row: int, findings: _Findings
) -> pa.RecordBatch:
    """Returns the rows whose two captions show something; counts the others."""
    full = compute.and_(*(_is_full(piece.column(name)) for name in (ENGLISH, TRANSLATED)))
    empty = piece.column(SOURCE_ROW).filter(compute.invert(full))
    findings.empty += len(empty)
    named = empty[: SHOWN - len(findings.first_empty)].to_pylist()
    findings.first_empty += [_place(file, row - first_row) for row in named]
    return piece.filter(full)


def _is_full(texts: pa.Array) -> pa.Array:
    return compute.fill_null(compute.match_substring_regex(texts, VISIBLE_CHARACTER), False)


def _with_codes(
    rows: pa.RecordBatch, file: Path, first_row: int, findings: _Findings
) -> pa.RecordBatch:
    """Returns the rows with every language tag as its code, and counts them."""
    tags = compute.dictionary_encode(compute.fill_null(rows.column(LANGUAGE), ""))
    codes = []
    for number, tag in enumerate(tags.dictionary.to_pylist()):
        place = compute.index(tags.indices, number).as_py()
        row = rows.column(SOURCE_ROW)[place].as_py() - first_row
        codes.append(known_code(tag, _place(file, row)))
    plain = pa.array(codes, pa.string()).take(tags.indices)
    for count in compute.value_counts(plain).to_pylist():
        findings.languages[count["values"]] += count["counts"]
    return rows.set_column(rows.schema.get_field_index(LANGUAGE), LANGUAGE, plain)


def _with_digests(rows: pa.RecordBatch, findings: _Findings) -> pa.RecordBatch:
    """Returns the rows with the digest of the English caption; adds them to the fingerprint."""
    english = rows.column(ENGLISH).to_pylist()
    others = (rows.column(name).to_pylist() for name in (TRANSLATED, LANGUAGE))
    pairs = map("\x1f".join, zip(english, *others, strict=True))
    findings.content.update("\x1e".join((*pairs, "")).encode())
    return rows.append_column(DIGEST, pa.array(text_digests(english)))


def _require_full(source: CaptionSource, reading: Reading, findings: _Findings) -> None:
    if findings.empty == findings.rows:
        raise InputError(f"{source.name} holds no caption pair; name a file with at least one")
    if findings.empty and not reading.drop_empty:
        more = ", ..." if findings.empty > SHOWN else ""
        raise InputError(
            f"{source.name} holds {findings.empty:,} of {findings.rows:,} pairs with an empty "
            f"caption ({', '.join(findings.first_empty)}{more}); mend them, or leave them out with "
            "drop_empty=True (--drop-empty)"
        )


def _require_unique_ids(path: Path, source: CaptionSource) -> None:
    with pa.memory_map(str(path)) as stored:
        ids = pa.ipc.open_file(stored).read_all().column(ID)
        counts = compute.value_counts(ids)
        repeated = counts.filter(compute.greater(counts.field("counts"), 1))
        if ids.null_count or len(repeated):
            named = [repr(one["values"]) for one in repeated[:SHOWN].to_pylist()]
            raise InputError(
                f"{source.name} holds {len(repeated):,} ids more than once or empty "
                f"({', '.join(named)}); give every pair an id of its own, or rename that column"
            )


def _place(file: Path, row: int) -> str:
    return f"{file.name} row {row + 1}"
