"""Accurate pairwise distances between the rows of a cloud."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import pdist, squareform

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import real_array, require_finite, unit_rows
from tomclip.core.types import DistanceMatrix, Embeddings, require_metric


def distance_matrix(vectors: np.ndarray | Embeddings, *, metric: str = "cosine") -> DistanceMatrix:
    """Returns all pairwise distances, exactly symmetric, with a zero diagonal, in float64.

    Equal rows get exactly 0. Differences are taken coordinate by coordinate: the matrix product
    |x|^2 + |y|^2 - 2xy loses half the digits of a short distance and is not symmetric. The cosine
    distance 1 - cos(x, y) is computed as |x/|x| - y/|y||^2 / 2, the same number without the
    cancellation, so it is never negative. Numbers of any size work: rows are scaled by a power of
    two before anything is squared, so that only distances 1e-154 times shorter than the largest
    coordinate fall to 0.

    Args:
        vectors: (n, d) finite numbers, n >= 1.
        metric: "cosine" (range [0, 2], not a metric in the strict sense: it breaks the triangle
            inequality) or "euclidean" (unit of the vectors).

    Returns:
        Values (n, n) with `scale` 1.

    Raises:
        InputError: for an unknown metric, a wrong shape, NaN or infinity, a zero vector with
            "cosine", or distances beyond the largest float64.
    """
    known = require_metric(metric)
    rows = vectors_of(vectors)
    if known == "euclidean":
        exponent = binary_exponent(rows)
        lengths = scaled_back(pdist(np.ldexp(rows, -exponent), "euclidean"), exponent)
        return DistanceMatrix(squareform(lengths), known)
    condensed = np.minimum(pdist(unit_rows(rows), "sqeuclidean") / 2, 2.0)
    return DistanceMatrix(squareform(condensed), known)


def vectors_of(vectors: np.ndarray | Embeddings) -> np.ndarray:
    """Returns the rows as finite float64 (n, d), n >= 1 and d >= 1.

    Raises:
        InputError: for another shape, an empty array, NaN, infinity, or what is no real number.
    """
    given = vectors.vectors if isinstance(vectors, Embeddings) else vectors
    rows = real_array(given, "vectors")
    if rows.ndim != 2 or not rows.size:
        raise InputError(f"vectors have shape {rows.shape}; give one row per item: (n, d)")
    require_finite(rows, "vectors")
    return rows


def binary_exponent(values: np.ndarray) -> int:
    """Returns the e for which values * 2 ** -e lie in [-1, 1], the largest beyond 1 / 2."""
    return int(np.frexp(max(float(values.max()), -float(values.min())))[1])


def scaled_back(lengths: np.ndarray, exponent: int) -> np.ndarray:
    """Returns lengths * 2 ** exponent.

    Raises:
        InputError: when one is beyond the largest float64.
    """
    with np.errstate(over="ignore"):
        scaled = np.ldexp(lengths, exponent)
    if not np.isfinite(scaled).all():
        raise InputError(
            f"distances between coordinates of 2 ** {exponent} are beyond float64; "
            "divide the vectors by a constant"
        )
    return scaled
