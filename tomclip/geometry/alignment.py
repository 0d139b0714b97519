"""Numbers that say how alike two clouds are whose rows describe the same items."""

from __future__ import annotations

import numpy as np
from scipy.spatial import procrustes
from scipy.spatial.distance import squareform

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.types import Embeddings
from tomclip.geometry.distance_levels import distance_levels
from tomclip.geometry.distances import binary_exponent, vectors_of
from tomclip.geometry.neighbours import neighbour_shares

Vectors = np.ndarray | Embeddings

_ROUNDING = 1e-10  # a centred matrix this small beside the original is rounding noise


def linear_cka(a: Vectors, b: Vectors) -> float:
    """Returns the linear centred kernel alignment of two clouds.

    Invariant to rotation, reflection, translation and one common scale of either side. Biased
    upwards when n is not much larger than d: see `debiased_cka`.

    Args:
        a: (n, d) vectors, n >= 3.
        b: (n, e) vectors of the same items in the same order.

    Returns:
        A number in [0, 1]; 1 means equal up to these transformations.

    Raises:
        InputError: for unmatched rows, too few rows, NaN, or a cloud whose rows are all equal.

    References:
        Kornblith, Norouzi, Lee and Hinton, "Similarity of neural network representations
        revisited", ICML 2019, equation 6.
    """
    first, second = (_gram(rows) for rows in _matched(a, b, minimum=3))
    return _cosine_of(first, second)


def linear_cka_by_chance(a: Vectors, b: Vectors) -> float:
    """Returns the mean of `linear_cka` when the items of one cloud are shuffled.

    What of the alignment is left for clouds whose rows do not belong together, from their
    dimensions and numbers alone: exactly tr(K) tr(L) / ((n - 1) |K| |L|) for the centred Gram
    matrices K and L.

    Args:
        a: (n, d) vectors, n >= 3.
        b: (n, e) vectors.

    Returns:
        A number in [0, 1].

    Raises:
        InputError: as `linear_cka`.

    References:
        Gröger, Wen and Brbić, "Revisiting the Platonic Representation Hypothesis", 2026 (arXiv
        2602.14486), which calibrates similarities by their null distribution.
    """
    first, second = (_gram(rows) for rows in _matched(a, b, minimum=3))
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.trace(first) * np.trace(second)) / ((len(first) - 1) * lengths)


def debiased_cka(a: Vectors, b: Vectors) -> float:
    """Returns the linear CKA with the unbiased estimator of the Hilbert-Schmidt criterion.

    Near 0 for independent clouds at every n, where `linear_cka` grows with d / n.

    Args:
        a: (n, d) vectors, n >= 4.
        b: (n, e) vectors of the same items in the same order.

    Returns:
        A number in [-1, 1].

    Raises:
        InputError: for unmatched rows, too few rows, NaN, or a cloud whose rows are all equal.

    References:
        Song, Smola, Gretton, Bedo and Borgwardt, "Feature selection via dependence maximization",
        JMLR 2012; Nguyen, Raghu and Kornblith, ICLR 2021, equation 3.
    """
    first, second = (_u_centred(_gram(rows)) for rows in _matched(a, b, minimum=4))
    return _cosine_of(first, second)


def mutual_knn_overlap(a: Vectors, b: Vectors, *, k: int = 10, metric: str = "cosine") -> float:
    """Returns the mean share of an item's k nearest neighbours that both clouds agree on.

    The item itself is no neighbour. Where distances that are equal up to rounding compete for the
    last places, each of them has an equal part of those places.

    Args:
        a: (n, d) vectors.
        b: (n, e) vectors of the same items in the same order.
        k: Neighbours per item, 1 <= k <= n - 1.
        metric: "cosine" or "euclidean".

    Returns:
        A number in [0, 1]; independent clouds give about k / (n - 1).

    Raises:
        InputError: for unmatched rows, k out of range, a cloud with one distance only (unless k
            is n - 1), or what `distance_matrix` refuses.

    References:
        Huh, Cheung, Wang and Isola, "The platonic representation hypothesis", ICML 2024.
    """
    n = len(_matched(a, b, minimum=2)[0])
    if not 1 <= k <= n - 1:
        raise InputError(f"k is {k} for {n} rows; give 1 to {n - 1} neighbours")
    shares = [neighbour_shares(rows, k, metric) for rows in (a, b)]
    return float(np.minimum(*shares).sum() / (k * n))


