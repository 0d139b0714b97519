"""The 4-bit file of multilingual-e5-small: its shape, its pieces and its tensors.

Little-endian. A head of nine numbers; the pieces of the tokenizer with their scores; a table of
normalised characters, which is not needed here; a directory of tensors. A tensor is float32, or
4-bit: blocks of 32 weights, each a float16 scale d and 16 bytes. Byte j holds weight j in its low
half and weight j + 16 in its high half, and a half q stands for (q - 8) d.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from tomclip.core.errors import AssetError, first_line
from tomclip.encoders.packaged.unigram import Pieces

MAGIC = b"E5S1"
VERSION = 1
BLOCK = 32
MASK = "<mask>"
FLOAT32, FOUR_BITS = 0, 1
_BLOCK_TYPE = np.dtype([("scale", "<f2"), ("halves", "u1", (BLOCK // 2,))])


@dataclass(frozen=True, slots=True)
class E5Shape:
    """The numbers at the head of the file, in its order."""

    hidden_size: int
    layers: int
    heads: int
    intermediate_size: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: int
    count: int
    offset: int
    size: int


class E5File:
    """A 4-bit file that was opened; tensors are read when they are asked for.

    Attributes:
        shape: The model's.
        pieces: The tokenizer's; fewer than the rows of the word table.

    Raises:
        AssetError: when the file is of another format or ends too early.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._bytes = np.memmap(path, dtype=np.uint8, mode="r")
            cursor = _Cursor(self._bytes)
            self.shape = _read_shape(cursor)
            self.pieces = _read_pieces(cursor)
            cursor.skip(cursor.numbers("iI")[1])
            self._entries = _read_directory(cursor)
        except (OSError, ValueError, struct.error) as error:
            raise self._broken(first_line(error)) from error

    def names(self) -> tuple[str, ...]:
        """Returns the names of the tensors."""
        return tuple(self._entries)

    def tensor(self, name: str, *shape: int) -> np.ndarray:
        """Returns a tensor as float32 of that shape, exactly as stored.

        Raises:
            AssetError: when there is none of that name, or it holds another number of weights.
        """
        entry = self._entries.get(name)
        count = int(np.prod(shape))
        if entry is None or entry.count != count:
            there = "is missing" if entry is None else f"holds {entry.count} weights"
            raise self._broken(f"tensor {name} {there} where {count} are needed")
        stored = self._bytes[entry.offset : entry.offset + entry.size]
        size = count * 4 if entry.kind == FLOAT32 else count // BLOCK * _BLOCK_TYPE.itemsize
        if len(stored) != size or entry.kind not in (FLOAT32, FOUR_BITS):
            raise self._broken(f"tensor {name} of type {entry.kind} has {len(stored)} bytes")
        if entry.kind == FLOAT32:
            return stored.view("<f4").reshape(shape).astype(np.float32)
        return dequantised(stored).reshape(shape)

    def _broken(self, reason: str) -> AssetError:
        return AssetError(f"{self._path} is no 4-bit file of E5 ({reason}); install it again")


def dequantised(stored: np.ndarray) -> np.ndarray:
    """Returns the float32 weights of 4-bit blocks, exactly: (32 blocks,) of (18 blocks,) uint8."""
    blocks = stored.view(_BLOCK_TYPE)
    weights = np.empty((len(blocks), BLOCK), dtype=np.float32)
    weights[:, : BLOCK // 2] = blocks["halves"] & 15
    weights[:, BLOCK // 2 :] = blocks["halves"] >> 4
    weights -= 8
    weights *= blocks["scale"].astype(np.float32)[:, None]
    return weights.ravel()


class _Cursor:
    """Reads one thing after the other; raises struct.error at the end of the file."""

    def __init__(self, content: np.ndarray) -> None:
        self._content = content
        self._at = 0

    def skip(self, count: int) -> np.ndarray:
        part = self._content[self._at : self._at + count]
        if len(part) < count:
            raise struct.error(f"it ends after {len(self._content)} bytes")
        self._at += count
        return part

    def numbers(self, form: str) -> tuple[Any, ...]:
        form = f"<{form}"
        return struct.unpack(form, self.skip(struct.calcsize(form)).tobytes())

    def array(self, form: str, count: int) -> np.ndarray:
        return self.skip(count * np.dtype(form).itemsize).view(form)


def _read_shape(cursor: _Cursor) -> E5Shape:
    magic, version = cursor.numbers("4sI")
    if (magic, version) != (MAGIC, VERSION):
        raise ValueError(f"it begins with {magic!r}, version {version}")
    shape = E5Shape(*cursor.numbers("7if"))
    (block,) = cursor.numbers("i")
    if block != BLOCK:
        raise ValueError(f"its blocks hold {block} weights, {BLOCK} are known")
    return shape


def _read_pieces(cursor: _Cursor) -> Pieces:
    count, bos, eos, pad, unk = cursor.numbers("5i")
    (size,) = cursor.numbers("Q")
    offsets = cursor.array("<u4", count + 1).tolist()
    scores = cursor.array("<f4", count).astype(float).tolist()
    text = cursor.skip(size).tobytes()
    texts = tuple(text[start:end].decode() for start, end in pairwise(offsets))
    special = {bos, eos, pad, unk} | {row for row, one in enumerate(texts) if one == MASK}
    return Pieces(texts, tuple(scores), frozenset(special), bos, eos, unk)


def _read_directory(cursor: _Cursor) -> Mapping[str, _Entry]:
    (count,) = cursor.numbers("i")
    found = {}
    for _ in range(count):
        (length,) = cursor.numbers("H")
        name = cursor.skip(length).tobytes().decode()
        found[name] = _Entry(*cursor.numbers("BIQQ"))
    return found
