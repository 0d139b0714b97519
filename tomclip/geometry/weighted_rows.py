"""Two clouds with matching rows, each of a weight: their means and covariances, in float64."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import real_array, require_finite
from tomclip.core.types import Embeddings
from tomclip.geometry.distances import vectors_of

Vectors: TypeAlias = np.ndarray | Embeddings
Weights: TypeAlias = np.ndarray | Sequence[float] | None
_CHUNK = 8192


def matched_rows(first: Vectors, second: Vectors, what: str) -> tuple[np.ndarray, np.ndarray]:
    """Returns both clouds' rows in their own precision: a large cloud is not copied.

    Args:
        first: (n, d) vectors.
        second: (n, e) vectors of the same items in the same order.
        what: what both are, for the message.

    Raises:
        InputError: for unequal numbers of rows, another shape, no row, or NaN.
    """
    rows = _checked_rows(first), _checked_rows(second)
    if len(rows[0]) != len(rows[1]):
        raise InputError(
            f"{what} have {len(rows[0])} and {len(rows[1])} rows; give the same items in the same "
            "order on both sides"
        )
    return rows


def shares_of(weights: Weights, n: int) -> np.ndarray:
    """Returns (n,) float64 weights of sum 1; None weighs all rows alike.

    Raises:
        InputError: for another number of weights, one below 0, NaN, or fewer than 2 above 0.
    """
    values = np.ones(n) if weights is None else real_array(weights, "weights")
    if values.shape != (n,):
        raise InputError(f"weights have shape {values.shape} for {n} rows; give one per row")
    require_finite(values, "weights")
    if (values < 0).any():
        raise InputError(f"the least weight is {values.min():g}; give numbers of at least 0")
    if np.count_nonzero(values) < 2:
        raise InputError(
            f"{np.count_nonzero(values)} rows came with a weight above 0; a linear map needs at "
            "least 2 pairs"
        )
    return values / values.sum()


def weighted_mean(rows: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Returns the (d,) float64 mean of (n, d) rows; `shares` sum to 1."""
    return np.sum([shares[part] @ rows[part] for part in _chunks(len(rows))], axis=0)


def covariance(x: np.ndarray, y: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Returns the (d, e) float64 covariance of matching rows, a few thousand of them at a time."""
    total = np.zeros((x.shape[1], y.shape[1]))
    x_mean, y_mean = weighted_mean(x, shares), weighted_mean(y, shares)
    for part in _chunks(len(x)):
        total += ((x[part] - x_mean) * shares[part, None]).T @ (y[part] - y_mean)
    return total


def _checked_rows(vectors: Vectors) -> np.ndarray:
    given = vectors.vectors if isinstance(vectors, Embeddings) else vectors
    rows = real_array(given, "vectors", dtype=None)
    if rows.ndim != 2 or not rows.size:
        return vectors_of(rows)  # which says what is wrong
    require_finite(rows, "vectors")
    return rows


def _chunks(n: int) -> Iterator[slice]:
    return (slice(start, start + _CHUNK) for start in range(0, n, _CHUNK))
