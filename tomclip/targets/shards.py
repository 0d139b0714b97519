"""A teacher's vectors of many captions, read from a finished directory through memory maps."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from tomclip.core.errors import InputError
from tomclip.core.files.manifests import sha256_of
from tomclip.targets.files import ROWS_FILE, TargetManifest, shard_file


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

    def has(self, keys: np.ndarray) -> np.ndarray:
        """Returns for every key, of the kind that `rows_of` takes, whether it has a vector here."""
        keys = np.asarray(keys, dtype=np.uint64)
        return self._keys[self._nearest(keys)] == keys

    def rows_of(self, keys: np.ndarray) -> np.ndarray:
        """Returns the row of every key: a caption's digest or a row of the source, as `key` says.

        Raises:
            InputError: when a key has no vector here, with the number of those.
        """
        if unknown := int((~self.has(keys)).sum()):
            raise InputError(
                f"{self.directory} has no target for {unknown:,} of {len(keys):,} captions; make "
                "targets of these captions, or use the captions that it was made from"
            )
        return self._nearest(np.asarray(keys, dtype=np.uint64))

    def verify(self) -> None:
        """Reads every file and compares its SHA-256.

        Raises:
            InputError: naming the first damaged file.
        """
        for name, facts in self._manifest.files.items():
            if sha256_of(self.directory / name) != facts["sha256"]:
                raise _damaged(self.directory / name)

    def _nearest(self, keys: np.ndarray) -> np.ndarray:
        """Returns the row of the first key that is not below each of `keys`, or the last row."""
        places = np.searchsorted(self._keys, keys, sorter=self._key_order)
        return self._key_order[np.minimum(places, len(self) - 1)]

    def _map_shard(self, index: int) -> np.ndarray:
        column = _map(self.directory / shard_file(index)).column(0)
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
    names = [ROWS_FILE, *map(shard_file, range(plan.n_shards))]
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
