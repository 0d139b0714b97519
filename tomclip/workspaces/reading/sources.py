"""What a person dropped: files, folders and zips, sorted into tables, pictures and vectors."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from tomclip.core.errors import InputError
from tomclip.core.paths import user_path
from tomclip.core.reading.characters import composed
from tomclip.core.reading.pictures import is_hidden
from tomclip.data.captions.sources import SUFFIXES as TABLE_SUFFIXES
from tomclip.data.captions.sources import column_names, kind_of
from tomclip.data.pictures import first_of
from tomclip.encoders.stored.files import COLUMNS
from tomclip.workspaces.reading.archives import unpacked
from tomclip.workspaces.reading.limits import LIMITS, Limits
from tomclip.workspaces.reading.sampled_columns import PICTURE_SUFFIXES
from tomclip.workspaces.reading.tables import joined, read_table
from tomclip.workspaces.reading.vector_files import SUFFIXES as VECTOR_SUFFIXES
from tomclip.workspaces.reading.vector_files import (
    VECTOR,
    is_vector_file,
    read_own_vectors,
    read_vector_file,
)

ARCHIVE = ".zip"


@dataclass(frozen=True, slots=True)
class Sources:
    """The files of one import.

    Attributes:
        given: what the person named.
        tables: files of rows.
        pictures: picture files by their name, relative to the folder or zip they came in.
        vectors: files of arrays.
        others: names of files that are none of these.
    """

    given: tuple[Path, ...]
    tables: tuple[Path, ...]
    pictures: dict[str, Path]
    vectors: tuple[Path, ...]
    others: tuple[str, ...] = ()

    def table(self, limits: Limits = LIMITS) -> pa.Table | None:
        """Returns the rows of all tables and vectors together; None when only pictures came.

        A .npy lies beside the table whose rows it belongs to, in their order.

        Raises:
            InputError: as `read_table` and `read_vector_file`, and when the files do not fit
                together.
        """
        tables = [(path, _rows_of(path, limits)) for path in self.tables]
        arrays = [(path, read_vector_file(path, limits)) for path in self.vectors]
        if not tables:
            return joined(arrays) if arrays else None
        return _beside(joined(tables), arrays)


def find_sources(given: Iterable[Path | str], scratch: Path, limits: Limits = LIMITS) -> Sources:
    """Returns what lies in files, folders and zips.

    Args:
        given: What a person named.
        scratch: An empty folder for what zips hold; it must stay as long as the files are needed.
        limits: What is too large.

    Raises:
        InputError: when a file is not there, a zip is refused, nothing is of a kind that is read,
            or two pictures have one name.
    """
    paths = tuple(user_path(path) for path in given)
    tables: list[Path] = []
    vectors: list[Path] = []
    pictures: dict[str, Path] = {}
    others: list[str] = []
    for name, path in _files(paths, scratch, limits):
        if kind_of(path) is not None:
            tables.append(path)
        elif is_vector_file(path):
            vectors.append(path)
        elif path.suffix.lower() in PICTURE_SUFFIXES:
            if name in pictures:
                raise InputError(f"two pictures are called {name}; rename one of them")
            pictures[name] = path
        else:
            others.append(name)
    if not (tables or vectors or pictures):
        kinds = ", ".join((*TABLE_SUFFIXES, *VECTOR_SUFFIXES, *PICTURE_SUFFIXES, ARCHIVE))
        raise InputError(
            f"nothing that is read came ({first_of(others) if others else 'no file'}); give files "
            f"ending in {kinds}, or a folder of them"
        )
    return Sources(paths, tuple(tables), pictures, tuple(vectors), tuple(others))


def _files(paths: Sequence[Path], scratch: Path, limits: Limits) -> Iterable[tuple[str, Path]]:
    """Yields (name, file) of every file, those of folders and zips by their relative names."""
    for number, path in enumerate(paths):
        if path.is_dir():
            yield from _below(path, limits)
        elif not path.is_file():
            raise InputError(f"there is no file or folder {path}; check the name")
        elif path.suffix.lower() == ARCHIVE:
            folder = scratch / str(number)
            folder.mkdir(parents=True)
            unpacked(path, folder, limits)
            yield from _below(folder, limits)
        else:
            yield path.name, path


def _below(folder: Path, limits: Limits) -> Iterable[tuple[str, Path]]:
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(place) / name
            if is_hidden(path) or not path.is_file():
                continue
            count += 1
            if count > limits.members:
                raise InputError(f"{folder} holds more than {limits.members:,} files; give fewer")
            yield composed(path.relative_to(folder).as_posix()), path


def _rows_of(path: Path, limits: Limits) -> pa.Table:
    own = kind_of(path) == ".parquet" and set(COLUMNS) <= set(column_names(path))
    return read_own_vectors(path, limits) if own else read_table(path, limits)


def _beside(table: pa.Table, arrays: Sequence[tuple[Path, pa.Table]]) -> pa.Table:
    for path, vectors in arrays:
        if vectors.column_names != [VECTOR]:
            raise InputError(
                f"{path} has names of its own ({', '.join(vectors.column_names)}); give it alone, "
                "or save its vectors as .npy in the order of the table's rows"
            )
        if VECTOR in table.column_names:
            raise InputError(f"{path} and another file both hold vectors; give one of them")
        if vectors.num_rows != table.num_rows:
            raise InputError(
                f"{path} has {vectors.num_rows:,} vectors, but the table has {table.num_rows:,} "
                "rows; give one vector for every row, in its order"
            )
        table = table.append_column(VECTOR, vectors.column(VECTOR))
    return table
