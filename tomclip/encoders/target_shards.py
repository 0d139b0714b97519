"""A teacher's vectors of many captions on disk: Arrow shards, a table of rows and a manifest.

Every file is written whole, and the manifest names a shard only when it is there, so that a
directory can be continued whenever its writer was stopped.

    manifest.json      the plan, library versions, SHA-256 and size of every other file
    rows.arrow         per caption the key that finds it and the row of its vector
    shard-00000.arrow  `shard_size` vectors, a fixed-size list of float32 or float16
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pyarrow as pa
from filelock import FileLock, Timeout

from tomclip.assets import MANIFEST, sha256_of
from tomclip.errors import InputError
from tomclip.files import PARTIAL_SUFFIX, written_whole
from tomclip.types import require_finite

ROWS_FILE = "rows.arrow"
LOCK_FILE = ".lock"
SCHEMA = 1
_PARTIALS = (f".{MANIFEST}-*", f".{ROWS_FILE}-*", ".shard-*")
TargetType = Literal["float32", "float16"]
Key = Literal["caption", "source_row"]


@dataclass(frozen=True, slots=True)
class TargetPlan:
    """What a directory of targets is to hold; another plan is never written into it.

    `captions` rows have `targets` different vectors. `key` says what finds a row again: the digest
    of its English caption (`tomclip.files.text_digests`), or its row in the source of the captions.
    """

    teacher: str
    teacher_fingerprint: str
    captions: int
    captions_fingerprint: str
    targets: int
    key: Key
    shard_size: int
    dtype: TargetType

    @property
    def n_shards(self) -> int:
        """Number of shards; the last one may be shorter."""
        return -(-self.targets // self.shard_size)

    def shard_rows(self, index: int) -> range:
        """Returns the rows of the vectors in a shard."""
        start = index * self.shard_size
        return range(start, min(start + self.shard_size, self.targets))


@dataclass(slots=True)
class TargetManifest:
    """The plan, the length of a vector once known, and the digest of every file that is there."""

    plan: TargetPlan
    versions: dict[str, str]
    dimension: int | None = None
    files: dict[str, dict[str, Any]] = field(default_factory=dict)

    def save(self, directory: Path) -> None:
        """Replaces the directory's manifest."""
        with written_whole(directory / MANIFEST) as partial:
            text = json.dumps({"schema": SCHEMA, **asdict(self)}, indent=2, ensure_ascii=False)
            partial.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, directory: Path) -> TargetManifest:
        """Returns the directory's manifest; raises InputError when there is none that fits."""
        path = directory / MANIFEST
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values.pop("schema") != SCHEMA:
                raise ValueError("another schema")
            return cls(**values | {"plan": TargetPlan(**values["plan"])})
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise InputError(
                f"{directory} holds no readable targets ({error}); make them with 'tomclip targets'"
            ) from error


class TargetWriter:
    """Writes the shards of one plan; `target_writer` opens it."""

    def __init__(self, directory: Path, manifest: TargetManifest) -> None:
        self.directory = directory
        self.manifest = manifest

    def missing_shards(self) -> list[int]:
        """Returns the shards that are not there, or whose SHA-256 is another than when written."""
        return [i for i in range(self.manifest.plan.n_shards) if not self.has(_shard_file(i))]

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
        self._write(_shard_file(index), pa.record_batch([column], names=["vector"]))

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
    partials = [path for name in _PARTIALS for path in directory.glob(name + PARTIAL_SUFFIX)]
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
    there, wanted = asdict(manifest.plan), asdict(plan)
    if different := [name for name in wanted if there[name] != wanted[name]]:
        name = different[0]
        raise InputError(
            f"{directory} was made for {name} = {there[name]}, now it is {wanted[name]}; name "
            "another directory, or give what it was made for"
        )
    return manifest


def _as_stored(vectors: np.ndarray, dtype: TargetType) -> np.ndarray:
    largest = float(np.abs(vectors).max(initial=0.0))
    if dtype == "float16" and largest > float(np.finfo(np.float16).max):
        raise InputError(f"a target reaches {largest:.3g}, too large for float16; use float32")
    return np.ascontiguousarray(vectors, dtype=dtype)


def _shard_file(index: int) -> str:
    return f"shard-{index:05d}.arrow"


