"""Compiled loops of `streamed_tree`: they read tiles of lower bounds and look closely where needed.

A tile holds, for two blocks of points, proven lower bounds (float32) of the half squared distances.
Only a pair whose bound is below what is already known is measured, in float64 and coordinate by
coordinate, so every stored number is exact. This module imports numba; import it inside a function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit

_CHUNK = 64  # bounds compared at once, in vector instructions, before any of them is looked at


def _compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    options = {"nogil": True, "fastmath": {"reassoc", "nsz"}}  # sums in vector lanes, nothing else
    try:
        return njit(cache=True, **options)(function)
    except RuntimeError:  # no folder on this machine can hold numba's cache
        return njit(**options)(function)


@_compiled
def half_square(rows: np.ndarray, factors: np.ndarray, i: int, j: int) -> float:
    """Returns |factors[i] rows[i] - factors[j] rows[j]|^2 / 2 in float64; 0 for equal rows."""
    total = 0.0
    for column in range(rows.shape[1]):
        gap = rows[i, column] * factors[i] - rows[j, column] * factors[j]
        total += gap * gap
    return total / 2


@_compiled
def _reach(value: float) -> np.float32:
    """Rounds up to float32. Below 0 nothing needs a look: no pair is shorter than a duplicate."""
    if value == 0.0:
        return np.float32(-np.inf)
    return np.float32(value * (1.0 + 2.0**-23))


@_compiled
def _insert(values: np.ndarray, ids: np.ndarray, value: float, other: int) -> None:
    """Puts a pair into a list sorted by value, whose last entry falls out."""
    if not value < values[-1]:
        return
    place = len(values) - 1
    while place > 0 and value < values[place - 1]:
        values[place], ids[place] = values[place - 1], ids[place - 1]
        place -= 1
    values[place], ids[place] = value, other


@_compiled
def _any_below(bounds: np.ndarray, limit: np.float32, limits: np.ndarray) -> bool:
    """Compares in vector instructions; a loop that stops at the first hit would not."""
    found = False
    for c in range(len(bounds)):
        found |= (bounds[c] < limit) | (bounds[c] < limits[c])
    return found


@_compiled
def _any_below_own(bounds: np.ndarray, limits: np.ndarray, labels: np.ndarray) -> bool:
    found = False
    for c in range(len(bounds)):
        found |= bounds[c] < limits[labels[c]]
    return found


@_compiled
def keep_nearest(
    bounds: np.ndarray,
    first: int,
    second: int,
    order: np.ndarray,
    labels: np.ndarray,
    rows: np.ndarray,
    factors: np.ndarray,
    values: np.ndarray,
    ids: np.ndarray,
    reach: np.ndarray,
) -> None:
    """Updates each position's list of nearest points of other components from one tile.

    Args:
        bounds: (a, b) tile of the positions first .. first + a and second .. second + b; only
            pairs above the diagonal of the whole matrix are read.
        first: Position of the tile's first row.
        second: Position of the tile's first column.
        order: (n,) point at each position.
        labels: (n,) component at each position.
        rows: (n, d) points.
        factors: (n,) what each point is multiplied by.
        values: (n, k) half squared distances, sorted, +inf where the list is not full; updated.
        ids: (n, k) points they lead to; updated.
        reach: (n,) float32, below which a bound needs a look; updated.
    """
    for r in range(bounds.shape[0]):
        here = first + r
        start = max(0, first + r + 1 - second)  # every pair once
        for chunk in range(start, bounds.shape[1], _CHUNK):
            stop = min(chunk + _CHUNK, bounds.shape[1])
            there = reach[second + chunk : second + stop]
            if not _any_below(bounds[r, chunk:stop], reach[here], there):
                continue
            for c in range(chunk, stop):
                other = second + c
                if labels[here] == labels[other]:
                    continue
                if bounds[r, c] < max(reach[here], reach[other]):
                    value = half_square(rows, factors, order[here], order[other])
                    _insert(values[here], ids[here], value, order[other])
                    _insert(values[other], ids[other], value, order[here])
                    reach[here] = _reach(values[here, -1])
                    reach[other] = _reach(values[other, -1])


@_compiled
def keep_shortest(
    bounds: np.ndarray,
    first: int,
    second: int,
    order: np.ndarray,
    labels: np.ndarray,
    rows: np.ndarray,
    factors: np.ndarray,
    values: np.ndarray,
    ends: np.ndarray,
    reach: np.ndarray,
) -> None:
    """Updates the shortest edge between every two components from one tile.

    Args:
        bounds: As in `keep_nearest`, like the arguments up to `factors`.
        values: (c, c) half squared lengths, symmetric, +inf where none is known; updated.
        ends: (c, c, 2) points: [a, b] holds the end in a, then the end in b; updated.
        reach: (c, c) float32, below which a bound needs a look; -inf on the diagonal; updated.
    """
    for r in range(bounds.shape[0]):
        here, a = order[first + r], labels[first + r]
        start = max(0, first + r + 1 - second)  # every pair once
        for chunk in range(start, bounds.shape[1], _CHUNK):
            stop = min(chunk + _CHUNK, bounds.shape[1])
            there = labels[second + chunk : second + stop]
            if not _any_below_own(bounds[r, chunk:stop], reach[a], there):
                continue
            for c in range(chunk, stop):
                other, b = order[second + c], labels[second + c]
                if bounds[r, c] < reach[a, b]:
                    value = half_square(rows, factors, here, other)
                    if value < values[a, b]:
                        values[a, b] = values[b, a] = value
                        reach[a, b] = reach[b, a] = _reach(value)
                        ends[a, b, 0] = ends[b, a, 1] = here
                        ends[a, b, 1] = ends[b, a, 0] = other


@_compiled
def join_certain(
    edges: np.ndarray, values: np.ndarray, certain: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Kruskal's algorithm over some of the edges, as far as the unknown ones cannot interfere.

    An edge is taken when it is no longer than every unknown edge at one of the components that it
    joins: by the cut property it belongs to a minimum spanning tree.

    Args:
        edges: (m, 2) component labels in 0 .. c - 1, sorted by length.
        values: (m,) their lengths.
        certain: (c,) length below which every edge that leaves the component is in `edges`.

    Returns:
        Which edges were taken (m,) bool, and the root (c,) of each component after joining.
    """
    root = np.arange(len(certain))
    known = certain.copy()
    taken = np.zeros(len(edges), dtype=np.bool_)
    for e in range(len(edges)):
        a, b = edges[e]
        while root[a] != a:
            root[a] = root[root[a]]
            a = root[a]
        while root[b] != b:
            root[b] = root[root[b]]
            b = root[b]
        if a != b and values[e] <= max(known[a], known[b]):
            root[b] = a
            known[a] = min(known[a], known[b])
            taken[e] = True
    for c in range(len(root)):
        while root[c] != root[root[c]]:
            root[c] = root[root[c]]
    return taken, root
