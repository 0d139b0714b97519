"""Files of caption pairs: which ones a name means, and their rows, read piece by piece.

Readers yield record batches with the columns asked for, as text; a missing value is null.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from tomclip.core.errors import InputError, first_line
from tomclip.core.files.hub import hub_dataset, hub_name
from tomclip.core.paths import WORKSPACE_PREFIX, user_path, workspaces_directory
from tomclip.core.reading.characters import composed, same_name
from tomclip.core.reading.json_lines import read_records
from tomclip.core.reading.text import require_utf8
from tomclip.data.captions import delimited
from tomclip.data.captions.batches import Row, text_batch

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")
PACKED = ".gz"  # after a kind of text
SEPARATORS = {".csv": delimited.COMMA, ".tsv": delimited.TAB}
ID = "id"  # the one column that may hold integers
WORKSPACE_PAIRS = "pairs.parquet"
"""The file in a workspace's folder that holds its pairs with English."""
PIECE_ROWS = 65_536
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

    "workspace:NAME" means the pairs of a workspace. A data set is "OWNER/NAME" (its pinned commit
    where the project knows one, else its main branch) or "OWNER/NAME@REVISION".

    Raises:
        InputError: when there is no such file or data set, or it holds no readable kind of file.
    """
    if str(name).startswith(WORKSPACE_PREFIX):
        return CaptionSource(str(name), (_workspace_pairs(str(name)),))
    path = user_path(name)
    if path.is_dir():
        return CaptionSource(str(name), _files_below(path))
    if path.is_file():
        if kind_of(path) is None:
            raise InputError(
                f"{path} ends in {path.suffix!r}; use one of {', '.join(SUFFIXES)} (text may be "
                f"packed as {PACKED})"
            )
        return CaptionSource(str(name), (path,))
    known = hub_name(str(name))
    if known is None or kind_of(path) is not None:
        raise InputError(
            f"there is no caption file {str(name)!r}; name a file ending in {', '.join(SUFFIXES)}, "
            "a folder of them, or a Hugging Face data set OWNER/NAME"
        )
    dataset, revision = known
    revision = revision or PINNED_REVISIONS.get(dataset, "main")
    patterns = [f"*{suffix}{packed}" for suffix in SUFFIXES for packed in ("", PACKED)]
    folder = hub_dataset(dataset, revision, patterns)
    return CaptionSource(str(name), _files_below(folder), folder.name)


def _workspace_pairs(name: str) -> Path:
    folder = workspaces_directory() / name.removeprefix(WORKSPACE_PREFIX)
    if folder.parent != workspaces_directory() or not folder.is_dir():
        raise InputError(f"there is no {name}; 'tomclip workspace list' shows those there are")
    if not (folder / WORKSPACE_PAIRS).is_file():
        raise InputError(
            f"{name} has no text beside an English one of its item, so that there are no pairs; "
            "add English texts"
        )
    return folder / WORKSPACE_PAIRS


def kind_of(file: Path) -> str | None:
    """Returns ".csv", ".tsv", ".jsonl" or ".parquet", as the name ends, whatever its case.

    .gz after a kind of text is passed over, .ndjson is .jsonl. None: no kind that is read.
    """
    suffix = file.suffix.lower()
    packed = suffix == PACKED
    if packed:
        suffix = Path(file.stem).suffix.lower()
    if suffix not in SUFFIXES or (packed and suffix == ".parquet"):
        return None
    return ".jsonl" if suffix == ".ndjson" else suffix


def column_names(file: Path) -> tuple[str, ...]:
    """Returns the file's columns in NFC: the header, the schema or the first JSON line's keys.

    Raises:
        InputError: when the file cannot be read.
    """
    return tuple(map(composed, _stored_names(file)))


def _stored_names(file: Path) -> tuple[str, ...]:
    kind = kind_of(file)
    if kind == ".parquet":
        return tuple(_parquet_file(file).schema_arrow.names)
    if kind == ".jsonl":
        return tuple(next(read_records(file), (1, {}))[1])
    return delimited.header(file, SEPARATORS[kind or ".csv"])


def read_pieces(
    file: Path, columns: Mapping[str, str], *, language: str
) -> Iterator[pa.RecordBatch]:
    """Yields the file's rows in order, `columns` (our name -> the file's name) as strings.

    `language` is our name of the column of codes, by which rows that ran together are told.

    Raises:
        InputError: naming the file, and the line where it has lines, when it is not what its
            ending says, is cut short or holds another type than text.
    """
    kind = kind_of(file)
    if kind == ".parquet":
        return _parquet_pieces(file, columns)
    if kind == ".jsonl":
        return _json_pieces(file, columns)
    return delimited.batches(file, SEPARATORS[kind or ".csv"], columns, language)


def require_text(file: Path) -> None:
    """Raises InputError, naming the first line that is not UTF-8, for a file of text."""
    if kind_of(file) != ".parquet":
        require_utf8(file)


def _files_below(folder: Path) -> tuple[Path, ...]:
    found = (path for path in folder.rglob("*") if kind_of(path) and path.is_file())
    files = tuple(sorted(path for path in found if not _is_hidden(path.relative_to(folder))))
    kinds = sorted({kind_of(file) or "" for file in files})
    if len(kinds) != 1:
        raise InputError(
            f"{folder} holds {' and '.join(kinds) or 'no'} files; name a folder with files of one "
            f"kind, {', '.join(SUFFIXES)}"
        )
    return files


def _is_hidden(path: Path) -> bool:
    """Tells whether a program's own file or folder, such as ._a.csv, is on the path."""
    return any(part.startswith(".") for part in path.parts)


