"""Shortest loops in a covering graph, whose sheets count crossings of cocycles modulo 2."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra


def covering_path(
    edges: np.ndarray, lengths: np.ndarray, crossings: np.ndarray, n: int
) -> list[int]:
    """Returns a shortest path of points that the last edge closes to a loop without crossings.

    `crossings` (e,) says in its bits which sets an edge belongs to; a loop must meet each an even
    number of times. Point p in sheet s of the cover is vertex s n + p, and an edge leads from
    sheet s to sheet s ^ crossings. Returns [] when there is no such path.
    """
    sheets = np.arange(1 << int(crossings.max(initial=0)).bit_length())[:, None]
    tails = sheets * n + edges[:-1, 0]
    heads = (sheets ^ crossings[:-1]) * n + edges[:-1, 1]
    weights = np.broadcast_to(lengths, tails.shape)
    size = n * len(sheets)
    cover = csr_array((weights.ravel(), (tails.ravel(), heads.ravel())), shape=(size, size))
    start, end = int(edges[-1, 0]), int(crossings[-1] * n + edges[-1, 1])
    reached, before = dijkstra(cover, directed=False, indices=start, return_predecessors=True)
    if np.isinf(reached[end]):
        return []
    path = [end]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    return [vertex % n for vertex in reversed(path)]


def without_detours(path: Sequence[int]) -> list[int]:
    """Returns the path without the closed walks between two visits to a point."""
    kept: list[int] = []
    for point in path:
        if point in kept:
            del kept[kept.index(point) + 1 :]
        else:
            kept.append(point)
    return kept
