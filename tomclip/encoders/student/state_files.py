"""Rows of numbers of texts, kept on disk by text: every text's rows are computed once.

One folder belongs to one thing that computes rows. Its files are numbered; each holds the rows of
some texts and, beside them, who these texts are. A text that stands in several files is read from
the first, so that a run which goes on reads what it read before.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from tomclip.core.errors import RunError
from tomclip.core.files.atomic import replaced
from tomclip.core.files.cache import content_key

LARGEST_SHARE = 0.5
"""Of the free space on the cache's disk, what one file may take."""
_ROWS, _TEXTS = ".npy", ".texts.npz"
_DIGEST = 16

Key = bytes
"""The digest of a text's token ids."""


def text_key(tokens: Sequence[int] | np.ndarray) -> Key:
    """Returns the 16 bytes that stand for a text's token ids: of BLAKE2b."""
    ids = np.asarray(tokens, np.int32).tobytes()
    return hashlib.blake2b(ids, digest_size=_DIGEST).digest()


class StateFiles:
    """The files of one folder, read as arrays in memory's stead.

    Args:
        folder: Made when something is written.
        width: Numbers in a row.
        dtype: Of the numbers.
    """

    def __init__(self, folder: Path, *, width: int, dtype: np.dtype[np.floating]) -> None:
        self.folder = folder
        self._width, self._dtype = width, dtype
        self._known: set[str] = set()
        self._files: list[np.ndarray] = []
        self._places: dict[Key, tuple[int, int]] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def refresh(self) -> None:
        """Takes up the files that others have written meanwhile."""
        for rows in sorted(self.folder.glob(f"*{_ROWS}")):
            texts = rows.with_name(rows.stem + _TEXTS)
            if rows.stem not in self._known and texts.is_file():
                self._take_up(rows, texts)

    def places(self, keys: Sequence[Key]) -> tuple[np.ndarray, np.ndarray]:
        """Returns (n,) numbers of files and (n,) first rows in them.

        Raises:
            KeyError: when a text is not there.
        """
        files, starts = np.array([self._places[key] for key in keys]).T
        return files, starts

    def rows(self, file: int, rows: np.ndarray) -> np.ndarray:
        """Returns (len(rows), width) rows of a file."""
        return self._files[file][rows]

    @contextmanager
    def written(self, keys: Sequence[Key], lengths: np.ndarray) -> Iterator[np.ndarray]:
        """Yields (sum of lengths, width) to fill; when the body ends, the texts are there.

        A body that raises leaves nothing.

        Args:
            keys: Texts that are not there yet, each once.
            lengths: (n,) rows of each.

        Raises:
            RunError: when the disk has too little room, or refuses.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            shape = (int(lengths.sum()), self._width)
            _require_room(self.folder, len(keys), shape, self._dtype)
            number = 1 + max(map(_number, self.folder.glob(f"*{_ROWS}")), default=-1)
            path = self.folder / f"{number:05d}-{content_key(*keys)[:16]}{_ROWS}"
            texts = path.with_name(path.stem + _TEXTS)
            with replaced(path) as partial:
                file = np.lib.format.open_memmap(partial, mode="w+", dtype=self._dtype, shape=shape)
                yield file
                file.flush()
                del file
                with replaced(texts) as beside:
                    digests = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, _DIGEST)
                    np.savez(beside, texts=digests, lengths=lengths.astype(np.int32))
        except OSError as error:
            raise RunError(
                f"the states of the student's frozen layers cannot be kept in {self.folder} "
                f"({error.strerror or error}); set TOMCLIP_CACHE to a folder that can be written"
            ) from error
        self._take_up(path, texts)

    def _take_up(self, rows: Path, texts: Path) -> None:
        with np.load(texts, allow_pickle=False) as stored:
            digests, lengths = stored["texts"], stored["lengths"].astype(np.int64)
        number = len(self._files)
        self._files.append(np.load(rows, mmap_mode="r"))
        self._known.add(rows.stem)
        for key, start in zip(digests, np.cumsum(lengths) - lengths, strict=True):
            self._places.setdefault(key.tobytes(), (number, int(start)))


def _number(path: Path) -> int:
    first = path.name.split("-")[0]
    return int(first) if first.isdigit() else -1


def _require_room(
    folder: Path, texts: int, shape: tuple[int, int], dtype: np.dtype[np.floating]
) -> None:
    wanted = shape[0] * shape[1] * dtype.itemsize
    free = shutil.disk_usage(folder).free
    if wanted > LARGEST_SHARE * free:
        raise RunError(
            f"the frozen layers' states of {texts:,} texts take {wanted / 1e9:.1f} GB, and "
            f"{folder} has {free / 1e9:.1f} GB free; train the head alone (one row a text), or set "
            "TOMCLIP_CACHE to a larger disk"
        )
