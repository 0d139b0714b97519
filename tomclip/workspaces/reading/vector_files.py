"""Vectors of any program as rows of a table: .npy, .npz, and what `tomclip embed` writes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa

from tomclip.core.errors import InputError, first_line
from tomclip.core.reading.arrays import npz_archive
from tomclip.core.reading.names import names_of
from tomclip.core.reading.numbers import real_array, require_finite, unit_rows
from tomclip.core.types import Embeddings
from tomclip.encoders.stored.files import PARTS, read_vectors, rows_of_lists
from tomclip.workspaces.reading.limits import LIMITS, Limits, require_size

SUFFIXES = (".npy", ".npz", ".safetensors")
VECTOR = "vector"


def is_vector_file(path: Path) -> bool:
    """Tells by its ending whether a file holds arrays."""
    return path.suffix.lower() in SUFFIXES


def read_vector_file(path: Path, limits: Limits = LIMITS) -> pa.Table:
    """Returns a file's vectors as the column "vector", and its names as columns of text.

    Of an .npz that is the one array of two dimensions, with every array of as many texts or whole
    numbers beside it; a .npy has no names. A file of `tomclip embed` has id, language and text,
    which pictures lack.

    Raises:
        InputError: when it is too large, damaged, holds no or several arrays of vectors, names of
            another number, Python objects, NaN, infinity or a vector of zeros.
        AssetError: when a file of `tomclip embed` is damaged.
    """
    require_size(path, limits.vector_bytes)
    suffix = path.suffix.lower()
    if suffix == ".safetensors" or (suffix == ".npz" and _is_own(path)):
        return read_own_vectors(path, limits)
    if suffix == ".npy":
        return pa.table({VECTOR: listed(_loaded(path), path)})
    return _npz_table(path)


def read_own_vectors(path: Path, limits: Limits = LIMITS) -> pa.Table:
    """Returns what `tomclip embed` wrote as id, language, text and vector; pictures lack two.

    Raises:
        InputError: when it is too large, or a vector is all zeros.
        AssetError: when it is damaged.
    """
    require_size(path, limits.vector_bytes)
    return _own_table(read_vectors(path))


def listed(vectors: np.ndarray, path: Path) -> pa.Array:
    """Returns vectors (n, d) as a column of lists, float32; raises InputError for bad numbers."""
    rows = checked_vectors(vectors, str(path))
    flat = pa.array(rows.reshape(-1))
    return pa.FixedSizeListArray.from_arrays(flat, rows.shape[1])


def vectors_of(column: pa.ChunkedArray, what: str) -> np.ndarray:
    """Returns a column of lists as (n, d) float32; raises InputError for bad lists or numbers."""
    try:
        return checked_vectors(rows_of_lists(column.combine_chunks()), what)
    except InputError as error:
        raise InputError(f"{what}: {error}") from error


def checked_vectors(vectors: np.ndarray, what: str) -> np.ndarray:
    """Returns (n, d) float32; raises InputError for NaN, infinity and vectors of zeros."""
    rows = real_array(vectors, f"the vectors of {what}", dtype=np.float32)
    if rows.ndim != 2 or not rows.size:
        raise InputError(f"{what} holds an array {rows.shape}; give one vector a row: (n, d)")
    require_finite(rows, f"the vectors of {what}")
    try:
        unit_rows(rows)
    except InputError as error:
        row = int(np.argmax(~rows.any(axis=1)))
        raise InputError(
            f"vector {row} of {what} (from 0, of {len(rows)}) is all zeros, which has no "
            "direction; leave that row out"
        ) from error
    return rows


def _is_own(path: Path) -> bool:
    try:
        with npz_archive(path) as stored:
            return set(PARTS) <= set(stored.files)
    except (InputError, OSError):
        return False


def _own_table(parts: Sequence[Embeddings]) -> pa.Table:
    tables = []
    for part in parts:
        is_text = part.modality == "text"
        checked_vectors(part.vectors, part.encoder)
        texts = part.labels if is_text else [None] * len(part)
        codes = part.languages if is_text else [None] * len(part)
        columns = {
            "id": pa.array(part.ids, pa.string()),
            "language": pa.array(codes, pa.string()),
            "text": pa.array(texts, pa.string()),
            VECTOR: listed(part.vectors, Path(part.encoder)),
        }
        tables.append(pa.table(columns))
    return pa.concat_tables(tables)


def _loaded(path: Path) -> np.ndarray:
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{path} is no whole .npy file of numbers ({first_line(error)}); save it again with "
            "numpy.save"
        ) from error


def _npz_table(path: Path) -> pa.Table:
    try:
        with npz_archive(path) as stored:
            arrays = {name: stored[name] for name in stored.files}
    except Exception as error:  # zip, zlib and numpy have classes of their own for damaged bytes
        raise InputError(
            f"{path} is no whole .npz file of numbers and texts ({first_line(error)}); save it "
            "again with numpy.savez"
        ) from error
    name = _vectors_among(arrays, path)
    columns = {VECTOR: listed(arrays[name], path)}
    rows = len(arrays[name])
    for other, values in arrays.items():
        if values.ndim == 1 and values.dtype.kind in "USiuO":
            if len(values) != rows:
                raise InputError(
                    f"{path} holds {len(values)} {other} and {rows} vectors; give one per vector"
                )
            columns[other] = pa.array(names_of(values, other), pa.string())
    return pa.table(columns)


def _vectors_among(arrays: Mapping[str, np.ndarray], path: Path) -> str:
    found = [name for name, array in arrays.items() if array.ndim == 2 and array.dtype.kind == "f"]
    if len(found) != 1:
        raise InputError(
            f"{path} holds {len(found)} arrays of vectors, (n, d) floats, among "
            f"{', '.join(arrays) or 'no arrays'}; keep exactly one in a file"
        )
    return found[0]
