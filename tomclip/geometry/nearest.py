"""The nearest others of every item, exactly, in memory that grows with the items only."""

from __future__ import annotations

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, silent
from tomclip.core.reading.numbers import require_finite, unit_rows
from tomclip.core.types import require_metric

BLOCK = 2_048


def nearest_others(
    vectors: np.ndarray, neighbours: int, metric: str, *, on_progress: OnProgress | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Returns rows (n, k) of the nearest others, nearest first, and their distances (n, k).

    Args:
        vectors: (n, d).
        neighbours: k, 1 <= k < n.
        metric: "cosine" (1 less the similarity, in [0, 2]) or "euclidean".
        on_progress: Called with (items done, items in all).

    Raises:
        InputError: for k out of range, NaN, or a zero vector with "cosine".
    """
    from sklearn.neighbors import NearestNeighbors

    n = len(vectors)
    if not 1 <= neighbours < n:
        raise InputError(f"neighbours is {neighbours} for {n} rows; give 1 to {n - 1}")
    require_finite(vectors, "vectors")
    rows = unit_rows(vectors) if require_metric(metric) == "cosine" else vectors
    search = NearestNeighbors(n_neighbors=neighbours + 1, algorithm="brute").fit(rows)
    report = on_progress or silent
    others = np.empty((n, neighbours), dtype=np.int64)
    distances = np.empty((n, neighbours))
    for start in range(0, n, BLOCK):
        report(start, n)
        block = slice(start, min(start + BLOCK, n))
        far, near = search.kneighbors(rows[block])
        kept = _other_than(np.arange(n)[block], near)
        others[block] = near[kept].reshape(-1, neighbours)
        distances[block] = far[kept].reshape(-1, neighbours)
    report(n, n)
    return others, distances**2 / 2 if metric == "cosine" else distances


def _other_than(own: np.ndarray, near: np.ndarray) -> np.ndarray:
    """Returns (n, k + 1) where `near` is kept: all but the item, else all but the last.

    An item is not among its own neighbours where more than k others are equal to it.
    """
    left_out = near == own[:, None]
    left_out[~left_out.any(axis=1), -1] = True
    return ~left_out
