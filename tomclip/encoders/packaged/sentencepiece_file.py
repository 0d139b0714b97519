"""A SentencePiece model file: its pieces, and how it folds characters.

The file is one protocol buffer message, ModelProto of sentencepiece_model.proto: field 1 holds a
piece (1 its text, 2 its score, 3 its type), field 3 the normaliser, whose field 2 is the table of
folded characters.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from tomclip.core.errors import AssetError, first_line
from tomclip.encoders.packaged.unigram import Pieces

_PIECE, _NORMALISER = 1, 3
_TEXT, _SCORE, _TYPE = 1, 2, 3
_TABLE = 2
_NORMAL, _UNKNOWN, _CONTROL = 1, 2, 3
Value = bytes | int | float


def read_sentencepiece(path: Path) -> tuple[Pieces, bytes]:
    """Returns the model's pieces and its table of folded characters.

    Raises:
        AssetError: when the file is no such model, or lacks `<s>`, `</s>` or an unknown piece.
    """
    try:
        fields = list(_fields(path.read_bytes()))
        pieces = [dict(_fields(_as_bytes(value))) for number, value in fields if number == _PIECE]
        normaliser = next(value for number, value in fields if number == _NORMALISER)
        table = _as_bytes(dict(_fields(_as_bytes(normaliser)))[_TABLE])
        return _pieces(pieces), table
    except (OSError, ValueError, KeyError, StopIteration, struct.error, IndexError) as error:
        raise AssetError(
            f"{path} is no SentencePiece model ({first_line(error)}); install it again"
        ) from error


def _pieces(found: list[dict[int, Value]]) -> Pieces:
    texts = tuple(_as_bytes(piece[_TEXT]).decode() for piece in found)
    types = [piece.get(_TYPE, _NORMAL) for piece in found]
    return Pieces(
        texts=texts,
        scores=tuple(float(str(piece.get(_SCORE, 0.0))) for piece in found),
        special=frozenset(row for row, kind in enumerate(types) if kind in (_UNKNOWN, _CONTROL)),
        bos=texts.index("<s>"),
        eos=texts.index("</s>"),
        unk=types.index(_UNKNOWN),
    )


def _as_bytes(value: Value) -> bytes:
    if not isinstance(value, bytes):
        raise ValueError(f"a number stands where a message is needed: {value!r}")
    return value


def _fields(message: bytes) -> Iterator[tuple[int, Value]]:
    """Yields (number, value) of every field: bytes, a whole number, or a 32-bit float."""
    at = 0
    while at < len(message):
        key, at = _whole(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _whole(message, at)
            yield number, value
        elif wire == 2:
            length, at = _whole(message, at)
            if at + length > len(message):
                raise ValueError(f"it ends inside of field {number}")
            yield number, message[at : at + length]
            at += length
        elif wire == 5:
            yield number, struct.unpack_from("<f", message, at)[0]
            at += 4
        else:
            raise ValueError(f"field {number} is of wire type {wire}")


def _whole(message: bytes, at: int) -> tuple[int, int]:
    """Returns the whole number of variable length at a place, and the place behind it."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
