"""A ridge map repaired language by language with a correction of low rank, in closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from tomclip.baselines.choosing import chosen_ridge, reciprocal_ranks
from tomclip.baselines.vectors import FittingVectors
from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import unit_rows
from tomclip.geometry import LinearMap
from tomclip.geometry.ridge import STRENGTHS
from tomclip.geometry.weighted_rows import covariance, matched_rows, shares_of, weighted_mean

RANKS = (1, 2, 4, 8, 16, 32, 64, 128)
"""Ranks that are tried by default, beside 0: the ridge map as it is."""
_ROUNDING = 1e-12  # of the largest variance; below it an axis is rounding noise


@dataclass(frozen=True, slots=True)
class LowRankRepair:
    """A linear map for all languages, and what is added to it in each.

    Attributes:
        shared: the ridge map.
        corrections: by language code; of a language that is not there the ridge map stands alone.
        rank: of every correction, 0 where none helps.
        strength: of the corrections' ridge, None where there are none.
        score: the mean reciprocal rank on the validation captions.
    """

    shared: LinearMap
    corrections: Mapping[str, LinearMap]
    rank: int
    strength: float | None
    score: float

    def __call__(self, features: np.ndarray, language: str) -> np.ndarray:
        """Returns (n, d_out) float32 images of (n, d_in) features of texts in a language.

        Raises:
            InputError: when the rows are not d_in long.
        """
        images = self.shared(features)
        correction = self.corrections.get(language)
        return images if correction is None else images + correction(features)


def chosen_low_rank(
    vectors: FittingVectors,
    languages: Sequence[str],
    validation_languages: Sequence[str],
    *,
    ranks: Sequence[int] = RANKS,
    strengths: Sequence[float] = STRENGTHS,
) -> LowRankRepair:
    """Returns the best ridge map with the best corrections; rank and strength are all languages'.

    The ridge map is that of `chosen_ridge`, anchor included. What it leaves of each language's
    targets is then fitted on the features of that language's pairs, as `fit_low_rank` does. A
    language of fewer than two pairs has no correction. Of equal scores the lowest rank counts, and
    of that the greatest strength; rank 0, the ridge map alone, is among them.

    Args:
        vectors: To fit and to choose on.
        languages: The language of each row of `vectors.features`.
        validation_languages: The language of each row of `vectors.validation`.
        ranks: Those to try, each at least 1.
        strengths: Those to try, each above 0.

    Raises:
        InputError: as `chosen_ridge` and `fit_low_rank`.
    """
    ridge = chosen_ridge(vectors)
    codes, residuals = np.asarray(languages), vectors.targets - ridge.map(vectors.features)
    regressions = {
        code: _Regression.of(vectors.features[codes == code], residuals[codes == code])
        for code in dict.fromkeys(languages)
        if np.count_nonzero(codes == code) > 1
    }
    scores: dict[tuple[int, float | None], float] = {(0, None): ridge.score}
    scores |= _scores(vectors, validation_languages, ridge.map, regressions, ranks, strengths)
    rank, strength = max(scores, key=lambda one: (scores[one], -one[0], one[1] or 0.0))
    corrections: dict[str, LinearMap] = {}
    if strength is not None:
        corrections = {code: one.map(rank, strength) for code, one in regressions.items()}
    return LowRankRepair(ridge.map, corrections, rank, strength, scores[rank, strength])


def _scores(
    vectors: FittingVectors,
    languages: Sequence[str],
    shared: LinearMap,
    regressions: Mapping[str, _Regression],
    ranks: Sequence[int],
    strengths: Sequence[float],
) -> dict[tuple[int, float], float]:
    """Returns the mean reciprocal rank on the validation captions of every rank and strength.

    A text ranks the candidates by cosine, for which the length of its own vector does not matter.
    So candidates are compared with the shared map's images once, and with each axis of a correction
    once, whatever its rank.
    """
    totals, codes = np.zeros((len(ranks), len(strengths))), np.asarray(languages)
    candidates = unit_rows(vectors.candidates.astype(np.float32, copy=False), allow_zero=True)
    for code in dict.fromkeys(languages):
        rows = codes == code
        features, right = vectors.validation[rows], vectors.right[rows]
        regression, images = regressions.get(code), shared(features)
        if regression is None:
            totals += reciprocal_ranks(images @ candidates.T, right).sum()
            continue
        similarity = (images + regression.target_mean) @ candidates.T
        for column, strength in enumerate(strengths):
            into, out = regression.factors(max(ranks), strength)
            places, towards = (features - regression.feature_mean) @ into, out @ candidates.T
            for row, rank in enumerate(ranks):
                repaired = similarity + places[:, :rank] @ towards[:rank]
                totals[row, column] += reciprocal_ranks(repaired, right).sum()
    means = totals / len(codes)
    return {
        (rank, strength): float(means[row, column])
        for row, rank in enumerate(ranks)
        for column, strength in enumerate(strengths)
    }


def fit_low_rank(
    features: np.ndarray, targets: np.ndarray, *, rank: int, strength: float
) -> LinearMap:
    """Returns the ridge map whose weight matrix has at most a given rank.

    Of all W of that rank it minimises what `fit_ridge` does, mean_i |x_i W + b - y_i|^2 + strength
    |W|^2, the intercept b not held. With the features in their principal axes, of variances v, that
    is the singular value decomposition of the covariance with the targets, each axis divided by
    sqrt(v + strength), cut off after `rank` values. At full rank it is `fit_ridge`.

    Args:
        features: (n, d_in) rows x_i, n >= 2.
        targets: (n, d_out) rows y_i in the same order.
        rank: At least 1; more than there can be is full rank.
        strength: > 0, in squared units of the features.

    Raises:
        InputError: for unequal numbers of rows, fewer than 2, NaN, or a rank or strength out of
            range.

    References:
        Izenman, "Reduced-rank regression for the multivariate linear model", Journal of
        Multivariate Analysis 1975; with a ridge: Mukherjee and Zhu, "Reduced rank ridge regression
        and its kernel extensions", Statistical Analysis and Data Mining 2011.
    """
    if rank < 1 or not 0 < strength < float("inf"):
        raise InputError(
            f"rank is {rank} and strength {strength}; give a rank from 1 on and a strength above "
            "0, such as 1e-3"
        )
    return _Regression.of(features, targets).map(rank, strength)


@dataclass(frozen=True, slots=True, eq=False)
class _Regression:
    """What reduced-rank regression has to know of the rows, the features in their principal axes.

    `axes` (d_in, k) are the k eigenvectors of the features' covariance that the rows span, at least
    one, `variances` (k,) their eigenvalues, `covariance` (k, d_out) that of each axis with the
    targets, and `products` (k, k) that times its own transpose.
    """

    feature_mean: np.ndarray
    target_mean: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    covariance: np.ndarray
    products: np.ndarray

    @classmethod
    def of(cls, features: np.ndarray, targets: np.ndarray) -> _Regression:
        x, y = matched_rows(features, targets, "features and targets")
        shares = shares_of(None, len(x))
        variances, axes = np.linalg.eigh(covariance(x, x, shares))
        spanned = variances > _ROUNDING * variances[-1]
        spanned[-1] = True
        axes, variances = axes[:, spanned], np.maximum(variances[spanned], 0.0)
        between = axes.T @ covariance(x, y, shares)
        means = weighted_mean(x, shares), weighted_mean(y, shares)
        return cls(*means, axes, variances, between, between @ between.T)

    def factors(self, rank: int, strength: float) -> tuple[np.ndarray, np.ndarray]:
        """Returns (d_in, r) and (r, d_out) factors of the weight matrix, r at most `rank`.

        Their first columns and rows alone are those of every lower rank. The left singular vectors
        are found as eigenvectors, of which only the first are computed.
        """
        held, k = np.sqrt(self.variances + strength), len(self.variances)
        _, left = eigh(
            self.products / np.outer(held, held), subset_by_index=[max(k - rank, 0), k - 1]
        )
        left = left[:, ::-1] / held[:, None]
        return self.axes @ left, left.T @ self.covariance

    def map(self, rank: int, strength: float) -> LinearMap:
        into, out = self.factors(rank, strength)
        weight = into @ out
        return LinearMap(weight, self.target_mean - self.feature_mean @ weight)
