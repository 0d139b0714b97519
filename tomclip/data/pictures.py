"""Pictures that stay on disk until one is asked for."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, overload

from tomclip.core.errors import InputError
from tomclip.core.reading.characters import composed
from tomclip.core.reading.pictures import open_picture

if TYPE_CHECKING:
    from PIL.Image import Image


class PictureFiles(Sequence["Image"]):
    """A sequence of picture files; indexing opens one of them, as `open_picture` does."""

    def __init__(self, paths: Sequence[Path], root: Path) -> None:
        """Keeps the paths and opens none.

        Args:
            paths: n picture files.
            root: the folder that `fingerprint` takes the files' names relative to.
        """
        self.paths = tuple(paths)
        self._root = root

    def __len__(self) -> int:
        return len(self.paths)

    @overload
    def __getitem__(self, row: int) -> Image: ...

    @overload
    def __getitem__(self, row: slice) -> PictureFiles: ...

    def __getitem__(self, row: int | slice) -> Image | PictureFiles:
        """Returns one decoded picture, or for a slice the pictures in it, still unread.

        Raises:
            InputError: when the file is gone or is not a whole picture, naming it.
        """
        if isinstance(row, slice):
            return PictureFiles(self.paths[row], self._root)
        return open_picture(self.paths[row])

    def fingerprint(self) -> str:
        """Returns 64 hexadecimal digits that change with any file's name, size or time of change.

        Raises:
            InputError: when a file is gone, naming it.
        """
        digest = hashlib.sha256()
        for path in self.paths:
            digest.update(f"{self._relative(path)}\0".encode())
            status = _status(path)
            digest.update(f"{status.st_size}\0{status.st_mtime_ns}\n".encode())
        return digest.hexdigest()

    def _relative(self, path: Path) -> str:
        return Path(os.path.relpath(path, self._root)).as_posix()


def require_pictures_there(paths: Sequence[Path], root: Path, source: str) -> None:
    """Raises InputError naming the first five missing files and their number, when any is missing.

    Args:
        paths: picture files.
        root: the folder that names are given relative to.
        source: where to get the pictures, for the message.
    """
    missing = missing_names(paths, root)
    if missing:
        raise InputError(
            f"{len(missing)} of {len(paths)} pictures are missing in {root}: "
            f"{first_of(missing)}; get them from {source}"
        )


def as_stored(paths: Sequence[Path]) -> list[Path]:
    """Returns the paths with their files' names as the disk spells them, compared in NFC.

    A path that is no file's comes back as it is.
    """
    spelled = {
        folder: {composed(name): name for name in _names_in(folder)}
        for folder in {path.parent for path in paths if not path.name.isascii()}
    }
    return [
        path.with_name(spelled.get(path.parent, {}).get(composed(path.name), path.name))
        for path in paths
    ]


def missing_names(paths: Sequence[Path], root: Path) -> tuple[str, ...]:
    """Returns the names, relative to `root`, of the paths that are no files."""
    folders = {folder: _names_in(folder) for folder in {path.parent for path in paths}}
    return tuple(
        os.path.relpath(path, root) for path in paths if path.name not in folders[path.parent]
    )


def missing_folders(names: Sequence[str], root: Path) -> tuple[str, ...]:
    """Returns the names, each with a slash behind it, that are no folders in `root`."""
    return tuple(f"{name}/" for name in names if not (root / name).is_dir())


def first_of(names: Sequence[str], shown: int = 5) -> str:
    """Returns the first names joined by commas, and how many there are when some are left out."""
    rest = f" and {len(names) - shown} more" if len(names) > shown else ""
    return ", ".join(names[:shown]) + rest


def _names_in(folder: Path) -> frozenset[str]:
    """Returns the names of the files in a folder: one listing is faster than many questions."""
    try:
        with os.scandir(folder) as entries:
            return frozenset(entry.name for entry in entries if entry.is_file())
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def _status(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except OSError as error:
        raise InputError(f"{path} is missing; put it back, or load the benchmark again") from error


def unreadable_pictures(paths: Sequence[Path]) -> list[str]:
    """Returns one sentence for each picture that cannot be decoded; opens them all."""
    problems = []
    for path in paths:
        try:
            open_picture(path)
        except InputError as error:
            problems.append(str(error))
    return problems
