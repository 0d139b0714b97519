"""M-CLIP's published teacher vectors as targets: read from parquet, never from a pickle.

The data set's main branch holds pickles and a loading script, either of which can run code. Its
parquet branch holds the same rows as `id`, a row of M-CLIP/ImageCaptions-7M-Translations, and
`embedding`, (1, dimension). They are rewritten once, as shards that can be read at any row.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow.parquet import ParquetFile

from tomclip.core.errors import InputError, first_line
from tomclip.core.files.hub import hub_dataset, hub_name
from tomclip.core.paths import cache_directory
from tomclip.core.reading.numbers import real_array
from tomclip.encoders.stored.files import rows_of_lists
from tomclip.targets.files import ROWS_FILE, TargetPlan
from tomclip.targets.shards import TargetShards
from tomclip.targets.writer import TargetWriter, target_writer

DATASET = "M-CLIP/ImageCaptions-7M-Embeddings"
PARQUET_BRANCH = "refs/convert/parquet"
SHARD_SIZE = 16_384


@dataclass(frozen=True, slots=True)
class _Folder:
    """One teacher's vectors in the data set."""

    teacher: str
    dimension: int


# Folders of the parquet branch; "Vit-L-16" is what it calls the vectors of ViT-L-14.
FOLDERS = {
    "Vit-B-32": _Folder("ViT-B-32/openai", 512),
    "Vit-L-16": _Folder("ViT-L-14/openai", 768),
    "OpenCLIP-Vit-B-16+": _Folder("ViT-B-16-plus-240/laion400m_e32", 640),
}


def published_targets(name: str) -> TargetShards:
    """Returns the published vectors of one teacher, keyed by the row of their caption's source.

    The first call downloads them into the Hugging Face cache and rewrites them into ours.

    Args:
        name: "M-CLIP/ImageCaptions-7M-Embeddings:FOLDER", with "@REVISION" before the colon for
            another commit of the parquet branch; FOLDER is Vit-B-32, Vit-L-16 or
            OpenCLIP-Vit-B-16+.

    Raises:
        InputError: when the name is another one, the files can be had neither here nor from the
            network, hold only pickles, or are damaged.
    """
    source, _, folder_name = name.partition(":")
    known = hub_name(source)
    if known is None or known[0] != DATASET or folder_name not in FOLDERS:
        raise InputError(
            f"there are no targets {name!r}; name a directory that 'tomclip targets' made, or "
            f"{DATASET}:FOLDER with FOLDER one of {', '.join(FOLDERS)}"
        )
    snapshot = hub_dataset(DATASET, known[1] or PARQUET_BRANCH, [f"{folder_name}/*"])
    files = sorted((snapshot / folder_name).rglob("*.parquet"))
    if not files:
        raise InputError(
            f"{snapshot} holds no parquet file in {folder_name}; pickles are not read, since they "
            f"can run code: use the data set's branch {PARQUET_BRANCH}"
        )
    return _as_shards(files, FOLDERS[folder_name], f"{DATASET}@{snapshot.name}:{folder_name}")


def _as_shards(files: Sequence[Path], folder: _Folder, origin: str) -> TargetShards:
    ids = np.concatenate([_ids(file) for file in files])
    plan = TargetPlan(
        teacher=folder.teacher,
        teacher_fingerprint=origin,
        captions=len(ids),
        captions_fingerprint=hashlib.sha256(ids.tobytes()).hexdigest(),
        targets=len(ids),
        key="source_row",
        shard_size=SHARD_SIZE,
        dtype="float32",
    )
    name = hashlib.sha256(origin.encode()).hexdigest()[:32]
    directory = cache_directory() / "targets" / name
    with target_writer(directory, plan, {"pyarrow": version("pyarrow")}) as writer:
        if not writer.has(ROWS_FILE):
            writer.write_rows(ids, np.arange(len(ids)))
        _write_missing(writer, files, folder.dimension)
    return TargetShards(directory)


def _write_missing(writer: TargetWriter, files: Sequence[Path], dimension: int) -> None:
    missing = set(writer.missing_shards())
    if not missing:
        return
    waiting, index = np.empty((0, dimension), dtype=np.float32), 0
    plan = writer.manifest.plan
    for piece in _pieces(files, dimension):
        waiting = np.concatenate([waiting, piece])
        while index < plan.n_shards and len(waiting) >= len(plan.shard_rows(index)):
            size = len(plan.shard_rows(index))
            if index in missing:
                writer.write_shard(index, waiting[:size])
            waiting, index = waiting[size:], index + 1


def _ids(file: Path) -> np.ndarray:
    try:
        with ParquetFile(file) as stored:
            ids = stored.read(["id"]).column("id")
    except (pa.ArrowException, OSError, KeyError) as error:
        raise _unreadable(file, error) from error
    if not pa.types.is_integer(ids.type) or ids.null_count:
        raise _unreadable(file, ValueError(f"id is {ids.type} with {ids.null_count} empty"))
    return ids.to_numpy().astype(np.uint64)


def _pieces(files: Sequence[Path], dimension: int) -> Iterator[np.ndarray]:
    for file in files:
        try:
            with ParquetFile(file) as stored:
                for batch in stored.iter_batches(SHARD_SIZE, columns=["embedding"]):
                    yield _matrix(batch.column(0), dimension)
        except (pa.ArrowException, OSError, InputError, KeyError, ValueError) as error:
            raise _unreadable(file, error) from error


def _matrix(column: pa.Array, dimension: int) -> np.ndarray:
    """Returns (rows, dimension) float32 of a column of (dimension,) or (1, dimension) lists."""
    if pa.types.is_nested(column.type) and pa.types.is_nested(column.type.value_type):
        whole, column = column, column.flatten()
        if len(whole) != len(column):
            raise ValueError("it has not one vector in each row")
    rows = real_array(rows_of_lists(column), "vectors", dtype=np.float32)
    if rows.shape[1] != dimension:
        raise ValueError(f"its vectors do not have {dimension} numbers each")
    return rows


def _unreadable(file: Path, error: Exception) -> InputError:
    return InputError(
        f"{file} does not hold M-CLIP's vectors ({first_line(error)}); download it again"
    )
