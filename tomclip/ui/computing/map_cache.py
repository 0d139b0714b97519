"""Maps kept on disk, found again by content: the same vectors and settings have the same map.

A broken file is computed again; a cache that cannot be written costs time, never the map.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

import numpy as np

from tomclip.core.files.cache import array_cache, array_parts, content_key
from tomclip.geometry.layouts.parameters import Layout, Method

SCHEMA = 3
ENGINES: Mapping[Method, str] = {
    "umap": "umap-learn",
    "pacmap": "pacmap",
    "tsne": "scikit-learn",
    "pca": "scikit-learn",
}
_MAPS = array_cache("maps", "xy")


def map_key(vectors: np.ndarray, layout: Layout, initial: np.ndarray | None) -> str:
    """Returns 64 hexadecimal digits that name a map.

    Args:
        vectors: (n, d) points.
        layout: how they are laid out; its `repr` tells every parameter.
        initial: (n, 2) start, or None.
    """
    facts = f"{SCHEMA} {_engine(layout)} {layout!r}"
    arrays = (array for array in (vectors, initial) if array is not None)
    return content_key(facts, *(part for array in arrays for part in array_parts(array)))


def _engine(layout: Layout) -> str:
    """Returns name and version of the package that lays it out; another one has other places."""
    name = ENGINES[layout.method]
    try:
        return f"{name} {metadata.version(name)}"
    except metadata.PackageNotFoundError:  # an extra: its maps cannot be made here
        return name


def read_map(key: str) -> np.ndarray | None:
    """Returns the kept map (n, 2), or None when there is none that can be read."""
    xy = _MAPS.get(key)
    return xy if xy is not None and xy.shape[1] == 2 else None


def store_map(key: str, xy: np.ndarray) -> bool:
    """Writes the map atomically; returns whether the cache could be written."""
    return _MAPS.put(key, xy)


def map_path(key: str) -> Path:
    """Returns where the map of this key lies, if it is kept."""
    return _MAPS.path(key)
