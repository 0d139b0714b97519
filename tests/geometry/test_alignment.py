"""Numbers that compare two row-matched clouds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr
from support.clouds import SQUARE, gaussian, random_rotation

from tomclip import geometry
from tomclip.core.errors import InputError

A_CLOUD = gaussian(30, 8)
ITS_IMAGE = 3.0 * A_CLOUD @ random_rotation(8) + 0.5
ANOTHER = gaussian(30, 5, seed=9)


def naive_hsic(k: np.ndarray, m: np.ndarray) -> float:
    """The unbiased estimator as Song et al. (2012) write it, equation 4."""
    n = len(k)
    k, m = k - np.diag(np.diag(k)), m - np.diag(np.diag(m))
    ones = np.ones(n)
    trace = np.trace(k @ m)
    product = (ones @ k @ ones) * (ones @ m @ ones) / ((n - 1) * (n - 2))
    mixed = 2 / (n - 2) * (ones @ k @ m @ ones)
    return (trace + product - mixed) / (n * (n - 3))


@pytest.mark.parametrize("number", [geometry.linear_cka, geometry.debiased_cka])
def test_cka_is_1_for_a_rotated_scaled_and_shifted_copy(number) -> None:
    assert number(A_CLOUD, ITS_IMAGE) == pytest.approx(1.0)


def test_linear_cka_of_features_equals_the_feature_form() -> None:
    x, y = A_CLOUD - A_CLOUD.mean(axis=0), ANOTHER - ANOTHER.mean(axis=0)
    cross, own, other = (np.linalg.norm(p.T @ q) for p, q in ((x, y), (x, x), (y, y)))
    assert geometry.linear_cka(A_CLOUD, ANOTHER) == pytest.approx(cross**2 / (own * other))


def test_linear_cka_of_two_orthogonal_patterns_is_0() -> None:
    left_right, up_down = np.array([[1.0], [1], [-1], [-1]]), np.array([[1.0], [-1], [1], [-1]])
    assert geometry.linear_cka(left_right, up_down) == pytest.approx(0.0)


def test_debiased_cka_equals_the_published_estimator() -> None:
    k, m = A_CLOUD @ A_CLOUD.T, ANOTHER @ ANOTHER.T
    expected = naive_hsic(k, m) / np.sqrt(naive_hsic(k, k) * naive_hsic(m, m))
    assert geometry.debiased_cka(A_CLOUD, ANOTHER) == pytest.approx(expected)


def test_debiasing_removes_what_high_dimension_adds() -> None:
    a, b = gaussian(40, 400, seed=1), gaussian(40, 400, seed=2)
    assert geometry.linear_cka(a, b) > 0.8
    assert abs(geometry.debiased_cka(a, b)) < 0.1


def test_three_of_four_shared_neighbours_are_three_quarters() -> None:
    line = np.array([[0.0], [1.0], [10.0], [11.0]])
    moved = np.array([[0.0], [1.0], [11.5], [2.5]])  # the last one now lies beside the second
    overlap = geometry.mutual_knn_overlap(line, moved, k=1, metric="euclidean")
    assert overlap == 0.75


def test_neighbours_of_a_copy_are_the_same() -> None:
    assert geometry.mutual_knn_overlap(A_CLOUD, 2 * A_CLOUD, k=5) == 1.0


def test_all_others_are_neighbours_when_k_is_n_minus_1() -> None:
    assert geometry.mutual_knn_overlap(A_CLOUD, ANOTHER, k=29) == 1.0


def test_procrustes_forgives_rotation_scale_and_shift() -> None:
    assert geometry.procrustes_disparity(A_CLOUD, ITS_IMAGE) == pytest.approx(0.0, abs=1e-12)


def test_procrustes_of_a_square_and_its_flattened_copy() -> None:
    flat = SQUARE * [1.0, 0.0]  # half of the spread is lost: singular values 1/sqrt2, so 1 - 1/2
    assert geometry.procrustes_disparity(SQUARE, flat) == pytest.approx(0.5)


def test_procrustes_pads_the_smaller_dimension() -> None:
    assert geometry.procrustes_disparity(SQUARE, np.pad(SQUARE, ((0, 0), (0, 3)))) < 1e-12


def test_rsa_equals_scipy_on_the_distances() -> None:
    upper = np.triu_indices(30, k=1)
    a, b = (geometry.distance_matrix(cloud).values[upper] for cloud in (A_CLOUD, ANOTHER))
    assert geometry.rsa_spearman(A_CLOUD, ANOTHER) == pytest.approx(spearmanr(a, b)[0])


def test_rsa_sees_order_only() -> None:
    line = np.array([[0.0], [1.0], [3.0]])
    assert geometry.rsa_spearman(line, line**3, metric="euclidean") == pytest.approx(1.0)


def test_the_gap_between_two_directions_is_the_distance_of_their_unit_vectors() -> None:
    images, texts = np.array([[2.0, 0.0]]), np.array([[0.0, 1.0], [0.0, 9.0]])
    assert geometry.modality_gap(images, texts) == pytest.approx(np.sqrt(2))
    assert geometry.language_gap(texts, texts) == 0.0


MATCHED = [
    geometry.linear_cka,
    geometry.debiased_cka,
    geometry.mutual_knn_overlap,
    geometry.procrustes_disparity,
    geometry.rsa_spearman,
]


@pytest.mark.parametrize("number", MATCHED)
def test_unmatched_rows_are_refused(number) -> None:
    with pytest.raises(InputError, match="30 and 29 rows"):
        number(A_CLOUD, ANOTHER[:29])


@pytest.mark.parametrize("number", MATCHED)
def test_numbers_are_symmetric(number) -> None:
    assert number(A_CLOUD, ANOTHER) == pytest.approx(number(ANOTHER, A_CLOUD))


@pytest.mark.parametrize(
    "number", [geometry.linear_cka, geometry.debiased_cka, geometry.procrustes_disparity]
)
def test_a_cloud_of_equal_points_is_refused(number) -> None:
    with pytest.raises(InputError, match="equal"):
        number(A_CLOUD, np.ones((30, 8)))


def test_equidistant_points_have_no_debiased_cka_and_no_ranks() -> None:
    with pytest.raises(InputError, match="equally far"):
        geometry.debiased_cka(np.eye(6), gaussian(6, 3))
    with pytest.raises(InputError, match="apart"):
        geometry.rsa_spearman(np.eye(6), gaussian(6, 3))


@pytest.mark.parametrize("k", [0, 30])
def test_neighbours_out_of_range_are_refused(k: int) -> None:
    with pytest.raises(InputError, match="1 to 29"):
        geometry.mutual_knn_overlap(A_CLOUD, ANOTHER, k=k)


def test_a_gap_between_different_spaces_is_refused() -> None:
    with pytest.raises(InputError, match="8 and 5 dimensions"):
        geometry.modality_gap(A_CLOUD, ANOTHER)


def test_too_few_rows_are_refused() -> None:
    with pytest.raises(InputError, match="at least 4"):
        geometry.debiased_cka(A_CLOUD[:3], ANOTHER[:3])


def rotated(rows: np.ndarray) -> np.ndarray:
    return rows @ random_rotation(rows.shape[1])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("number", [geometry.rsa_spearman, geometry.mutual_knn_overlap])
def test_a_rotated_simplex_has_one_distance_only(number, metric: str, dtype) -> None:
    simplex = rotated(np.eye(64)).astype(dtype)
    with pytest.raises(InputError, match="all pairs of a cloud lie"):
        number(simplex, gaussian(64, 3), metric=metric)


def test_ties_up_to_rounding_share_their_mean_rank() -> None:
    cross = np.vstack([np.eye(8), -np.eye(8)])  # distances: sqrt 2 and 2
    expected = geometry.rsa_spearman(cross, gaussian(16, 5), metric="euclidean")
    found = geometry.rsa_spearman(rotated(cross), gaussian(16, 5), metric="euclidean")
    upper = np.triu_indices(16, k=1)
    exact = np.where(np.abs(cross @ cross.T)[upper] > 0, 2.0, 1.0)
    other = geometry.distance_matrix(gaussian(16, 5), metric="euclidean").values[upper]
    assert found == pytest.approx(expected, abs=1e-12)
    assert found == pytest.approx(spearmanr(exact, other)[0])


def test_tied_neighbours_share_the_places_that_are_left() -> None:
    # From the centre of a rotated square its four corners are equally far: each has 1/4 of a place.
    square = np.vstack([[0.0, 0.0], SQUARE - SQUARE.mean(axis=0)])
    line = np.array([[0.0], [1.0], [10.0], [20.0], [40.0]])
    overlap = geometry.mutual_knn_overlap(rotated(square), line, k=1, metric="euclidean")
    # Every corner's nearest is the centre, in the line only the first one's: (1/4 + 1) / 5.
    assert overlap == pytest.approx(1.25 / 5)


def test_a_copy_with_ties_has_the_same_neighbours() -> None:
    cross = np.vstack([np.eye(8), -np.eye(8)])
    assert geometry.mutual_knn_overlap(cross, rotated(cross), k=3) == pytest.approx(1.0)


@pytest.mark.parametrize("unit", [1e-200, 1e-30, 1e30, 1e200])
@pytest.mark.parametrize("number", MATCHED)
def test_the_unit_of_a_cloud_does_not_matter(number, unit: float) -> None:
    assert number(A_CLOUD * unit, ANOTHER) == pytest.approx(number(A_CLOUD, ANOTHER), rel=1e-9)
