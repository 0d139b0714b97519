"""Ridge regression in closed form: the linear map that carries one cloud's vectors to another's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import real_array, require_finite, unit_rows
from tomclip.geometry.weighted_rows import (
    Vectors,
    Weights,
    covariance,
    matched_rows,
    shares_of,
    weighted_mean,
)

STRENGTHS = tuple(float(f"{digit}e{power}") for power in range(-7, 1) for digit in (1, 3))
"""Strengths that `choose_strength` tries by default: 1e-7, 3e-7, 1e-6, ... 3, for unit rows."""


@dataclass(frozen=True, slots=True, eq=False)
class LinearMap:
    """A linear layer fitted in closed form: x -> x @ weight + bias, all in float32.

    Attributes:
        weight: (d_in, d_out); transposed it is the `weight` of a torch.nn.Linear.
        bias: (d_out,).

    Raises:
        InputError: when the shapes do not belong together, or a number is not finite.
    """

    weight: np.ndarray
    bias: np.ndarray

    def __post_init__(self) -> None:
        for name in ("weight", "bias"):
            values = real_array(getattr(self, name), f"{name}s", dtype=np.float32).copy()
            require_finite(values, f"{name}s")
            values.setflags(write=False)
            object.__setattr__(self, name, values)
        if self.weight.ndim != 2 or self.bias.shape != self.weight.shape[1:]:
            raise InputError(
                f"weight has shape {self.weight.shape} and bias {self.bias.shape}; "
                "give (d_in, d_out) and (d_out,)"
            )

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Returns (n, d_out) float32 images of the rows of `features`, (n, d_in); n may be 0.

        Raises:
            InputError: when the rows are not d_in long.
        """
        rows = real_array(features, "features", dtype=np.float32)
        if rows.ndim != 2 or rows.shape[1] != len(self.weight):
            raise InputError(
                f"features have shape {rows.shape}; this map reads rows of {len(self.weight)}"
            )
        return rows @ self.weight + self.bias


@dataclass(frozen=True, slots=True)
class StrengthChoice:
    """The best of several ridge maps on pairs that fitted none of them.

    Attributes:
        strength: that of the best map; of equal scores the greatest strength.
        map: the best map.
        scores: (strength, score) of every strength that was tried, in the order it was.
    """

    strength: float
    map: LinearMap
    scores: tuple[tuple[float, float], ...]


def fit_ridge(
    features: Vectors,
    targets: Vectors,
    *,
    strength: float,
    weights: Weights = None,
) -> LinearMap:
    """Returns the map of least weighted mean squared error, its weight matrix held small.

    It minimises sum_i w_i |x_i W + b - y_i|^2 / sum_i w_i + strength |W|^2; the intercept b is not
    held. Since the error is a mean, a strength means the same for ten rows and for a million, and
    weights may be multiplied by any number. It is scikit-learn's `Ridge` with `alpha = strength *
    sum(weights)`: there weights multiply the sum of squares and leave alpha as it is. Sums are
    taken in float64, over a few thousand rows at a time, so that the rows are never copied whole.

    Args:
        features: (n, d_in) rows x_i, n >= 2.
        targets: (n, d_out) rows y_i in the same order.
        strength: > 0, in squared units of the features (unit rows: 1e-6 to 1 is usual).
        weights: (n,) numbers w_i >= 0, at least two of them positive; None weighs all alike. A row
            of weight 2 counts as if it stood there twice.

    Raises:
        InputError: for unequal numbers of rows, fewer than 2 rows that count, NaN, or a strength
            or weight out of range.

    References:
        Hoerl and Kennard, "Ridge regression: biased estimation for nonorthogonal problems",
        Technometrics 1970.
    """
    _require_strength(strength)
    return _Moments.of(features, targets, weights).map(strength)


def choose_strength(
    features: Vectors,
    targets: Vectors,
    validation_features: Vectors,
    validation_targets: Vectors,
    *,
    strengths: Sequence[float] = STRENGTHS,
    weights: Weights = None,
    score: Callable[[np.ndarray, np.ndarray], float] | None = None,
) -> StrengthChoice:
    """Returns the ridge map whose images of the validation rows score best, and all scores.

    The sums over the rows, and their eigenvectors, are computed once for all strengths.

    Args:
        features: (n, d_in), as `fit_ridge`.
        targets: (n, d_out), as `fit_ridge`.
        validation_features: (m, d_in) rows that the maps are not fitted on.
        validation_targets: (m, d_out) rows in the same order.
        strengths: those to try, at least one, each > 0.
        weights: (n,), as `fit_ridge`.
        score: of (images, validation targets), higher is better; None takes `mean_cosine`.

    Raises:
        InputError: as `fit_ridge`; also without a strength, or for validation rows that do not
            match each other or the others.
    """
    if not strengths:
        raise InputError("no strength came; give at least one number above 0")
    for strength in strengths:
        _require_strength(strength)
    moments = _Moments.of(features, targets, weights)
    asked, answers = matched_rows(validation_features, validation_targets, "validation rows")
    if answers.shape[1] != len(moments.target_mean):
        raise InputError(
            f"validation targets are {answers.shape[1]} numbers long and the others "
            f"{len(moments.target_mean)}; give vectors of one encoder"
        )
    measure = score or mean_cosine
    scores = [(strength, measure(moments.map(strength)(asked), answers)) for strength in strengths]
    best, _ = max(scores, key=lambda one: (one[1], one[0]))
    return StrengthChoice(best, moments.map(best), tuple(scores))


def mean_cosine(images: np.ndarray, targets: np.ndarray) -> float:
    """Returns the mean cosine between matching rows, in [-1, 1]; a row of zeros counts as 0."""
    pairs = (unit_rows(rows.astype(np.float64), allow_zero=True) for rows in (images, targets))
    first, second = pairs
    return float((first * second).sum(axis=1).mean())


@dataclass(frozen=True, slots=True, eq=False)
class _Moments:
    """What ridge regression has to know of the rows, the features in their principal axes.

    `axes` (d_in, d_in) are the eigenvectors of the features' covariance, `variances` (d_in,) its
    eigenvalues and `covariance` (d_in, d_out) that of each axis with the targets.
    """

    feature_mean: np.ndarray
    target_mean: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    covariance: np.ndarray

    @classmethod
    def of(cls, features: Vectors, targets: Vectors, weights: Weights) -> _Moments:
        x, y = matched_rows(features, targets, "features and targets")
        shares = shares_of(weights, len(x))
        x_mean, y_mean = weighted_mean(x, shares), weighted_mean(y, shares)
        within = covariance(x, x, shares)
        between = covariance(x, y, shares)
        variances, axes = np.linalg.eigh(within)
        return cls(x_mean, y_mean, axes, np.maximum(variances, 0.0), axes.T @ between)

    def map(self, strength: float) -> LinearMap:
        weight = self.axes @ (self.covariance / (self.variances + strength)[:, None])
        return LinearMap(weight, self.target_mean - self.feature_mean @ weight)


def _require_strength(strength: float) -> None:
    if not 0 < strength < float("inf"):
        raise InputError(f"strength is {strength}; give a number above 0, such as 1e-3")
