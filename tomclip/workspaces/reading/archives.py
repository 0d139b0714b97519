"""Zip files from anywhere: looked through before anything is unpacked, and unpacked by the byte.

A zip can name files outside of the folder it is unpacked into, links, and files that unpack to
thousands of times their size. Such a one is refused whole; nothing of it is kept.
"""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import IO

from tomclip.core.errors import InputError
from tomclip.workspaces.reading.limits import LIMITS, Limits, in_words, require_size

_BLOCK_BYTES = 1 << 20
_ENCRYPTED = 0x1
_LEFT_OUT = "__MACOSX"


def unpacked(path: Path, folder: Path, limits: Limits = LIMITS) -> list[Path]:
    """Returns the files of a zip after they were unpacked into an empty folder.

    Hidden files, and those of `__MACOSX`, are left out.

    Args:
        path: The zip.
        folder: Where to; it must be there.
        limits: What is too large.

    Raises:
        InputError: when it is no zip or a damaged one, a file is named outside of the folder, is a
            link, encrypted or named twice, or the files are too many or too large.
    """
    require_size(path, limits.archive_bytes)
    try:
        with zipfile.ZipFile(path) as archive:
            members = _members(archive, path, limits)
            return list(_written(archive, members, path, folder, limits))
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError) as error:
        raise InputError(f"{path} is no whole zip file ({error}); pack it again") from error


def _members(archive: zipfile.ZipFile, path: Path, limits: Limits) -> list[zipfile.ZipInfo]:
    """Returns the files to unpack, after every one was looked at."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if len(members) > limits.members:
        raise InputError(f"{path} holds {len(members):,} files; up to {limits.members:,} are taken")
    for member in members:
        _require_harmless(member, path, limits)
    total = sum(member.file_size for member in members)
    if total > limits.archive_bytes:
        raise InputError(
            f"{path} unpacks to {in_words(total)}; up to {in_words(limits.archive_bytes)} is taken"
        )
    kept = [member for member in members if not _is_left_out(member)]
    _require_once([member.filename for member in kept], path)
    return kept


def _require_harmless(member: zipfile.ZipInfo, path: Path, limits: Limits) -> None:
    name = member.filename
    place = PurePosixPath(name)
    if place.is_absolute() or ".." in place.parts or "\\" in name or ":" in name or "\0" in name:
        raise InputError(
            f"{path} names a file outside of its own folder, {name!r}; it is not unpacked: pack "
            "the files again"
        )
    if stat.S_ISLNK(member.external_attr >> 16):
        raise InputError(f"{path} holds a link, {name!r}; pack the files themselves")
    if member.flag_bits & _ENCRYPTED:
        raise InputError(f"{path} is locked by a password; unpack it and give the folder")
    bloated = member.file_size > limits.ratio * max(member.compress_size, 1)
    if bloated and member.file_size > limits.ratio_from:
        raise InputError(
            f"{path}: {name} unpacks to more than {limits.ratio:g} times its size "
            f"({in_words(member.file_size)}), as no picture does; it is not unpacked"
        )


def _require_once(names: Sequence[str], path: Path) -> None:
    seen: set[str] = set()
    for name in names:
        plain = PurePosixPath(name).as_posix()
        if plain in seen:
            raise InputError(f"{path} holds {plain} twice; pack the files again")
        seen.add(plain)


def _is_left_out(member: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(member.filename).parts
    return any(part == _LEFT_OUT or part.startswith(".") for part in parts)


def _written(
    archive: zipfile.ZipFile,
    members: Sequence[zipfile.ZipInfo],
    path: Path,
    folder: Path,
    limits: Limits,
) -> Iterator[Path]:
    """Yields each file once it is there; the bytes are counted, whatever the zip said of them."""
    left = limits.archive_bytes
    for member in members:
        target = folder.joinpath(*PurePosixPath(member.filename).parts)
        target.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as packed, target.open("xb") as stream:
            left -= _copied(packed, stream, left, path)
        yield target


def _copied(packed: IO[bytes], stream: IO[bytes], most: int, path: Path) -> int:
    copied = 0
    while block := packed.read(_BLOCK_BYTES):
        copied += len(block)
        if copied > most:
            raise InputError(f"{path} unpacks to more than it says; it is damaged or made to harm")
        stream.write(block)
    return copied
