"""Files of vectors with their names, as `tomclip embed` writes them, and safetensors.

| suffix | holds |
|---|---|
| .npz | arrays vectors (n, d), ids, labels, languages (n), modality, encoder |
| .parquet | columns vector, id, label, language, modality, encoder; one row per item |
| .safetensors | tensor "vectors" (n, d); metadata: ids (a JSON list), modality ("text", "image"), \
encoder, and for texts labels (a JSON list, the texts) and language (one code for all) |
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

import numpy as np
from safetensors import SafetensorError

from tomclip.core.errors import AssetError, InputError, first_line
from tomclip.core.reading.arrays import npz_archive
from tomclip.core.reading.json_text import parse_json
from tomclip.core.reading.names import names_of
from tomclip.core.reading.numbers import real_array
from tomclip.core.types import Embeddings, Modality

_BROKEN = (
    EOFError,
    InputError,
    KeyError,
    OSError,
    SafetensorError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
)


def read_vectors(path: Path) -> tuple[Embeddings, ...]:
    """Returns the file's vectors, float32, one `Embeddings` per modality it holds.

    Vectors may be stored as floats of any width, bfloat16 and float8 included, or as integers.

    Raises:
        AssetError: naming the file, when it is missing, truncated or lacks a part, holds no row, a
            missing name, NaN, masked values or what is no real number.
    """
    try:
        return _reader(path)(path)
    except _BROKEN as error:
        raise AssetError(
            f"{path} holds no readable vectors ({first_line(error)}); write it again with "
            "'tomclip embed'"
        ) from error


def is_vector_file(path: Path) -> bool:
    """Returns whether the file's ending is one that is read, in any case."""
    return path.suffix.lower() in SUFFIXES and path.is_file()


def _reader(path: Path) -> Callable[[Path], tuple[Embeddings, ...]]:
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"it ends in {path.suffix!r}, and {', '.join(SUFFIXES)} are read")
    return SUFFIXES[path.suffix.lower()]


def _from_npz(path: Path) -> tuple[Embeddings, ...]:
    with npz_archive(path) as stored:
        arrays = {name: _array(stored, name) for name in PARTS}
    return (
        _embeddings(
            arrays["vectors"],
            ids=arrays["ids"],
            labels=arrays["labels"],
            languages=arrays["languages"],
            modality=_single(arrays["modality"], "modality"),
            encoder=_single(arrays["encoder"], "encoder"),
        ),
    )


def _array(stored: Mapping[str, np.ndarray], name: str) -> np.ndarray:
    _require_parts(stored, [name], "arrays")
    try:
        return stored[name]
    except ValueError as error:
        if "pickle" not in str(error):
            raise
        raise InputError(
            f"its {name} are Python objects, which are not read, since that can run code; store "
            "them as text or numbers"
        ) from error


def _single(values: np.ndarray | Sequence[str], what: str) -> str:
    """Returns the one text of an array, or the text that all the rows have in common."""
    found = sorted(set(names_of(np.asarray(values).reshape(-1), what)))
    if len(found) != 1:
        raise InputError(f"it has {len(found)} {what}s ({', '.join(found[:3])}); keep one a file")
    return found[0]


def _from_parquet(path: Path) -> tuple[Embeddings, ...]:
    from pyarrow import parquet

    table = parquet.read_table(path)
    _require_parts(table.column_names, COLUMNS, "columns")
    if not table.num_rows:
        raise InputError("it has no rows")
    vectors = rows_of_lists(table.column("vector").combine_chunks())
    columns = {name: names_of(table.column(name).to_pylist(), name) for name in COLUMNS[1:]}
    modalities = columns["modality"]
    parts = []
    for modality in dict.fromkeys(modalities):
        rows = [row for row, found in enumerate(modalities) if found == modality]
        of = {name: [values[row] for row in rows] for name, values in columns.items()}
        parts.append(
            _embeddings(
                vectors[rows],
                ids=of["id"],
                labels=of["label"],
                languages=of["language"],
                modality=modality,
                encoder=_single(of["encoder"], "encoder"),
            )
        )
    return tuple(parts)