def procrustes_disparity(a: Vectors, b: Vectors) -> float:
    """Returns the squared distance left after the best shift, scale, rotation and reflection.

    Both clouds are centred and scaled to unit Frobenius norm first. The one with fewer columns is
    padded with zeros, which changes no distance.

    Args:
        a: (n, d) vectors, n >= 3.
        b: (n, e) vectors of the same items in the same order.

    Returns:
        A number in [0, 1]; 0 means equal in shape.

    Raises:
        InputError: for unmatched rows, too few rows, NaN, or a cloud whose rows are all equal.

    References:
        Gower, "Generalized Procrustes analysis", Psychometrika 1975.
    """
    first, second = (_centred(rows) for rows in _matched(a, b, minimum=3))
    width = max(first.shape[1], second.shape[1])
    disparity = procrustes(_padded(first, width), _padded(second, width))[2]
    return float(np.clip(disparity, 0.0, 1.0))


def rsa_spearman(a: Vectors, b: Vectors, *, metric: str = "cosine") -> float:
    """Returns Spearman's rank correlation between the pairwise distances of two clouds.

    Distances that are equal up to rounding share their mean rank.

    Args:
        a: (n, d) vectors, n >= 3.
        b: (n, e) vectors of the same items in the same order.
        metric: "cosine" or "euclidean".

    Returns:
        A number in [-1, 1]; 1 means the same order of all pairs.

    Raises:
        InputError: for unmatched rows, too few rows, a cloud with one distance only, or what
            `distance_matrix` refuses.

    References:
        Kriegeskorte, Mur and Bandettini, "Representational similarity analysis", 2008.
    """
    from scipy.stats import rankdata

    _matched(a, b, minimum=3)
    ranks = [rankdata(squareform(distance_levels(rows, metric), checks=False)) for rows in (a, b)]
    return float(np.corrcoef(ranks)[0, 1])


def modality_gap(image_vectors: Vectors, text_vectors: Vectors) -> float:
    """Returns the Euclidean distance between the centroids of the unit-length images and texts.

    The two sides may differ in their number of rows, not in their dimension.

    Returns:
        A number in [0, 2].

    Raises:
        InputError: for different dimensions, NaN, or a zero vector.

    References:
        Liang, Zhang, Kwon, Yeung and Zou, "Mind the gap", NeurIPS 2022, section 2.
    """
    return _centroid_gap(image_vectors, text_vectors)


def language_gap(a: Vectors, b: Vectors) -> float:
    """Returns the Euclidean distance between the centroids of two languages' unit-length texts.

    The definition of `modality_gap` for two languages of one encoder.

    Returns:
        A number in [0, 2].

    Raises:
        InputError: for different dimensions, NaN, or a zero vector.
    """
    return _centroid_gap(a, b)


def _centroid_gap(a: Vectors, b: Vectors) -> float:
    first, second = vectors_of(a), vectors_of(b)
    if first.shape[1] != second.shape[1]:
        raise InputError(
            f"the sides have {first.shape[1]} and {second.shape[1]} dimensions; "
            "give vectors of one shared space"
        )
    return float(np.linalg.norm(unit_rows(first).mean(axis=0) - unit_rows(second).mean(axis=0)))


def _matched(a: Vectors, b: Vectors, *, minimum: int) -> tuple[np.ndarray, np.ndarray]:
    first, second = vectors_of(a), vectors_of(b)
    if len(first) != len(second):
        raise InputError(
            f"the clouds have {len(first)} and {len(second)} rows; "
            "give the same items in the same order on both sides"
        )
    if len(first) < minimum:
        raise InputError(f"{len(first)} rows came; this number needs at least {minimum}")
    return first, second


def _centred(rows: np.ndarray) -> np.ndarray:
    if (rows == rows[0]).all():
        raise InputError(f"all {len(rows)} rows are equal; give a cloud with at least two points")
    scaled = np.ldexp(rows, -binary_exponent(rows))
    centred = scaled - scaled.mean(axis=0)
    return centred / np.abs(centred).max()


def _gram(rows: np.ndarray) -> np.ndarray:
    centred = _centred(rows)
    return centred @ centred.T


def _u_centred(gram: np.ndarray) -> np.ndarray:
    """Returns the matrix whose inner products give the unbiased criterion."""
    n = len(gram)
    hollow = gram - np.diag(np.diag(gram))
    sums = hollow.sum(axis=0)
    centred = hollow - (sums[:, None] + sums) / (n - 2) + sums.sum() / ((n - 1) * (n - 2))
    np.fill_diagonal(centred, 0.0)
    if np.linalg.norm(centred) <= _ROUNDING * np.linalg.norm(gram):
        raise InputError(
            f"all {n} rows lie equally far apart; give a cloud with more varied distances"
        )
    return centred


def _cosine_of(first: np.ndarray, second: np.ndarray) -> float:
    norms = float(np.linalg.norm(first) * np.linalg.norm(second))
    return float(np.clip((first * second).sum() / norms, -1.0, 1.0))


def _padded(rows: np.ndarray, width: int) -> np.ndarray:
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1])))
