"""Maps kept on disk, found again by content: the same vectors and settings have the same map.

A broken file is computed again; a cache that cannot be written costs time, never the map.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from importlib import metadata
from pathlib import Path

import numpy as np

from tomclip.core.paths import cache_directory

SCHEMA = 1


def map_key(vectors: np.ndarray, settings: object, initial: np.ndarray | None) -> str:
    """Returns 64 hexadecimal digits that name a map.

    Args:
        vectors: (n, d) points.
        settings: a frozen dataclass whose `repr` tells every setting.
        initial: (n, 2) start, or None.
    """
    digest = hashlib.sha256(f"{SCHEMA} {metadata.version('umap-learn')} {settings!r}".encode())
    for array in (vectors, initial):
        if array is not None:
            digest.update(f"{array.dtype}{array.shape}".encode())
            digest.update(np.ascontiguousarray(array).tobytes())
    return digest.hexdigest()


def read_map(key: str) -> np.ndarray | None:
    """Returns the kept map (n, 2), or None when there is none that can be read."""
    try:
        with np.load(map_path(key), allow_pickle=False) as stored:
            xy = stored["xy"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return xy if xy.ndim == 2 and xy.shape[1] == 2 and np.isfinite(xy).all() else None


def store_map(key: str, xy: np.ndarray) -> bool:
    """Writes the map atomically; returns whether the cache could be written."""
    path = map_path(key)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            np.savez(Path(folder) / path.name, xy=xy)
            os.replace(Path(folder) / path.name, path)
    except OSError:
        return False
    return True


def map_path(key: str) -> Path:
    """Returns where the map of this key lies, if it is kept."""
    return cache_directory() / "maps" / f"{key}.npz"
