"""Minimum spanning trees of dense distance matrices: the exact H0 pairing of Vietoris-Rips.

Prim's algorithm reads every entry once, O(n^2) time and O(n) memory, which is optimal for a dense
matrix. It runs in numba where that is installed and in numpy otherwise; both return the same edges.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import require_finite
from tomclip.core.results import read_only

_SYMMETRY_TOLERANCE = 1e-5


def minimum_spanning_tree(distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the edges and lengths of the minimum spanning tree of a complete graph.

    The sorted lengths are the deaths of the n - 1 finite H0 classes of the Vietoris-Rips
    filtration. Zero-length edges (duplicate points) are kept. Ties go to the lowest vertex index,
    so equal input gives equal output.

    Args:
        distances: Symmetric (n, n) matrix of finite numbers, n >= 1; the diagonal is not read.

    Returns:
        Edges (n - 1, 2) int64 in the order in which Prim's algorithm adds them from vertex 0, each
        as (vertex in the tree, vertex that joins), and their lengths (n - 1,) in the dtype and unit
        of `distances`.

    Raises:
        InputError: when the matrix is empty, not square or not symmetric, or holds NaN or infinity.

    References:
        Prim, "Shortest connection networks and some generalizations", 1957.
    """
    values = _checked(distances)
    edges = prim(values)
    return edges, values[edges[:, 0], edges[:, 1]]


def _checked(distances: np.ndarray) -> np.ndarray:
    values = np.asarray(distances)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or not values.size:
        raise InputError(
            f"distances have shape {values.shape}; give a square (n, n) matrix, n >= 1"
        )
    if values.dtype not in (np.float32, np.float64):
        values = values.astype(np.float64)
    require_finite(values, "distances")
    gap = float(np.abs(values - values.T).max())
    if gap > _SYMMETRY_TOLERANCE * float(np.abs(values).max()):
        raise InputError(
            f"distances are not symmetric (largest gap {gap:.3g}); use (values + values.T) / 2"
        )
    return values


def prim(distances: np.ndarray) -> np.ndarray:
    """Returns the edges (n - 1, 2) int64 of the minimum spanning tree, without checking the input.

    The hot path of the training losses; `minimum_spanning_tree` is the checked door.

    Args:
        distances: Symmetric (n, n) float32 or float64, n >= 1; read in place, never written.
    """
    return _fastest()(read_only(distances))  # one compiled version for writable arrays and others


def prim_numpy(distances: np.ndarray) -> np.ndarray:
    """Returns the same edges as `prim`, without numba (about 5 to 10 times slower)."""
    n = len(distances)
    edges = np.empty((n - 1, 2), dtype=np.int64)
    nearest = distances[0].copy()
    parent = np.zeros(n, dtype=np.int64)
    outside = np.arange(1, n)
    for step in range(n - 1):
        position = int(np.argmin(nearest[outside]))
        joined = outside[position]
        edges[step] = parent[joined], joined
        outside = np.delete(outside, position)
        closer = outside[distances[joined, outside] < nearest[outside]]
        nearest[closer] = distances[joined, closer]
        parent[closer] = joined
    return edges


def _prim_loops(distances: np.ndarray) -> np.ndarray:
    """Prim's algorithm in scalar loops: per step one pass over the vertices outside the tree."""
    n = len(distances)
    edges = np.empty((n - 1, 2), dtype=np.int64)
    nearest = distances[0].copy()
    parent = np.zeros(n, dtype=np.int64)
    outside = np.arange(1, n)
    joined = 0
    for step in range(n - 1):
        count = n - 1 - step
        best = 0
        for position in range(count):
            vertex = outside[position]
            if distances[joined, vertex] < nearest[vertex]:
                nearest[vertex] = distances[joined, vertex]
                parent[vertex] = joined
            if nearest[vertex] < nearest[outside[best]]:
                best = position
        joined = outside[best]
        edges[step, 0] = parent[joined]
        edges[step, 1] = joined
        for position in range(best, count - 1):
            outside[position] = outside[position + 1]
    return edges


@cache
def _fastest() -> Callable[[np.ndarray], np.ndarray]:
    try:
        from numba import njit
    except ImportError:
        return prim_numpy
    try:
        return njit(cache=True, nogil=True)(_prim_loops)
    except RuntimeError:  # no folder on this machine can hold numba's cache
        return njit(nogil=True)(_prim_loops)
