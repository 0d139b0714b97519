"""Texts, and the names of items: read as text, or refused; never a missing one as "nan"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tomclip.core.errors import InputError

_MARKERS = ("NAType", "NaTType")  # of pandas, which says that a value is missing


def names_of(values: Any, what: str) -> tuple[str, ...]:
    """Returns ids, labels or languages as texts: text as it is, UTF-8 bytes, and whole numbers.

    Args:
        values: A list, array or column, one name per item.
        what: What one of them is, for the message.

    Raises:
        InputError: naming the row, when a name is missing (None, NaN, masked), is no text, or is
            bytes that are not UTF-8; or when one text came where a list is needed.
    """
    if isinstance(values, str | bytes):
        raise InputError(f"one text came as {what}s, {values!r}; give a list, one {what} per item")
    if isinstance(values, np.ndarray) and values.ndim != 1:
        raise InputError(f"{what}s have shape {values.shape}; give one {what} per item: (n,)")
    listed = values.tolist() if isinstance(values, np.ndarray) else list(values)
    return tuple(_name(value, what, row, len(listed)) for row, value in enumerate(listed))


def require_texts(texts: Sequence[str]) -> Sequence[str]:
    """Returns `texts` when it is a list of texts; one text is no list of its letters.

    Raises:
        InputError: when it is one text or no sequence, or an item is no text, naming its row.
    """
    if isinstance(texts, str | bytes):
        raise InputError(f"one text came, {texts!r}, where a list is needed; give [{texts!r}]")
    if not hasattr(texts, "__len__") or not hasattr(texts, "__iter__"):
        raise InputError(f"texts are a {type(texts).__name__}; give a list of texts")
    for row, text in enumerate(texts):
        require_text(text, row)
    return texts


def require_text(text: object, row: int) -> str:
    """Returns `text`; raises InputError, naming the row, for what is none."""
    if not isinstance(text, str):
        raise InputError(f"text {row} is {text!r}, a {type(text).__name__}; give texts")
    if not text.isascii():
        _require_encodable(text, f"text {row}")
    return text


def _name(value: Any, what: str, row: int, rows: int) -> str:
    if isinstance(value, str):
        _require_encodable(value, f"{what} {row}")
        return str(value)
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError as error:
            raise InputError(
                f"{what} {row} of {rows} is bytes that are not UTF-8, {value!r}; store text"
            ) from error
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        return str(int(value))
    if _is_missing(value):
        raise InputError(f"{what} {row} of {rows} is missing ({value}); give every item a {what}")
    raise InputError(f"{what} {row} of {rows} is {value!r}, a {type(value).__name__}; store text")


def _is_missing(value: Any) -> bool:
    is_marker = value is None or value is np.ma.masked or type(value).__name__ in _MARKERS
    return is_marker or (isinstance(value, float | np.floating) and value != value)


def _require_encodable(text: str, which: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"{which} holds half a character (U+{ord(text[error.start]):04X}); read its file as "
            "UTF-8"
        ) from error