def _json_pieces(file: Path, columns: Mapping[str, str]) -> Iterator[pa.RecordBatch]:
    rows = _json_rows(file, columns)
    try:
        while some := list(islice(rows, PIECE_ROWS)):
            yield text_batch(some, columns)
    except UnicodeEncodeError as error:  # "\ud800" is JSON and no text
        raise _unreadable(file, error) from error


def _json_rows(file: Path, columns: Mapping[str, str]) -> Iterator[Row]:
    """Yields a row per line; a blank line between two is a row of nothing."""
    before, nothing = 0, [None] * len(columns)
    for number, values in read_records(file):
        if number > before + 1:
            yield from [nothing] * (number - before - 1)
        before = number
        yield [
            text
            if isinstance(text := values.get(name), str)
            else _json_text(file, number, values, ours, name)
            for ours, name in columns.items()
        ]


def _json_text(file: Path, number: int, values: dict[str, Any], ours: str, name: str) -> str | None:
    name = stored_name(name, values)
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
        there = stored.schema_arrow.names
        columns = {ours: stored_name(name, there) for ours, name in columns.items()}
        for ours, name in columns.items():
            _require_text(file, name, stored.schema_arrow.field(name).type, ours)
        try:
            for piece in stored.iter_batches(PIECE_ROWS, columns=list(columns.values())):
                values = [piece.column(name).cast(pa.string()) for name in columns.values()]
                yield pa.record_batch(values, names=list(columns))
        except (pa.ArrowException, OSError) as error:
            raise _unreadable(file, error) from error


def stored_name(name: str, there: Collection[str]) -> str:
    """Returns the one of the names `there` that reads as `name` does, else `name` itself."""
    if name in there:
        return name
    return next((other for other in there if same_name(name, other)), name)


def _require_text(file: Path, name: str, kind: pa.DataType, ours: str) -> None:
    stored = kind.value_type if pa.types.is_dictionary(kind) else kind
    kinds = (
        pa.types.is_string,
        pa.types.is_large_string,
        pa.types.is_string_view,
        pa.types.is_null,
    )
    is_text = any(is_kind(stored) for is_kind in kinds)
    if not is_text and not (ours == ID and pa.types.is_integer(stored)):
        raise InputError(f"{file} holds {name} as {kind}; store it as text")


def _unreadable(file: Path, error: Exception) -> InputError:
    reason = first_line(error).rstrip(".")
    return InputError(f"{file} cannot be read ({reason}); it is damaged or cut short: get it again")
