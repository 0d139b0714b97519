"""Points behind a bar: the components an H0 bar merges, and a loop for an H1 bar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, csgraph_from_dense, dijkstra

from tomclip.errors import InputError
from tomclip.topology.clouds import true_distances
from tomclip.topology.spanning_tree import minimum_spanning_tree
from tomclip.types import DistanceMatrix

_RELATIVE_TOLERANCE = 1e-5  # wide enough for an engine that computes in float32


@dataclass(frozen=True, slots=True)
class Merge:
    """The end of an H0 bar: `points[0]` and `points[1]` meet at distance `length`.

    `components[i]` are the points, `points[i]` among them, that were connected to it before; the
    larger one comes first. Every point is born at 0, so which of the two dies is a convention.
    """

    points: tuple[int, int]
    length: float
    components: tuple[tuple[int, ...], tuple[int, ...]]


def merge_of_bar(distances: DistanceMatrix, bar_index: int) -> Merge:
    """Returns the two points, and the two components, whose merging ends an H0 bar.

    Among equal distances the order of the spanning tree decides.

    Args:
        distances: Distances of n >= 3 points.
        bar_index: Row of `h0_diagram`, from 0 to n - 2; row n - 1 is the whole cloud and never
            ends.

    Raises:
        InputError: for an index out of range or distances that are not distances.
    """
    values = true_distances(distances).values
    n = len(values)
    if not 0 <= bar_index <= n - 2:
        raise InputError(f"bar_index is {bar_index}; finite H0 bars are 0 to {n - 2}")
    edges, lengths = minimum_spanning_tree(values)
    order = np.argsort(lengths, kind="stable")
    earlier, (u, v) = edges[order[:bar_index]], edges[order[bar_index]]
    sides = sorted(((_component(earlier, n, end), int(end)) for end in (u, v)), key=_larger_first)
    return Merge(
        points=(sides[0][1], sides[1][1]),
        length=float(values[u, v]),
        components=(sides[0][0], sides[1][0]),
    )


def cycle_of_bar(distances: DistanceMatrix, birth: float, death: float) -> tuple[int, ...]:
    """Returns the points, in order, of a loop that is born with the H1 bar (birth, death).

    The edge (u, v) of length `birth` closes the loop; the rest is the shortest path, by total
    length, between u and v over edges that entered the filtration before it. Every such loop is
    born exactly at `birth`, and at `death` it becomes a sum of older loops (of none: it is
    filled). It is a heuristic representative: not always the shortest loop of its class.

    Equal edge lengths are taken to enter in the order of their indices; an edge that enters
    together with a triangle over it bears no bar and is passed over. When several loops are left,
    the first that spans two points `death` apart is taken, or else the first.

    Args:
        distances: Distances of n >= 3 points, the ones the diagram was computed from.
        birth: Birth of the bar.
        death: Death of the bar, larger than the birth; may be inf.

    Returns:
        At least 4 row indices without repetition; the last one is joined to the first by the birth
        edge.

    Raises:
        InputError: when no pair of points lies `birth` apart, no loop is born there, death <=
            birth, or the distances are not distances.
    """
    if not 0 <= birth < death:
        raise InputError(f"the bar is ({birth}, {death}); give 0 <= birth < death")
    values = true_distances(distances).values
    loops = list(_loops(values, _nearest_length(values, birth)))
    if not loops:
        raise InputError(
            f"no loop is born at {birth:.6g} in these distances; give a bar of their own H1 diagram"
        )
    return next((loop for loop in loops if _spans(values, loop, death)), loops[0])


def _larger_first(side: tuple[tuple[int, ...], int]) -> tuple[int, int]:
    return -len(side[0]), side[1]


def _component(edges: np.ndarray, n: int, point: int) -> tuple[int, ...]:
    graph = csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    return tuple(np.flatnonzero(labels == labels[point]).tolist())


def _nearest_length(values: np.ndarray, birth: float) -> float:
    lengths = values[np.triu_indices_from(values, k=1)]
    nearest = float(lengths[np.argmin(np.abs(lengths - birth))])
    if not np.isclose(nearest, birth, rtol=_RELATIVE_TOLERANCE, atol=0.0):
        raise InputError(
            f"no two points lie {birth:.6g} apart (nearest: {nearest:.6g}); "
            "give the distances the diagram was computed from"
        )
    return nearest


def _loops(values: np.ndarray, length: float) -> Iterator[tuple[int, ...]]:
    """Yields, for every edge of this length that bears a bar, its loop over the edges before it."""
    entered = values < length
    np.fill_diagonal(entered, False)
    for u, v in np.argwhere(np.triu(values == length, k=1)):
        filled = (entered[u] & entered[v]).any()
        if not filled and (path := _shortest_path(values, entered, u, v)):
            yield path
        entered[u, v] = entered[v, u] = True


def _shortest_path(
    values: np.ndarray, entered: np.ndarray, start: int, end: int
) -> tuple[int, ...]:
    """Returns the points from `start` to `end` over the entered edges; () when there is no way."""
    graph = csgraph_from_dense(np.where(entered, values, np.inf), null_value=np.inf)
    lengths, before = dijkstra(graph, indices=start, return_predecessors=True)
    if np.isinf(lengths[end]):
        return ()
    path = [int(end)]
    while path[-1] != start:
        path.append(int(before[path[-1]]))
    return tuple(reversed(path))


def _spans(values: np.ndarray, loop: tuple[int, ...], death: float) -> bool:
    within = values[np.ix_(loop, loop)]
    return bool(np.isclose(within, death, rtol=_RELATIVE_TOLERANCE, atol=0.0).any())
