"""Nearest neighbours in the original space, and how much they change between two clouds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.core.types import Embeddings
from tomclip.geometry.distance_levels import distance_levels
from tomclip.geometry.distances import distance_matrix, vectors_of

Vectors = np.ndarray | Embeddings

_ROUNDING = 1e-9  # changes nearer than this are one change; shares of ties add up inexactly


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class NeighbourChange(ArrayRecord):
    """How much each of n items' k nearest neighbours differ between two clouds.

    Attributes:
        change: (n,) numbers in [0, 1]: 1 less the share of the k neighbours that both clouds agree
            on. 0: the same neighbours, wherever they all went; 1: none of them is the same.
        before: (n, k) rows of the nearest others in the first cloud, the nearest first; of equally
            near ones the first in order.
        after: (n, k) the same in the second cloud.
        tied: (n,) whether, in either cloud, items are equally near for the last of the k places.
            Each of them has an equal part of those places.
        k: neighbours of an item.
        by_chance: the mean change of two clouds that have nothing to do with each other,
            1 - k / (n - 1).
    """

    change: np.ndarray
    before: np.ndarray
    after: np.ndarray
    tied: np.ndarray
    k: int
    by_chance: float

    def ranked(self) -> np.ndarray:
        """Returns the rows (n,), the most changed first; equal ones in their order."""
        steps = np.round(self.change / _ROUNDING)
        return np.argsort(-steps, kind="stable")

    def as_changed_as(self, row: int) -> int:
        """Returns how many items changed as much as this one, itself included."""
        return int((np.abs(self.change - self.change[row]) < _ROUNDING).sum())


def neighbour_change(
    a: Vectors, b: Vectors, *, k: int = 10, metric: str = "cosine"
) -> NeighbourChange:
    """Returns how much the k nearest neighbours of every item change from one cloud to another.

    An item that moved together with its neighbours is not moved. The mean of 1 - `change` is
    `mutual_knn_overlap`. The item itself is no neighbour.

    Args:
        a: (n, d) vectors, n >= 2.
        b: (n, e) vectors of the same items in the same order.
        k: neighbours of an item, 1 <= k <= n - 1.
        metric: "cosine" or "euclidean".

    Raises:
        InputError: for unmatched rows, k out of range, a cloud with one distance only (unless k is
            n - 1), or what `distance_matrix` refuses.

    References:
        Huh, Cheung, Wang and Isola, "The platonic representation hypothesis", ICML 2024, whose
        mutual k-nearest-neighbour metric this is item by item.
    """
    n = len(vectors_of(a))
    if len(vectors_of(b)) != n:
        raise InputError(
            f"the clouds have {n} and {len(vectors_of(b))} rows; "
            "give the same items in the same order on both sides"
        )
    if not 1 <= k <= n - 1:
        raise InputError(f"k is {k} for {n} rows; give 1 to {n - 1} neighbours")
    before, after = (_levels_of(rows, k, metric) for rows in (a, b))
    first, second = _shares_of(before, k), _shares_of(after, k)
    agreed = np.minimum(first, second).sum(axis=1) / k
    return NeighbourChange(
        change=np.clip(1.0 - agreed, 0.0, 1.0),
        before=_nearest(before, k),
        after=_nearest(after, k),
        tied=_has_part(first) | _has_part(second),
        k=k,
        by_chance=1.0 - k / (n - 1),
    )


def neighbour_shares(rows: Vectors, k: int, metric: str) -> np.ndarray:
    """Returns (n, n) shares in [0, 1], each row of sum k: whether j is among the k nearest of i.

    1 for a nearer item than the k-th, 0 for a farther one; items as far as the k-th, up to
    rounding, share what places are left.
    """
    return _shares_of(_levels_of(rows, k, metric), k)


def _levels_of(rows: Vectors, k: int, metric: str) -> np.ndarray:
    """Returns (n, n) ranks of the distances, ties equal, infinite for an item and itself.

    Where all others are neighbours there is nothing to be tied about: the distances themselves.
    """
    if len(rows) - 1 == k:
        levels = distance_matrix(rows, metric=metric).values.astype(np.float64)
    else:
        levels = distance_levels(rows, metric).astype(np.float64)
    np.fill_diagonal(levels, np.inf)
    return levels


def _shares_of(levels: np.ndarray, k: int) -> np.ndarray:
    if k == len(levels) - 1:
        return 1.0 - np.eye(len(levels))
    last = np.partition(levels, k - 1, axis=1)[:, k - 1, None]
    nearer, tied = levels < last, levels == last
    places = k - nearer.sum(axis=1, keepdims=True)
    return nearer + tied * (places / tied.sum(axis=1, keepdims=True))


def _has_part(shares: np.ndarray) -> np.ndarray:
    """Returns (n,) whether an item has a neighbour that is one in part only."""
    return np.asarray(np.any((shares > 0) & (shares < 1), axis=1))


def _nearest(levels: np.ndarray, k: int) -> np.ndarray:
    """Returns (n, k) rows of the nearest others, the nearest first, ties in their order."""
    return np.argsort(levels, axis=1, kind="stable")[:, :k]
