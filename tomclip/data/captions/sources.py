"""Files of caption pairs: which ones a name means, and their rows, read piece by piece.

Readers yield record batches with the columns asked for, as text; a missing value is null.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from tomclip.core.errors import InputError
from tomclip.core.hub import hub_dataset, hub_name

SUFFIXES = (".csv", ".tsv", ".jsonl", ".parquet")
ID = "id"  # the one column that may hold integers
PIECE_ROWS = 65_536
PIECE_BYTES = 1 << 24
# The commit whose layout this module was written for: one parquet file of 7 million pairs.
PINNED_REVISIONS = {
    "M-CLIP/ImageCaptions-7M-Translations": "49734d6eceffcfc95dad4eb8f06176b83b5d2aae",
}


@dataclass(frozen=True, slots=True)
class CaptionSource:
    """The files behind a name, all of one kind. `revision` is a data set's commit, else ""."""

    name: str
    files: tuple[Path, ...]
    revision: str = ""


def find_source(name: str | Path) -> CaptionSource:
    """Returns the files that `name` means: one file, a folder of files, or a Hugging Face data set.

    A data set is "OWNER/NAME" (its pinned commit where the project knows one, else its main
    branch) or "OWNER/NAME@REVISION".

    Raises:
        InputError: when there is no such file or data set, or it holds no readable kind of file.
    """
    path = Path(name).expanduser()
    if path.is_dir():
        return CaptionSource(str(name), _files_below(path))
    if path.is_file():
        if path.suffix not in SUFFIXES:
            raise InputError(f"{path} ends in {path.suffix!r}; use one of {', '.join(SUFFIXES)}")
        return CaptionSource(str(name), (path,))
    known = hub_name(str(name))
    if known is None or path.suffix in SUFFIXES:
        raise InputError(
            f"there is no caption file {str(name)!r}; name a file ending in {', '.join(SUFFIXES)}, "
            "a folder of them, or a Hugging Face data set OWNER/NAME"
        )
    dataset, revision = known
    revision = revision or PINNED_REVISIONS.get(dataset, "main")
    folder = hub_dataset(dataset, revision, [f"*{suffix}" for suffix in SUFFIXES])
    return CaptionSource(str(name), _files_below(folder), folder.name)


def column_names(file: Path) -> tuple[str, ...]:
    """Returns the file's columns: the header, the parquet schema or the first JSON line's keys.

    Raises:
        InputError: when the file cannot be read.
    """
    if file.suffix == ".parquet":
        return tuple(_parquet_file(file).schema_arrow.names)
    if file.suffix == ".jsonl":
        return tuple(next(_json_lines(file), (1, {}))[1])
    with _csv_reader(file) as reader:
        return tuple(reader.schema.names)


