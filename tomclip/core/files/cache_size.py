"""How much the kept values may take of the disk: the least recently used go first.

A value is a whole file that is read at once, named by its content: whoever has opened one keeps
it, and whoever misses one computes it again. Tables that are read from disk while training goes on
(`captions`), targets, data sets and converted encoders are no such values and are left alone.
"""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import InputError
from tomclip.core.paths import cache_directory

LIMIT_VARIABLE, DEFAULT_LIMIT_GB = "TOMCLIP_CACHE_LIMIT_GB", 10.0
VALUE_FOLDERS = ("embeddings", "evaluations", "maps", "merge_orders", "published")
"""Folders of the values that are computed again when they are gone."""
KEPT_SHARE = 0.9
LOOK_AGAIN = 0.01
IN_USE_SECONDS = 60.0
_LOGGER = logging.getLogger(__name__)
_written: dict[Path, float] = {}


@dataclass(frozen=True, slots=True)
class KeptFile:
    """One file of a cache: its path, its size in bytes, and when it was last used."""

    path: Path
    size: int
    used_at: float


def limit_bytes() -> float:
    """Returns how many bytes the values may take: `$TOMCLIP_CACHE_LIMIT_GB` in 10^9 bytes, or 10.

    Raises:
        InputError: when the variable holds no number of at least 0.
    """
    text = os.environ.get(LIMIT_VARIABLE) or str(DEFAULT_LIMIT_GB)
    try:
        gigabytes = float(text)
    except ValueError:
        gigabytes = -1.0
    if not gigabytes >= 0:
        raise InputError(f"{LIMIT_VARIABLE} is {text!r}; use a number of GB such as 10, or inf")
    return gigabytes * 1e9


def note_use(path: Path) -> None:
    """Notes that a value was read just now, where the system lets it."""
    try:
        os.utime(path)
    except OSError as error:
        _LOGGER.debug("the use of %s is not noted (%s)", path, error)


def note_written(size: int) -> None:
    """Trims the values when this process has written a share of the limit since it last looked."""
    root, limit = cache_directory(), limit_bytes()
    if limit == float("inf"):
        return
    written = _written.get(root, limit) + size
    _written[root] = written
    if written >= LOOK_AGAIN * limit:
        _written[root] = 0.0
        trim(limit)


def trim(limit: float) -> int:
    """Removes the values used least recently until they take nine tenths of the limit.

    Nothing is removed while they take no more than the limit, nor what was used in the last minute.

    Returns:
        How many bytes went.
    """
    files = kept_files(*VALUE_FOLDERS)
    total = float(sum(one.size for one in files))
    if total <= limit:
        return 0
    newest, gone = time.time() - IN_USE_SECONDS, 0
    for one in sorted(files, key=lambda one: one.used_at):
        if total - gone <= KEPT_SHARE * limit or one.used_at > newest:
            break
        gone += one.size if _removed(one.path) else 0
    return gone


def clear() -> int:
    """Removes every value, and returns how many bytes went."""
    return sum(one.size for one in kept_files(*VALUE_FOLDERS) if _removed(one.path))


def kept_files(*folders: str) -> list[KeptFile]:
    """Returns the files in folders of the cache; one that goes meanwhile is left out."""
    found = []
    for folder in folders:
        for path in (cache_directory() / folder).rglob("*"):
            try:
                status = path.stat()
            except OSError:
                continue
            if path.is_file():
                found.append(KeptFile(path, status.st_size, status.st_mtime))
    return found


def folders() -> tuple[str, ...]:
    """Returns the names of the folders in the cache, sorted; none where there is no cache."""
    root = cache_directory()
    found = [one.name for one in root.iterdir() if one.is_dir()] if root.is_dir() else []
    return tuple(sorted(found))


def _removed(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)  # another process may have removed it meanwhile
    except OSError as error:  # or has it open, on a system where that forbids it
        _LOGGER.debug("%s stays (%s)", path, error)
        return False
    return True
