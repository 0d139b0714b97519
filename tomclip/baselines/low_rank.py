"""A ridge map repaired language by language with a correction of low rank, in closed form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.baselines.choosing import chosen_ridge, mean_reciprocal_rank
from tomclip.baselines.vectors import FittingVectors
from tomclip.core.errors import InputError
from tomclip.geometry import LinearMap
from tomclip.geometry.ridge import STRENGTHS
from tomclip.geometry.weighted_rows import covariance, matched_rows, shares_of, weighted_mean

RANKS = (1, 2, 4, 8, 16, 32)
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
    codes, asked = np.asarray(languages), np.asarray(validation_languages)
    residuals = vectors.targets - ridge.map(vectors.features)
    regressions = {
        code: _Regression.of(vectors.features[codes == code], residuals[codes == code])
        for code in dict.fromkeys(languages)
        if np.count_nonzero(codes == code) > 1
    }
    plain = ridge.map(vectors.validation)
    scores: dict[tuple[int, float | None], float] = {(0, None): ridge.score}
    for strength in strengths:
        images = _repaired(plain, vectors.validation, asked, regressions, ranks, strength)
        for rank, found in zip(ranks, images, strict=True):
            score = mean_reciprocal_rank(found, vectors.candidates, vectors.right)
            scores[rank, strength] = score
    rank, strength = max(scores, key=lambda one: (scores[one], -one[0], one[1] or 0.0))
    corrections: dict[str, LinearMap] = {}
    if strength is not None:
        corrections = {code: one.maps([rank], strength)[0] for code, one in regressions.items()}
    return LowRankRepair(ridge.map, corrections, rank, strength, scores[rank, strength])


def _repaired(
    images: np.ndarray,
    features: np.ndarray,
    languages: np.ndarray,
    regressions: Mapping[str, _Regression],
    ranks: Sequence[int],
    strength: float,
) -> np.ndarray:
    """Returns (ranks, n, d_out) images of (n, d_in) features, each language's with its correction.

    `images` (n, d_out) are those of the shared map.
    """
    repaired = np.repeat(images[None], len(ranks), axis=0)
    for code, regression in regressions.items():
        rows = languages == code
        for place, correction in enumerate(regression.maps(ranks, strength)):
            repaired[place, rows] += correction(features[rows])
    return repaired


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
    return _Regression.of(features, targets).maps([rank], strength)[0]


@dataclass(frozen=True, slots=True, eq=False)
class _Regression:
    """What reduced-rank regression has to know of the rows, the features in their principal axes.

    `axes` (d_in, k) are the k eigenvectors of the features' covariance that the rows span,
    `variances` (k,) their eigenvalues, `covariance` (k, d_out) that of each axis with the targets.
    """

    feature_mean: np.ndarray
    target_mean: np.ndarray
    axes: np.ndarray
    variances: np.ndarray
    covariance: np.ndarray

    @classmethod
    def of(cls, features: np.ndarray, targets: np.ndarray) -> _Regression:
        x, y = matched_rows(features, targets, "features and targets")
        shares = shares_of(None, len(x))
        variances, axes = np.linalg.eigh(covariance(x, x, shares))
        spanned = variances > _ROUNDING * variances[-1]
        axes = axes[:, spanned]
        return cls(
            weighted_mean(x, shares),
            weighted_mean(y, shares),
            axes,
            variances[spanned],
            axes.T @ covariance(x, y, shares),
        )

    def maps(self, ranks: Sequence[int], strength: float) -> list[LinearMap]:
        """Returns the map of each rank."""
        if min(ranks) < 1 or not 0 < strength < float("inf"):
            raise InputError(
                f"ranks are {list(ranks)} and strength is {strength}; give ranks from 1 on and a "
                "strength above 0, such as 1e-3"
            )
        held = np.sqrt(self.variances + strength)[:, None]
        left, values, right = np.linalg.svd(self.covariance / held, full_matrices=False)
        from_features = self.axes @ (left * values / held)
        return [self._map(from_features[:, :rank] @ right[:rank]) for rank in ranks]

    def _map(self, weight: np.ndarray) -> LinearMap:
        return LinearMap(weight, self.target_mean - self.feature_mean @ weight)
