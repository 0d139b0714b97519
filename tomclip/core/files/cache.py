"""Content known by its digest, and what was computed from it kept on disk."""

from __future__ import annotations

import hashlib
import io
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

import numpy as np

from tomclip.core.files.atomic import replaced
from tomclip.core.files.cache_size import note_use, note_written
from tomclip.core.paths import cache_directory

T = TypeVar("T")
_LOGGER = logging.getLogger(__name__)


def content_key(*parts: str | bytes) -> str:
    """Returns 64 hexadecimal digits that change with any part and with where one ends."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()


def array_parts(array: np.ndarray) -> tuple[str, bytes]:
    """Returns the parts of `content_key` that say everything about an array."""
    return f"{array.dtype}{array.shape}", np.ascontiguousarray(array).tobytes()


def text_digests(texts: Iterable[str]) -> np.ndarray:
    """Returns one uint64 per text: equal texts have equal digests.

    64 bits of BLAKE2b: among 7 million different texts, two share one with a chance of 1 in 10^6.
    """
    digests = (hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts)
    return np.fromiter((int.from_bytes(digest, "little") for digest in digests), dtype=np.uint64)


@dataclass(frozen=True, slots=True)
class ContentCache(Generic[T]):
    """Values kept in a folder of the user's cache, each in a file that its key names.

    Of those in `cache_size.VALUE_FOLDERS` the least recently used go when they take too much.

    A key says all that the value follows from, so a value never goes out of date. A file that
    cannot be read is a miss, a value that cannot be written is computed again another time; both
    are logged and cost time only. What a value is called is not kept: names belong to who asks.

    Attributes:
        folder: Name of the folder in `cache_directory()`.
        suffix: Of the files, with its dot.
        read: Returns the value in a file's bytes; raises anything for bytes that hold none.
        write: Returns the bytes of a value.
    """

    folder: str
    suffix: str
    read: Callable[[bytes], T]
    write: Callable[[T], bytes]

    def path(self, key: str) -> Path:
        """Returns where the value of this key lies, if it is kept."""
        return cache_directory() / self.folder / f"{key}{self.suffix}"

    def get(self, key: str) -> T | None:
        """Returns the value, or None when there is none that can be read."""
        path = self.path(key)
        try:
            value = self.read(path.read_bytes())
        except FileNotFoundError:
            return None
        except Exception as error:  # damaged bytes can raise whatever their format's reader does
            _LOGGER.warning("%s cannot be read (%s); it is computed again", path, error)
            return None
        note_use(path)
        return value

    def put(self, key: str, value: T) -> bool:
        """Keeps the value; returns whether the cache could be written."""
        path = self.path(key)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            content = self.write(value)
            with replaced(path) as partial:
                partial.write_bytes(content)
            note_written(len(content))
        except OSError as error:
            _LOGGER.warning("%s cannot be written (%s); it is not kept", path, error)
            return False
        return True


def array_cache(folder: str, name: str) -> ContentCache[np.ndarray]:
    """Returns a cache of 2-D arrays of finite numbers, each in an .npz file under that name."""

    def read(content: bytes) -> np.ndarray:
        with np.load(io.BytesIO(content), allow_pickle=False) as stored:
            array = stored[name]
        if array.ndim != 2 or not np.isfinite(array).all():
            raise ValueError(f"it holds {array.dtype}{array.shape} or numbers that are not finite")
        return array

    def write(array: np.ndarray) -> bytes:
        stream = io.BytesIO()
        np.savez(stream, **{name: array})  # type: ignore[arg-type]
        return stream.getvalue()

    return ContentCache(folder, ".npz", read, write)
