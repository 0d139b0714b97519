"""The assignment problem under a distance of persistence diagrams, on plain arrays of finite bars.

A bar goes to a bar of the other side or to its nearest point of the diagonal, which any number of
bars may share. So a problem of k + m by k + m with copies of the diagonal shrinks to k by m.
"""

from __future__ import annotations

from bisect import bisect_left

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_bipartite_matching
from scipy.spatial.distance import cdist


def to_diagonal(bars: np.ndarray, ground_norm: float) -> np.ndarray:
    """Returns the distances (k,) of bars (k, 2) from the diagonal in the `ground_norm`-norm."""
    return (bars[:, 1] - bars[:, 0]) * 2 ** (1 / ground_norm - 1)


def best_partners(
    first: np.ndarray, second: np.ndarray, order: float, ground_norm: float
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the rows of two sets of bars that an optimal matching pairs; the others go away.

    Starting from all bars on the diagonal, matching bar i to bar j saves what their two ways to the
    diagonal cost more than the way between them; the assignment collects the largest savings.

    Args:
        first: Finite bars (k, 2) of positive length.
        second: Finite bars (m, 2) of positive length.
        order: The matching has the least sum of length ** order; with infinity, the least longest
            length, and among those that attain it the least sum.
        ground_norm: The p of the norm in the plane.

    Returns:
        Rows (p,) of `first` and of `second`, the former increasing.
    """
    away, back = to_diagonal(first, ground_norm), to_diagonal(second, ground_norm)
    between = cdist(first, second, "minkowski", p=ground_norm)
    if np.isinf(order):
        savings = _savings_within(_least_threshold(between, away, back), between, away, back)
    else:
        savings = _savings(between, away, back, order)
    rows, columns = linear_sum_assignment(savings, maximize=True)
    worth = savings[rows, columns] > 0
    return rows[worth], columns[worth]


def bottleneck(first: np.ndarray, second: np.ndarray) -> float:
    """Returns the bottleneck distance of finite bars (k, 2) and (m, 2) in the maximum norm.

    It is one of the lengths that were compared: nothing is rounded.
    """
    norm = float("inf")
    between = cdist(first, second, "chebyshev")
    return _least_threshold(between, to_diagonal(first, norm), to_diagonal(second, norm))


def _least_threshold(between: np.ndarray, away: np.ndarray, back: np.ndarray) -> float:
    """Returns the least threshold that some matching keeps to, found by bisection.

    A matching that covers the first bars too long for the diagonal, and another that covers the
    second ones, make one that covers both (Mendelsohn and Dulmage, 1958): each side by itself.
    """

    def feasible(threshold: float) -> bool:
        near = between <= threshold
        return _have_partners(near[away > threshold]) and _have_partners(
            near[:, back > threshold].T
        )

    diagonal = np.concatenate([[0.0], away, back])
    thresholds = np.unique(np.append(diagonal, between[between < diagonal.max()]))
    return float(thresholds[bisect_left(thresholds, True, key=feasible)])


def _have_partners(near: np.ndarray) -> bool:
    """Returns whether all rows can be matched to different columns where `near` is true."""
    return bool((maximum_bipartite_matching(csr_array(near), perm_type="column") >= 0).all())


def _savings_within(
    threshold: float, between: np.ndarray, away: np.ndarray, back: np.ndarray
) -> np.ndarray:
    """Returns savings whose assignment keeps to the threshold and, within it, moves least in sum.

    A bar too long for the diagonal earns a premium that outweighs all lengths together.
    """
    saved = np.maximum(away[:, None] + back - between, 0.0)
    saved /= saved.max(initial=0.0) or 1.0
    forced = (away > threshold)[:, None].astype(float) + (back > threshold)
    return np.where(between <= threshold, saved + (1 + min(saved.shape)) * forced, 0.0)


def _savings(between: np.ndarray, away: np.ndarray, back: np.ndarray, order: float) -> np.ndarray:
    unit = max(away.max(initial=0.0), back.max(initial=0.0)) or 1.0
    apart = away[:, None] + back
    shorter = between < apart  # a way longer than both to the diagonal is never taken
    costs = [(way / unit) ** order for way in (np.where(shorter, between, apart), away, back)]
    return np.where(shorter, np.maximum(costs[1][:, None] + costs[2] - costs[0], 0.0), 0.0)
