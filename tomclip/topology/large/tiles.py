"""Tiles of lower bounds of a large distance matrix, by float32 matrix products.

The products are of centred rows, and a proven margin for their rounding is taken off: the bounds
hold whatever the order of the sums.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.core.types import Metric

Report = Callable[[float], None]

UNDERFLOW = 1e-30
"""Half squared distances of scaled rows below this are not told from 0 by the bounds."""
_UNIT_ROUNDOFF = 2.0**-24  # of float32
_TALL = 8  # times as many rows as columns: fewer products keep threads from waiting for each other


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ScaledCloud(ArrayRecord):
    """Points (n, d) as they came, and the numbers (n,) that scale them: to length 1 for cosine.

    `centre` (d,) is the mean of the scaled rows, `block` the number of columns of a tile.
    """

    rows: np.ndarray
    factors: np.ndarray
    centre: np.ndarray
    metric: Metric
    block: int

    def __len__(self) -> int:
        return len(self.rows)


def scaled_cloud(rows: np.ndarray, metric: Metric, block: int, report: Report) -> ScaledCloud:
    """Returns the cloud with factors that keep float32 in range: a power of two for "euclidean".

    Raises:
        InputError: for a zero vector with "cosine".
    """
    if metric == "cosine":
        factors = 1 / _row_lengths(rows, block, report)
    else:
        largest = max(float(rows.max()), -float(rows.min()))
        factors = np.full(len(rows), np.ldexp(1.0, -int(np.frexp(largest)[1])))
    centre = np.zeros(rows.shape[1])
    for start in range(0, len(rows), block):
        part = slice(start, start + block)
        centre += (rows[part] * factors[part, None]).sum(axis=0) / len(rows)
        report(0.0)
    return ScaledCloud(rows, factors, centre, metric, block)


def _row_lengths(rows: np.ndarray, block: int, report: Report) -> np.ndarray:
    lengths = np.empty(len(rows))
    for start in range(0, len(rows), block):
        part = rows[start : start + block].astype(np.float64)
        largest = np.abs(part).max(axis=1, keepdims=True)
        scaled = part / np.where(largest > 0, largest, 1.0)
        lengths[start : start + block] = np.linalg.norm(scaled, axis=1) * largest[:, 0]
        report(0.0)
    if not lengths.all():
        raise InputError(
            f"row {int(np.argmin(lengths))} of {len(rows)} is the zero vector, which has no "
            "direction; remove it or use the metric 'euclidean'"
        )
    return lengths


def scan_tiles(
    cloud: ScaledCloud,
    order: np.ndarray,
    labels: np.ndarray,
    keep: Callable[..., None],
    known: tuple[np.ndarray, ...],
    report: Report,
) -> None:
    """Runs `keep` over the tiles on and above the diagonal that hold more than one component.

    Args:
        cloud: The points.
        order: (n,) point at each position.
        labels: (n,) component at each position, sorted.
        keep: A compiled loop of `tile_scans`.
        known: The arrays that it updates.
        report: Called with the share of the pairs that are done.
    """
    left = product_rows(cloud, order, report)
    for second in range(0, len(cloud), cloud.block):
        block = left[second : second + cloud.block]
        right = np.column_stack([-block[:, :-2], block[:, -1], block[:, -2]])
        stop = second + len(block)
        for first in range(0, stop, _TALL * cloud.block):
            rows = left[first : min(first + _TALL * cloud.block, stop)]
            if labels[first] != labels[stop - 1]:
                keep(
                    rows @ right.T, first, second, order, labels, cloud.rows, cloud.factors, *known
                )
            position = second + len(block) * (first + len(rows)) / stop
            report((position / len(cloud)) ** 2)


def product_rows(cloud: ScaledCloud, order: np.ndarray, report: Report) -> np.ndarray:
    """Returns rows (n, d + 2) whose product with (-z, 1, h) bounds the half squared distances.

    With rows z, centred and rounded to float32, and h = (1 / 2 - margin) |z|^2, the product
    (z, h, 1) . (-z', 1, h') is |z - z'|^2 / 2 less margin * (|z|^2 + |z'|^2). With unit roundoff u
    the margin covers the sum of d + 2 products in any order, at most u (d + 2) / (1 - u (d + 2)) of
    that sum of squares (d < 100,000), the rounding of z, 2 u, and of h, u / 2. Distances too small
    for float32 are covered by a constant.

    References:
        Higham, "Accuracy and Stability of Numerical Algorithms", 2002, section 3.1.
    """
    n, dimensions = cloud.rows.shape
    margin = 1.01 * _UNIT_ROUNDOFF * (dimensions + 6)
    product = np.ones((n, dimensions + 2), dtype=np.float32)
    for start in range(0, n, cloud.block):
        part = product[start : start + cloud.block]
        chosen = order[start : start + cloud.block]
        part[:, :-2] = cloud.rows[chosen] * cloud.factors[chosen, None] - cloud.centre
        squares = np.einsum("ij,ij->i", part[:, :-2], part[:, :-2], dtype=np.float64)
        part[:, -2] = (0.5 - margin) * squares - UNDERFLOW
        report(0.0)
    return product
