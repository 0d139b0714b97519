"""The Procrustes map: against SciPy, and what it does with too few pairs or other dimensions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import orthogonal_procrustes
from support.clouds import SQUARE, gaussian, random_rotation

from tomclip.core.errors import InputError
from tomclip.geometry import fit_procrustes, superpose


@given(st.integers(0, 500), st.integers(2, 6))
def test_the_turn_is_that_of_scipy_on_the_centred_rows(seed: int, width: int) -> None:
    x, y = gaussian(40, width, seed=seed) + 3.0, gaussian(40, width, seed=seed + 1)
    fitted = fit_procrustes(x, y)
    turn, total = orthogonal_procrustes(x - x.mean(axis=0), y - y.mean(axis=0))
    scale = total / ((x - x.mean(axis=0)) ** 2).sum()
    np.testing.assert_allclose(fitted.weight, scale * turn, atol=1e-5)


def test_it_lays_a_cloud_where_superpose_does() -> None:
    x, y = gaussian(30, 3), gaussian(30, 3, seed=1) + 4.0
    np.testing.assert_allclose(fit_procrustes(x, y)(x), superpose(x, y).places, atol=1e-5)


def test_a_turned_scaled_and_shifted_cloud_comes_back() -> None:
    x = gaussian(30, 4)
    y = 2.5 * x @ random_rotation(4) + 7.0
    np.testing.assert_allclose(fit_procrustes(x, y)(x), y, atol=1e-4)


def test_into_more_dimensions_no_distance_changes_but_by_the_scale() -> None:
    x, y = gaussian(30, 3), gaussian(30, 5, seed=1)
    weight = fit_procrustes(x, y).weight.astype(np.float64)
    inner = weight @ weight.T
    np.testing.assert_allclose(inner, inner[0, 0] * np.eye(3), atol=1e-6)


def test_into_fewer_dimensions_it_is_the_padded_turn_of_scipy() -> None:
    x, y = gaussian(30, 5), gaussian(30, 3, seed=1)
    fitted = fit_procrustes(x, y).weight
    padded = np.pad(y - y.mean(axis=0), ((0, 0), (0, 2)))
    turn, total = orthogonal_procrustes(x - x.mean(axis=0), padded)
    scale = total / ((x - x.mean(axis=0)) ** 2).sum()
    np.testing.assert_allclose(fitted, scale * turn[:, :3], atol=1e-5)


def test_directions_that_no_pair_speaks_of_go_to_the_mean() -> None:
    x = np.column_stack([SQUARE, np.zeros(4)])
    fitted = fit_procrustes(x, x)
    np.testing.assert_allclose(fitted(x), x, atol=1e-6)
    aside = fitted(np.array([[0.5, 0.5, 9.0]]))
    np.testing.assert_allclose(aside, [[0.5, 0.5, 0.0]], atol=1e-6)


def test_a_row_of_weight_two_counts_as_two_rows() -> None:
    x, y = gaussian(12, 3), gaussian(12, 3, seed=1)
    weighted = fit_procrustes(x, y, weights=np.r_[2.0, np.ones(11)])
    repeated = fit_procrustes(x[np.r_[0, :12]], y[np.r_[0, :12]])
    np.testing.assert_allclose(weighted.weight, repeated.weight, atol=1e-6)


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (SQUARE, SQUARE[:3], "4 and 3 rows"),
        (np.ones((4, 2)), SQUARE, "all rows of a side are equal"),
        (SQUARE, np.ones((4, 2)), "all rows of a side are equal"),
        (SQUARE[:1], SQUARE[:1], "needs at least 2 pairs"),
        (np.full((4, 2), np.nan), SQUARE, "NaN"),
    ],
)
def test_clouds_that_cannot_be_laid_on_are_refused(
    x: np.ndarray, y: np.ndarray, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        fit_procrustes(x, y)
