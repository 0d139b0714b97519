"""Files of rows as people have them: every column as text, columns of vectors as they are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from tomclip.core.errors import InputError, first_line
from tomclip.core.reading.characters import composed, is_blank
from tomclip.core.reading.json_lines import read_records
from tomclip.data.captions.sources import column_names, kind_of, read_pieces, require_text
from tomclip.workspaces.reading.limits import LIMITS, Limits, require_size

MOST_COLUMNS = 1_000
NO_TABLES = {
    b"%PDF": "a PDF",
    b"PK\x03\x04": "a zip or a workbook",
    b"\xd0\xcf\x11\xe0": "a workbook or document of old Office programs",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"PAR1": "parquet",
}
"""First bytes of files that people take for tables by their names."""


def read_table(path: Path, limits: Limits = LIMITS) -> pa.Table:
    """Returns a file's rows: columns of strings, null for an empty value, and lists of numbers.

    Numbers and truth values become text as JSON writes them. Rows keep the file's order; a blank
    line between two rows of text is a row of nothing.

    Args:
        path: .csv, .tsv, .jsonl or .ndjson (each also with .gz behind it), or .parquet.
        limits: What is too large.

    Raises:
        InputError: when the file is too large, damaged, not UTF-8, has ragged rows, no row, or
            columns without a name or of one name.
    """
    require_size(path, limits.table_bytes)
    kind = kind_of(path)
    if kind == ".parquet":
        table = _parquet(path, limits)
    elif kind == ".jsonl":
        table = _json_lines(path, limits)
    else:
        table = _delimited(path, limits)
    if not table.num_rows:
        raise InputError(f"{path} has no rows; write one below the line of column names")
    return table


def is_vectors(column: pa.ChunkedArray) -> bool:
    """Tells whether a column holds a list of numbers in every row."""
    kind = column.type
    lists = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    if not any(is_kind(kind) for is_kind in lists):
        return False
    return pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type)


def texts_of(table: pa.Table, name: str) -> list[str]:
    """Returns a column of text, "" for what is missing."""
    return [value or "" for value in table.column(name).to_pylist()]


def joined(tables: Sequence[tuple[Path, pa.Table]]) -> pa.Table:
    """Returns the rows of several files, which must have the same columns, below each other.

    Raises:
        InputError: naming the first file with other columns.
    """
    first_path, first = tables[0]
    for path, table in tables[1:]:
        if set(table.column_names) != set(first.column_names):
            raise InputError(
                f"{path} has the columns {', '.join(table.column_names)}, but {first_path} has "
                f"{', '.join(first.column_names)}; give files of the same columns, or one at a time"
            )
    same = [table.select(first.column_names) for _, table in tables]
    return pa.concat_tables(same, promote_options="permissive")


def _delimited(path: Path, limits: Limits) -> pa.Table:
    _require_no_other_kind(path)
    require_text(path)
    names = _required_names(path, column_names(path))
    schema = pa.schema([(name, pa.string()) for name in names])
    pieces = read_pieces(path, {name: name for name in names}, language="")
    return pa.Table.from_batches(_within(path, pieces, limits), schema=schema)


def _require_no_other_kind(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(4)
    for mark, what in NO_TABLES.items():
        if head.startswith(mark):
            raise InputError(
                f"{path} is {what}, not a table of text; save the table as CSV (UTF-8) in the "
                "program that made it, or name the file by what it is"
            )


def _within(
    path: Path, pieces: Iterator[pa.RecordBatch], limits: Limits
) -> Iterator[pa.RecordBatch]:
    rows = 0
    for piece in pieces:
        rows += piece.num_rows
        _require_rows(path, rows, limits)
        yield piece


def _json_lines(path: Path, limits: Limits) -> pa.Table:
    columns: dict[str, list[Any]] = {}
    for rows, (number, record) in enumerate(read_records(path), start=1):
        values = {composed(name): value for name, value in record.items()}
        if not columns:
            columns = {name: [] for name in _required_names(path, [*map(composed, record)])}
        if values.keys() != columns.keys():
            raise InputError(
                f"{path} line {number} has the keys {', '.join(values) or 'none'}, but the first "
                f"line has {', '.join(columns)}; give every line the same keys"
            )
        for name, value in values.items():
            columns[name].append(_plain(value, path, number, name))
        _require_rows(path, rows, limits)
    return pa.table({name: _json_column(values, path, name) for name, values in columns.items()})


def _plain(value: Any, path: Path, line: int, name: str) -> str | list[float] | None:
    """Returns a JSON value as text, or a list of numbers as it is."""
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    numbers = isinstance(value, list) and value and not isinstance(value[0], bool)
    if numbers and all(isinstance(one, int | float) for one in value):
        return [float(one) for one in value]
    raise InputError(
        f"{path} line {line}: {name} is neither text nor a number nor a list of numbers; give one "
        "of these"
    )


def _json_column(values: list[Any], path: Path, name: str) -> pa.Array:
    is_list = any(isinstance(value, list) for value in values)
    if is_list and any(isinstance(value, str) for value in values):
        raise InputError(f"{path}: {name} holds text and lists of numbers; keep one of the two")
    try:
        return pa.array(values, pa.list_(pa.float64()) if is_list else pa.string())
    except UnicodeEncodeError as error:  # "\ud800" is JSON and no text
        raise InputError(
            f"{path}: {name} holds half a character (U+D800 to U+DFFF); write the text again"
        ) from error


def _parquet(path: Path, limits: Limits) -> pa.Table:
    from pyarrow.parquet import ParquetFile

    try:
        with ParquetFile(path) as stored:
            unpacked = sum(
                stored.metadata.row_group(group).total_byte_size
                for group in range(stored.num_row_groups)
            )
            if unpacked > 4 * limits.table_bytes:
                raise InputError(f"{path} unpacks to too much; split it, or keep a part")
            _require_rows(path, stored.metadata.num_rows, limits)
            table = stored.read()
    except (pa.ArrowException, OSError) as error:
        raise InputError(
            f"{path} cannot be read ({first_line(error).rstrip('.')}); it is damaged or cut short: "
            "get it again"
        ) from error
    names = _required_names(path, [composed(name) for name in table.column_names])
    columns = [
        _parquet_column(column, path, name)
        for name, column in zip(names, table.columns, strict=True)
    ]
    return pa.table(dict(zip(names, columns, strict=True)))


def _parquet_column(column: pa.ChunkedArray, path: Path, name: str) -> pa.ChunkedArray:
    if is_vectors(column):
        return column
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    readable = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_integer,
        pa.types.is_floating,
        pa.types.is_boolean,
        pa.types.is_null,
        pa.types.is_date,
        pa.types.is_timestamp,
    )
    if not any(is_kind(kind) for is_kind in readable):
        raise InputError(
            f"{path} holds {name} as {kind}; store text, numbers or lists of numbers, or leave "
            "that column out"
        )
    import pyarrow.compute

    functions: Any = pyarrow.compute
    texts = column.cast(pa.string())
    return functions.if_else(functions.equal(texts, ""), None, texts)


def _required_names(path: Path, names: Sequence[str]) -> Sequence[str]:
    if len(names) > MOST_COLUMNS:
        raise InputError(f"{path} has {len(names):,} columns; up to {MOST_COLUMNS:,} are read")
    if any(is_blank(name) for name in names):
        place = next(place for place, name in enumerate(names, start=1) if is_blank(name))
        raise InputError(f"{path}: column {place} has no name; write one in the first line")
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise InputError(f"{path} has more than one column {twice[0]}; rename all but one")
    return names


def _require_rows(path: Path, rows: int, limits: Limits) -> None:
    if rows > limits.rows:
        raise InputError(
            f"{path} has more than {limits.rows:,} rows; split it, or keep a part of it"
        )
