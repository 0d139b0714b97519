"""What is lost when every distance above a threshold is dropped, as the published loss does.

The spanning forest of the kept graph is the full spanning tree cut at the threshold (Kruskal), so
one tree answers for every threshold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.spatial.distance import squareform

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix
from tomclip.topology.cloud_distances import true_distances
from tomclip.topology.spanning_tree import minimum_spanning_tree


@dataclass(frozen=True, slots=True)
class Sparsification:
    """The effect of keeping only pairs with distance <= `tau`. Distances in the unit of the metric.

    `kept_share` is `kept_edges` over n (n - 1) / 2. `lost_bars` finite H0 bars die after `tau`,
    their deaths sum to `lost_h0_mass`, and `lost_h0_share` relates that to all finite H0 deaths.
    `bottleneck_error` is the distance between the full H0 diagram and the one whose lost bars are
    capped at `tau`; it never exceeds `bound`, max(0, longest tree edge - tau).
    """

    tau: float
    kept_edges: int
    kept_share: float
    components: int
    lost_bars: int
    lost_h0_mass: float
    lost_h0_share: float
    bottleneck_error: float
    bound: float


def sparsify(distances: DistanceMatrix, tau: float) -> Sparsification:
    """Returns what keeping only the distances <= tau does to H0.

    Args:
        distances: Distances of n >= 3 points.
        tau: Threshold >= 0 in the unit of the metric.

    Raises:
        InputError: for a threshold that is negative or NaN, or distances that are not distances.
    """
    return sparsification_curve(distances, [tau])[0]


def sparsification_curve(
    distances: DistanceMatrix, taus: Sequence[float] | np.ndarray
) -> tuple[Sparsification, ...]:
    """Returns `sparsify` for every threshold, from one spanning tree and one sort of the pairs.

    Args:
        distances: Distances of n >= 3 points.
        taus: Thresholds >= 0 in the unit of the metric, in any order.

    Raises:
        InputError: for a threshold that is negative or NaN, or distances that are not distances.
    """
    thresholds = _checked_thresholds(taus)
    values = true_distances(distances).values
    pairs = np.sort(squareform(values, checks=False))
    deaths = np.sort(minimum_spanning_tree(values)[1])
    kept = np.searchsorted(pairs, thresholds, side="right")
    return tuple(
        _at(float(tau), int(count), len(pairs), deaths)
        for tau, count in zip(thresholds, kept, strict=True)
    )


def _checked_thresholds(taus: Sequence[float] | np.ndarray) -> np.ndarray:
    thresholds = np.asarray(taus, dtype=np.float64)
    if thresholds.ndim != 1 or not (thresholds >= 0).all():
        raise InputError(f"thresholds are {taus}; give numbers >= 0")
    return thresholds


def _at(tau: float, kept: int, pairs: int, deaths: np.ndarray) -> Sparsification:
    lost = deaths[deaths > tau]
    mass, total = float(lost.sum()), float(deaths.sum())
    longest = float(deaths[-1])
    bound = max(0.0, longest - tau)
    return Sparsification(
        tau=tau,
        kept_edges=kept,
        kept_share=kept / pairs,
        components=1 + len(lost),
        lost_bars=len(lost),
        lost_h0_mass=mass,
        lost_h0_share=mass / total if total else 0.0,
        bottleneck_error=_capping_error(longest, tau),
        bound=bound,
    )


def _capping_error(longest: float, tau: float) -> float:
    """Returns the bottleneck distance between bars (0, b) and bars (0, min(b, tau)).

    With a step below half the longest bar, that bar must go to a bar of length <= tau, at a cost
    of at least longest - tau, which matching every bar to its own cap attains. With half the
    longest bar, everything can go to the diagonal.
    """
    return min(max(0.0, longest - tau), longest / 2)