def read_pieces(file: Path, columns: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    """Yields the file's rows in order, `columns` (our name -> the file's name) as strings.

    Raises:
        InputError: naming the file, and the line where it has lines, when it is not what its
            ending says, is cut short or holds another type than text.
    """
    readers = {".parquet": _parquet_pieces, ".jsonl": _json_pieces}
    return readers.get(file.suffix, _csv_pieces)(file, columns)


def require_utf8(file: Path) -> None:
    """Raises InputError, naming the first line that is not UTF-8, for a file of text."""
    if file.suffix == ".parquet":
        return
    try:
        with file.open("rb") as stream:
            for number, line in enumerate(stream, start=1):
                try:
                    line.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise InputError(
                        f"{file} line {number} is not UTF-8 (byte {line[error.start]:#04x}); "
                        "convert the file, for example with 'iconv -f latin1 -t utf-8'"
                    ) from error
    except OSError as error:
        raise _unreadable(file, error) from error


def _files_below(folder: Path) -> tuple[Path, ...]:
    found = (path for path in folder.rglob("*") if path.suffix in SUFFIXES and path.is_file())
    files = tuple(sorted(found))
    kinds = sorted({file.suffix for file in files})
    if len(kinds) != 1:
        raise InputError(
            f"{folder} holds {' and '.join(kinds) or 'no'} files; name a folder with files of one "
            f"kind, {', '.join(SUFFIXES)}"
        )
    return files


def _csv_reader(file: Path, columns: Mapping[str, str] | None = None) -> Any:
    from pyarrow import csv

    names = None if columns is None else list(columns.values())
    try:
        return csv.open_csv(
            file,
            read_options=csv.ReadOptions(block_size=PIECE_BYTES),
            parse_options=csv.ParseOptions(
                delimiter="\t" if file.suffix == ".tsv" else ",", newlines_in_values=True
            ),
            convert_options=csv.ConvertOptions(
                include_columns=names,
                column_types=dict.fromkeys(names or (), pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, OSError) as error:
        raise _unreadable(file, error) from error


def _csv_pieces(file: Path, columns: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    with _csv_reader(file, columns) as reader:
        try:
            for piece in reader:
                yield piece.rename_columns(list(columns))
        except (pa.ArrowInvalid, OSError) as error:
            raise _unreadable(file, error) from error


def _json_pieces(file: Path, columns: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    rows: list[list[str | None]] = []
    for number, values in _json_lines(file):
        rows.append([_json_text(file, number, values, *pair) for pair in columns.items()])
        if len(rows) == PIECE_ROWS:
            yield _piece(file, rows, columns)
            rows = []
    if rows:
        yield _piece(file, rows, columns)


def _piece(file: Path, rows: list[list[str | None]], columns: Mapping[str, str]) -> pa.RecordBatch:
    try:
        values = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    except UnicodeEncodeError as error:  # "\ud800" is JSON and no text
        raise _unreadable(file, error) from error
    return pa.record_batch(values, names=list(columns))


def _json_lines(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with file.open(encoding="utf-8-sig", errors="surrogateescape") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    yield number, _json_object(file, number, line)
    except OSError as error:
        raise _unreadable(file, error) from error


def _json_object(file: Path, number: int, line: str) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except ValueError as error:
        raise InputError(
            f"{file} line {number} is not JSON ({error}); restore the file, one object a line"
        ) from error
    if not isinstance(values, dict):
        raise InputError(f"{file} line {number} is not a JSON object; write one object a line")
    return values


def _json_text(file: Path, number: int, values: dict[str, Any], ours: str, name: str) -> str | None:
    if name not in values:
        raise InputError(
            f"{file} line {number} has no {name!r} but {', '.join(values)}; give every line the "
            "same keys"
        )
    if ours == ID and type(values[name]) is int:
        return str(values[name])
    if not isinstance(values[name], str | None):
        raise InputError(
            f"{file} line {number} has {name} = {json.dumps(values[name])}; use text or null"
        )
    return values[name]


def _parquet_file(file: Path) -> Any:
    from pyarrow.parquet import ParquetFile

    try:
        return ParquetFile(file, memory_map=True)
    except (pa.ArrowInvalid, OSError) as error:
        raise _unreadable(file, error) from error


def _parquet_pieces(file: Path, columns: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    with _parquet_file(file) as stored:
        for ours, name in columns.items():
            _require_text(file, name, stored.schema_arrow.field(name).type, ours)
        try:
            for piece in stored.iter_batches(PIECE_ROWS, columns=list(columns.values())):
                values = [piece.column(name).cast(pa.string()) for name in columns.values()]
                yield pa.record_batch(values, names=list(columns))
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(file, error) from error


def _require_text(file: Path, name: str, kind: pa.DataType, ours: str) -> None:
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if not is_text and not (ours == ID and pa.types.is_integer(kind)):
        raise InputError(f"{file} holds {name} as {kind}; store it as text")


def _unreadable(file: Path, error: Exception) -> InputError:
    reason = (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    return InputError(f"{file} cannot be read ({reason}); it is damaged or cut short: get it again")
