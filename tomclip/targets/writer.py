"""The writer of teacher targets: it can be stopped at any moment and goes on where it was.

Every file is written whole, and the manifest names a file only when it is there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa
from filelock import FileLock, Timeout

from tomclip.core.errors import InputError
from tomclip.core.files.atomic import PARTIAL, written_whole
from tomclip.core.files.manifests import MANIFEST, sha256_of
from tomclip.core.reading.numbers import require_finite
from tomclip.targets.files import ROWS_FILE, TargetManifest, TargetPlan, TargetType, shard_file

LOCK_FILE = ".lock"
_PARTIALS = (f".{MANIFEST}-*", f".{ROWS_FILE}-*", ".shard-*")


class TargetWriter:
    """Writes the shards of one plan; `target_writer` opens it."""

    def __init__(self, directory: Path, manifest: TargetManifest) -> None:
        self.directory = directory
        self.manifest = manifest

    def missing_shards(self) -> list[int]:
        """Returns the shards that are not there, or whose SHA-256 is another than when written."""
        return [i for i in range(self.manifest.plan.n_shards) if not self.has(shard_file(i))]

    def has(self, name: str) -> bool:
        """Returns whether the file is there as it was written."""
        path, facts = self.directory / name, self.manifest.files.get(name)
        return facts is not None and path.is_file() and sha256_of(path) == facts["sha256"]

    def write_rows(self, keys: np.ndarray, target_rows: np.ndarray) -> None:
        """Writes the key and the target row of every caption."""
        columns = [pa.array(keys, pa.uint64()), pa.array(target_rows, pa.int64())]
        self._write(ROWS_FILE, pa.record_batch(columns, names=["key", "target_row"]))

    def write_shard(self, index: int, vectors: np.ndarray) -> None:
        """Writes one shard's vectors, (rows of the shard, dimension), and enters it.

        Raises:
            InputError: when a vector is not finite, differs in length from the others, or is too
                large for float16.
        """
        plan = self.manifest.plan
        require_finite(vectors, "targets")
        stored = _as_stored(vectors, plan.dtype)
        if self.manifest.dimension not in (None, vectors.shape[1]):
            raise InputError(
                f"{self.directory} holds vectors of dimension {self.manifest.dimension}, and "
                f"{vectors.shape[1]} came; choose another directory"
            )
        self.manifest.dimension = vectors.shape[1]
        column = pa.FixedSizeListArray.from_arrays(pa.array(stored.ravel()), vectors.shape[1])
        self._write(shard_file(index), pa.record_batch([column], names=["vector"]))

    def _write(self, name: str, batch: pa.RecordBatch) -> None:
        with written_whole(self.directory / name) as partial:
            with (
                pa.OSFile(str(partial), "wb") as sink,
                pa.ipc.new_file(sink, batch.schema) as stream,
            ):
                stream.write_batch(batch)
            facts = {"sha256": sha256_of(partial), "bytes": partial.stat().st_size}
        self.manifest.files[name] = facts
        self.manifest.save(self.directory)


@contextmanager
def target_writer(
    directory: Path, plan: TargetPlan, versions: dict[str, str]
) -> Iterator[TargetWriter]:
    """Yields the only writer of a directory: a new one, or one that holds part of the same plan.

    Raises:
        InputError: when the directory holds anything else, cannot be made, or another process is
            writing it.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(directory / LOCK_FILE)
        lock.acquire(timeout=0)
    except Timeout as error:
        raise InputError(
            f"{directory} is being written by another process; wait for it, or name another one"
        ) from error
    except OSError as error:
        raise InputError(
            f"{directory} cannot be written ({error.strerror or error}); choose another directory"
        ) from error
    try:
        yield TargetWriter(directory, _same_plan(directory, plan, versions))
    finally:
        lock.release()


def _same_plan(directory: Path, plan: TargetPlan, versions: dict[str, str]) -> TargetManifest:
    partials = [path for name in _PARTIALS for path in directory.glob(f"{name}{PARTIAL}*")]
    for partial in partials:  # of a writer that was killed
        partial.unlink()
    others = sorted(path.name for path in directory.iterdir() if path.name != LOCK_FILE)
    if not others:
        manifest = TargetManifest(plan, versions)
        manifest.save(directory)
        return manifest
    if MANIFEST not in others:
        raise InputError(
            f"{directory} holds other files ({others[0]}); name an empty or new directory"
        )
    manifest = TargetManifest.read(directory)
    if (difference := _difference(manifest.plan, plan)) is not None:
        raise InputError(
            f"{directory} holds targets of {difference}; name another directory, or give what it "
            "was made from"
        )
    return manifest


def _difference(there: TargetPlan, wanted: TargetPlan) -> str | None:
    """Returns in words what sets the plan that is there apart; None for the same plan."""
    named = ("teacher", "dtype", "precision", "shard_size")
    for name in named:
        if getattr(there, name) != getattr(wanted, name):
            return f"{name} {getattr(there, name)}, not {getattr(wanted, name)}"
    if there.teacher_fingerprint != wanted.teacher_fingerprint:
        return f"other files of the teacher {there.teacher}"
    return None if there == wanted else f"{there.captions:,} other captions"


def _as_stored(vectors: np.ndarray, dtype: TargetType) -> np.ndarray:
    largest = float(np.abs(vectors).max(initial=0.0))
    if dtype == "float16" and largest > float(np.finfo(np.float16).max):
        raise InputError(f"a target reaches {largest:.3g}, too large for float16; use float32")
    return np.ascontiguousarray(vectors, dtype=dtype)