def rows_of_lists(column: Any) -> np.ndarray:
    """Returns the numbers of an Arrow column of lists, (rows, numbers of each).

    Raises:
        InputError: when it holds no lists, lists of different lengths, or a value is missing.
    """
    import pyarrow as pa

    kind = column.type
    is_lists = any(
        known(kind) for known in (pa.types.is_list, pa.types.is_large_list, _is_fixed_size_list)
    )
    if not is_lists:
        raise InputError(f"its column 'vector' holds {kind}; store a list of numbers per row")
    if column.null_count:
        raise InputError(f"{column.null_count} of its {len(column)} vectors are missing")
    numbers = column.flatten()
    if numbers.null_count:
        raise InputError(f"{numbers.null_count} numbers of its vectors are missing")
    lengths = set(np.asarray(column.value_lengths()).tolist())
    if len(lengths) != 1:
        raise InputError(f"its vectors have {len(lengths)} different lengths; give them one")
    return numbers.to_numpy(zero_copy_only=False).reshape(len(column), -1)


def _is_fixed_size_list(kind: Any) -> bool:
    import pyarrow as pa

    return pa.types.is_fixed_size_list(kind)


def _from_safetensors(path: Path) -> tuple[Embeddings, ...]:
    from safetensors import safe_open

    with safe_open(path, framework="pt") as stored:  # numpy has no bfloat16 and no float8
        _require_parts(list(stored.keys()), ["vectors"], "tensors")
        vectors, facts = stored.get_tensor("vectors"), stored.metadata() or {}
    _require_parts(facts, ["ids", "modality", "encoder"], "metadata")
    is_text = facts["modality"] == "text"
    if is_text:
        _require_parts(facts, ["labels", "language"], "metadata of texts")
    ids = _json_list(facts["ids"], "ids")
    return (
        _embeddings(
            vectors,
            ids=ids,
            labels=_json_list(facts["labels"], "labels") if is_text else ids,
            languages=[facts["language"] if is_text else ""] * len(ids),
            modality=facts["modality"],
            encoder=facts["encoder"],
        ),
    )


def _json_list(text: str, name: str) -> list[Any]:
    try:
        values = parse_json(text)
    except InputError as error:
        raise InputError(f"the list of its {name} {error}") from error
    if not isinstance(values, list):
        raise InputError(f"its {name} are no JSON list; write one with an entry per vector")
    return values


def _require_parts(there: Iterable[str], wanted: Sequence[str], kind: str) -> None:
    names = list(there)
    if missing := [name for name in wanted if name not in names]:
        raise InputError(
            f"its {kind} lack {', '.join(missing)}; there are {', '.join(names) or 'none'}"
        )


def _embeddings(
    vectors: Any, *, ids: Any, labels: Any, languages: Any, modality: str, encoder: str
) -> Embeddings:
    if modality not in get_args(Modality):
        raise InputError(f"modality is {modality!r}; use 'text' or 'image'")
    rows = real_array(vectors, "vectors", dtype=np.float32)
    if rows.ndim == 2 and not rows.size:
        raise InputError(f"it has {len(rows)} vectors of {rows.shape[1]} numbers")
    lengths = np.linalg.norm(rows.astype(np.float64), axis=-1)
    return Embeddings(
        vectors=rows,
        ids=names_of(ids, "id"),
        labels=names_of(labels, "label"),
        languages=names_of(languages, "language"),
        modality=modality,  # type: ignore[arg-type]
        encoder=encoder,
        unit_norm=bool(np.allclose(lengths, 1, atol=1e-4)),
    )


PARTS = ("vectors", "ids", "labels", "languages", "modality", "encoder")
COLUMNS = ("vector", "id", "label", "language", "modality", "encoder")
SUFFIXES = {".npz": _from_npz, ".parquet": _from_parquet, ".safetensors": _from_safetensors}
