"""How much is taken in: files that are larger are refused before they are read."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass
from pathlib import Path

from tomclip.core.errors import InputError

PACKED = ".gz"
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one import takes in.

    Attributes:
        table_bytes: bytes of a file of captions, unpacked where its name ends in .gz.
        vector_bytes: bytes of a file of vectors.
        archive_bytes: bytes of a zip, and of all its files together once they are unpacked.
        ratio: how many times larger than packed a file of a zip may be, above `ratio_from` bytes.
        ratio_from: a smaller file may be packed as tightly as it comes.
        members: files in a zip or a folder.
        rows: rows of all tables together.
        texts: texts of all rows and columns together.
        picture_side: pixels of a picture's longer side.
    """

    table_bytes: int = 500_000_000
    vector_bytes: int = 1_000_000_000
    archive_bytes: int = 1_000_000_000
    ratio: float = 200.0
    ratio_from: int = 1_000_000
    members: int = 100_000
    rows: int = 1_000_000
    texts: int = 2_000_000
    picture_side: int = 10_000


LIMITS = Limits()


def require_size(path: Path, most: int) -> None:
    """Raises InputError when the file is gone or has more than `most` bytes, .gz unpacked."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError(
            f"{path} cannot be read ({error.strerror}); name a file that is there"
        ) from error
    if size > most:
        raise InputError(f"{path} has {in_words(size)}; {_advice(most)}")
    if path.suffix.lower() == PACKED and _unpacked_exceeds(path, most):
        raise InputError(f"{path} unpacks to more than {in_words(most)}; {_advice(most)}")


def in_words(size: float) -> str:
    """Returns a number of bytes as people write it: "3.2 MB"."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            return f"{size / factor:.3g} {unit}"
    return f"{size:.0f} bytes"


def _advice(most: int) -> str:
    return f"up to {in_words(most)} is taken at once: split it, or keep a part"


def _unpacked_exceeds(path: Path, most: int) -> bool:
    """Tells whether a packed file is larger than `most`; reads no more than that, keeps none."""
    size = 0
    try:
        with gzip.open(path, "rb") as stream:
            while block := stream.read(_BLOCK_BYTES):
                size += len(block)
                if size > most:
                    return True
    except (OSError, EOFError, zlib.error):
        return False  # damaged: its reader says so
    return False
