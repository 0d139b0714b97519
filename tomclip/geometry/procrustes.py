"""The orthogonal Procrustes map: one cloud turned, scaled and shifted onto another."""

from __future__ import annotations

from scipy.linalg import svd

from tomclip.core.errors import InputError
from tomclip.geometry.ridge import LinearMap
from tomclip.geometry.weighted_rows import (
    Vectors,
    Weights,
    covariance,
    matched_rows,
    shares_of,
    weighted_mean,
)

_ROUNDING = 1e-10  # of the largest singular value; below it a direction is rounding noise


def fit_procrustes(features: Vectors, targets: Vectors, *, weights: Weights = None) -> LinearMap:
    """Returns the turn, scale and shift that bring the features nearest to the targets.

    The turn R (rotation or reflection) maximises sum_i w_i (x_i - mean x) R (y_i - mean y)', the
    scale is the best one after it. Where both have d dimensions and the pairs span them, R is
    `scipy.linalg.orthogonal_procrustes` of the centred rows. Of unequal dimensions the smaller
    cloud counts as padded with zeros: into more dimensions no distance changes, into fewer the
    directions that the targets have no room for are dropped. Directions in which fewer pairs than
    dimensions say nothing are dropped too, since any turn of them would be as good.

    Args:
        features: (n, d_in) rows, n >= 2.
        targets: (n, d_out) rows in the same order.
        weights: (n,) numbers w_i >= 0, at least two of them positive; None weighs all alike.

    Raises:
        InputError: for unequal numbers of rows, fewer than 2 rows that count, NaN, or a side whose
            rows are all equal.

    References:
        Schönemann, "A generalized solution of the orthogonal Procrustes problem", Psychometrika
        1966.
    """
    x, y = matched_rows(features, targets, "features and targets")
    shares = shares_of(weights, len(x))
    x_mean, y_mean = weighted_mean(x, shares), weighted_mean(y, shares)
    left, singular, right = svd(covariance(x, y, shares), full_matrices=False)
    kept = singular > _ROUNDING * singular[0]
    spread = float(shares @ ((x - x_mean) ** 2).sum(axis=1))
    if not kept.any() or spread == 0.0:
        raise InputError("all rows of a side are equal, or go nowhere together; give varied pairs")
    turn = left[:, kept] @ right[kept]
    weight = singular[kept].sum() / spread * turn
    return LinearMap(weight, y_mean - x_mean @ weight)
