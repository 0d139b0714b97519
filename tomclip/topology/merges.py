"""The components that H0 bars merge, and the tree that all merges make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix
from tomclip.topology.cloud_distances import true_distances
from tomclip.topology.spanning_tree import minimum_spanning_tree


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

    Bars of equal length merge one after the other, in the order in which Prim's algorithm adds
    their edges from point 0, lowest index first. So equal distances always give the same merges,
    and merge i + 1 starts from what merge i left.

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


def first_merge(distances: DistanceMatrix, point: int) -> Merge:
    """Returns the merge that ends a point's time as a component of its own.

    It happens at the distance of the point's nearest neighbour; what the tree adds is the component
    that the point falls into.

    Args:
        distances: Distances of n >= 3 points.
        point: Row of `distances`, from 0 to n - 1.

    Raises:
        InputError: for a row out of range or distances that are not distances.
    """
    values = true_distances(distances).values
    if not 0 <= point < len(values):
        raise InputError(f"point is {point}; use a row from 0 to {len(values) - 1}")
    edges, lengths = minimum_spanning_tree(values)
    in_order = edges[np.argsort(lengths, kind="stable")]
    return merge_of_bar(distances, int(np.flatnonzero((in_order == point).any(axis=1))[0]))


def merge_heights(distances: DistanceMatrix) -> np.ndarray:
    """Returns (n, n): at which distance the components of every two points meet in the H0 tree.

    That is the largest edge on the way from one to the other along the minimum spanning tree, the
    cophenetic distance of single linkage. It is symmetric, 0 on the diagonal, in the unit of the
    distances and never above them, and max(h[i, j], h[j, k]) >= h[i, k]: an ultrametric.

    Args:
        distances: Distances of n >= 3 points.

    Raises:
        InputError: for distances that are not distances.

    References:
        Gower and Ross, "Minimum spanning trees and single linkage cluster analysis", 1969.
        Carlsson and Memoli, "Characterization, stability and convergence of hierarchical
        clustering methods", JMLR 2010, section 3.
    """
    values = true_distances(distances).values
    edges, lengths = minimum_spanning_tree(values)
    heights = np.zeros((len(values), len(values)))
    component = np.arange(len(values))
    members = {point: np.array([point]) for point in range(len(values))}
    for place in np.argsort(lengths, kind="stable"):
        first, second = (members.pop(int(component[end])) for end in edges[place])
        heights[np.ix_(first, second)] = heights[np.ix_(second, first)] = lengths[place]
        name = int(component[first[0]])
        component[second] = name
        members[name] = np.concatenate([first, second])
    return heights


def _larger_first(side: tuple[tuple[int, ...], int]) -> tuple[int, int]:
    return -len(side[0]), side[1]


def _component(edges: np.ndarray, n: int, point: int) -> tuple[int, ...]:
    graph = csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    _, labels = connected_components(graph, directed=False)
    return tuple(np.flatnonzero(labels == labels[point]).tolist())
