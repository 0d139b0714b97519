"""Maps that ship with the assets: the first map of the shipped encoders is there at once.

They are found by the content of what they show, so a map never outlives its encoder or its words:
the files of the encoder, ids and words in every language, the layout, and the map it starts from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from tomclip.core.files.atomic import written_whole
from tomclip.core.paths import assets_directory
from tomclip.ui.computing import cached

PICTURES = ""
"""The language code of pictures."""
FOLDER = "maps"
SCHEMA = 1
STEPS = np.iinfo(np.uint16).max
"""Places are whole numbers of this many steps between the ends of the map."""


def shipped_path() -> Path:
    """Returns where the maps that ship lie."""
    return assets_directory() / "emoji" / FOLDER / "maps.npz"


def shipped_key(encoder: str, choice: Any, start: str) -> str:
    """Returns 64 hexadecimal digits that change with anything that the map shows or depends on.

    Args:
        encoder: its name; only its files count.
        choice: a `maps.MapChoice` with captions alone: pictures ship in no map.
        start: the key of the map that it starts from; "" for none.
    """
    data, ids = cached.dataset(choice.data), cached.dataset(choice.data).ids
    rows = choice.rows.tolist()
    parts = [
        f"{SCHEMA} {cached.encoder_fingerprint(encoder)} {choice.layout!r} {start}",
        *(ids[row] for row in rows),
    ]
    for code in choice.languages:
        parts += [code, *(data.names[code][row] for row in rows)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def shipped_maps(encoders: Sequence[str], choice: Any) -> dict[str, np.ndarray]:
    """Returns the maps (n, 2) that ship of these encoders, each started from the first one's.

    Without the first one's none is returned: the others would start from another place.
    """
    if PICTURES in choice.languages or not shipped_path().is_file():
        return {}
    there, found, start = _read(shipped_path()), {}, ""
    for name in encoders:
        key = shipped_key(name, choice, start)
        if key in there:
            found[name] = there[key]
        elif not start:
            return {}
        start = start or key
    return found


def write_maps(maps: Mapping[str, np.ndarray], path: Path) -> None:
    """Writes maps (n, 2) by their keys, every coordinate in two bytes.

    Args:
        maps: finite places.
        path: of the .npz file, which is replaced whole.
    """
    arrays: dict[str, np.ndarray] = {}
    for key, xy in maps.items():
        low, high = xy.min(axis=0), xy.max(axis=0)
        extent = np.where(high > low, high - low, 1)
        arrays[key] = np.round((xy - low) / extent * STEPS).astype(np.uint16)
        arrays[f"{key}_ends"] = np.stack([low, high]).astype(np.float32)
    with written_whole(path) as temporary:
        np.savez_compressed(temporary, **arrays)  # type: ignore[arg-type]


def read_maps(path: Path) -> dict[str, np.ndarray]:
    """Returns the maps (n, 2) float32 of a file of `write_maps` by their keys; read-only."""
    with path.open("rb") as stream, np.load(stream, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    maps = {}
    for key, ends in arrays.items():
        if key.endswith("_ends"):
            low, high = ends
            name = key.removesuffix("_ends")
            extent = np.where(high > low, high - low, 1)
            xy = (low + arrays[name].astype(np.float32) / STEPS * extent).astype(np.float32)
            xy.setflags(write=False)
            maps[name] = xy
    return maps


def _read(path: Path) -> Mapping[str, np.ndarray]:
    """Returns what is in the file; nothing when it is damaged: then maps are computed."""
    try:
        return _read_once(path, path.stat().st_mtime_ns)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile):
        return {}


@lru_cache(maxsize=4)
def _read_once(path: Path, modified_ns: int) -> Mapping[str, np.ndarray]:
    return read_maps(path)