class TargetShards:
    """A teacher's vectors on disk; a row is a caption in the order in which they were given.

    `teacher` is the encoder's name, `dimension` the length of a vector, `fingerprint` 64
    hexadecimal digits that follow every vector and row, `captions_fingerprint` those of the
    captions, `key` what `rows_of` takes.

    Raises:
        InputError: when the directory's shards are not all there, or a file's size is not what was
            written.
    """

    def __init__(self, directory: Path) -> None:
        manifest = TargetManifest.read(directory)
        plan = manifest.plan
        _require_files(directory, manifest)
        self.directory = directory
        self.plan = plan
        self.teacher = plan.teacher
        self.key = plan.key
        self.captions_fingerprint = plan.captions_fingerprint
        self.dimension: int = manifest.dimension or 0
        self._manifest = manifest
        self._shard = cache(self._map_shard)

    def __len__(self) -> int:
        return self.plan.captions

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels to another process by its directory: a worker maps the same files."""
        return TargetShards, (self.directory,)

    @cached_property
    def fingerprint(self) -> str:
        """64 hexadecimal digits of the plan and of every file."""
        facts = {"plan": asdict(self.plan), "files": self._manifest.files}
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(facts["bytes"] for facts in self._manifest.files.values())

    def vectors(self, rows: np.ndarray) -> np.ndarray:
        """Returns these captions' vectors, (rows, dimension) float32, read through a memory map.

        Raises:
            InputError: when a row is not one of 0 to len - 1.
        """
        rows = np.asarray(rows, dtype=np.int64)
        if rows.size and not 0 <= rows.min() <= rows.max() < len(self):
            raise InputError(f"rows go from {rows.min()} to {rows.max()}; use 0 to {len(self) - 1}")
        shards, places = np.divmod(self._target_rows[rows], self.plan.shard_size)
        found = np.empty((len(rows), self.dimension), dtype=np.float32)
        for shard in np.unique(shards):
            of_shard = shards == shard
            found[of_shard] = self._shard(int(shard))[places[of_shard]]
        return found

    def rows_of(self, keys: np.ndarray) -> np.ndarray:
        """Returns the row of every key: a caption's digest or a row of the source, as `key` says.

        Raises:
            InputError: when a key has no vector here, with the number of those.
        """
        keys = np.asarray(keys, dtype=np.uint64)
        places = np.searchsorted(self._keys, keys, sorter=self._key_order)
        rows = self._key_order[np.minimum(places, len(self) - 1)]
        if unknown := int((self._keys[rows] != keys).sum()):
            raise InputError(
                f"{self.directory} has no target for {unknown:,} of {len(keys):,} captions; make "
                "targets of these captions, or use the captions that it was made from"
            )
        return rows

    def verify(self) -> None:
        """Reads every file and compares its SHA-256.

        Raises:
            InputError: naming the first damaged file.
        """
        for name, facts in self._manifest.files.items():
            if sha256_of(self.directory / name) != facts["sha256"]:
                raise _damaged(self.directory / name)

    def _map_shard(self, index: int) -> np.ndarray:
        column = _map(self.directory / _shard_file(index)).column(0)
        return column.flatten().to_numpy(zero_copy_only=True).reshape(-1, self.dimension)

    @cached_property
    def _rows(self) -> pa.RecordBatch:
        return _map(self.directory / ROWS_FILE)

    @cached_property
    def _target_rows(self) -> np.ndarray:
        return self._rows.column("target_row").to_numpy(zero_copy_only=True)

    @cached_property
    def _keys(self) -> np.ndarray:
        return self._rows.column("key").to_numpy(zero_copy_only=True)

    @cached_property
    def _key_order(self) -> np.ndarray:
        return np.argsort(self._keys, kind="stable")


def _require_files(directory: Path, manifest: TargetManifest) -> None:
    plan = manifest.plan
    names = [ROWS_FILE, *map(_shard_file, range(plan.n_shards))]
    there = [name for name in names if name in manifest.files]
    if len(there) < len(names):
        shards = max(len(there) - 1, 0)
        raise InputError(
            f"{directory} holds {shards} of {plan.n_shards} shards; run the same 'tomclip targets' "
            "again, it goes on"
        )
    for name in names:
        path = directory / name
        if not path.is_file() or path.stat().st_size != manifest.files[name]["bytes"]:
            raise _damaged(path)


def _map(path: Path) -> pa.RecordBatch:
    try:
        return pa.ipc.open_file(pa.memory_map(str(path))).get_batch(0)
    except (pa.ArrowInvalid, OSError) as error:
        raise _damaged(path) from error


def _damaged(path: Path) -> InputError:
    return InputError(
        f"{path} is missing or damaged; run the same 'tomclip targets' again, it mends the file"
    )
