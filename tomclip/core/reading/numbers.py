"""Arrays of numbers at the borders: read as what they are, or refused; rows of length 1."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import DTypeLike

from tomclip.core.errors import InputError

_SHORT_FLOATS = ("bfloat16", "float8")  # of ml_dtypes; numpy knows them as raw bytes


def real_array(values: Any, what: str, *, dtype: DTypeLike | None = np.float64) -> np.ndarray:
    """Returns numbers as an array of floats; nothing is read as a number that is none.

    Integers, booleans and floats of every width are read, bfloat16 and float8 included, and
    tensors of torch from any device.

    Args:
        values: An array, a tensor or nested lists.
        what: What the values are, for the message, in the plural.
        dtype: Of the result; None keeps the type of floats and reads anything else as float64.

    Raises:
        InputError: when a value is masked, complex, text, a date or another object, the lists have
            different lengths, or a number is too large for `dtype`.
    """
    array = _as_array(values, what)
    if isinstance(array, np.ma.MaskedArray):
        if np.ma.is_masked(array):
            raise InputError(
                f"{what} have {int(np.ma.count_masked(array))} masked values; fill them or leave "
                "their rows out"
            )
        array = array.data
    if array.dtype.kind == "V" and array.dtype.name.startswith(_SHORT_FLOATS):
        array = array.astype(np.float32)
    if array.dtype.kind not in "biuf":
        raise InputError(f"{what} are {_kind(array)}; give real numbers, such as float32")
    if dtype is None:
        return array if array.dtype.kind == "f" else array.astype(np.float64)
    return _converted(array, what, np.dtype(dtype))


def require_finite(values: np.ndarray, what: str) -> None:
    """Raises InputError when `values` holds NaN or infinity, naming the first bad row."""
    bad = ~np.isfinite(values)
    if bad.any():
        row = int(np.argwhere(bad)[0][0])
        raise InputError(
            f"{what} hold NaN or infinity (first in row {row} of {len(values)}); "
            "remove those rows or embed them again"
        )


def unit_rows(rows: np.ndarray, *, allow_zero: bool = False) -> np.ndarray:
    """Returns the rows divided by their Euclidean length, in their own precision.

    Rows are scaled by a power of two first, which costs no digit: entries of any size work.

    Args:
        rows: (n, d) finite floats.
        allow_zero: A row of zeros stays zero, instead of being refused.

    Raises:
        InputError: naming the first zero row, which has no direction, unless they are allowed.
    """
    largest = np.abs(rows).max(axis=1, keepdims=True, initial=0)
    zero = largest[:, 0] == 0
    if zero.any() and not allow_zero:
        raise InputError(
            f"row {int(np.argmax(zero))} of {len(rows)} is the zero vector, which has no "
            "direction; remove it or use the metric 'euclidean'"
        )
    scaled = np.ldexp(rows, -np.frexp(largest)[1])
    lengths = np.linalg.norm(scaled, axis=1, keepdims=True)
    return scaled / np.where(zero[:, None], 1, lengths).astype(rows.dtype)


def _as_array(values: Any, what: str) -> np.ndarray:
    if hasattr(values, "detach") and hasattr(values, "cpu"):  # a tensor, without importing torch
        values = values.detach().cpu()
        values = values.float() if str(values.dtype)[6:].startswith(_SHORT_FLOATS) else values
        return values.numpy()
    try:
        return np.asanyarray(values)
    except ValueError as error:
        raise InputError(
            f"{what} are lists of different lengths; give as many numbers in every row"
        ) from error


def _kind(array: np.ndarray) -> str:
    names = {"U": "text", "S": "bytes", "O": "Python objects", "c": "complex numbers", "M": "dates"}
    return names.get(array.dtype.kind, f"of type {array.dtype}")


def _converted(array: np.ndarray, what: str, dtype: np.dtype[Any]) -> np.ndarray:
    with np.errstate(over="ignore"):
        converted = array.astype(dtype, copy=False)
    if array.dtype.kind == "f" and array.dtype.itemsize > dtype.itemsize:
        lost = np.isinf(converted) & np.isfinite(array)
        if lost.any():
            largest = float(np.abs(array[lost]).max())
            raise InputError(f"{what} reach {largest:.3g}, too large for {dtype}; scale them")
    return converted
