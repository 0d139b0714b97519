"""Maps laid onto one another: what is undone, what is left, and that the two add up."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import procrustes
from support.clouds import gaussian

from tomclip.core.errors import InputError
from tomclip.geometry import procrustes_disparity, superpose, superpose_all

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
QUARTER_TURN = np.array([[0.0, 1.0], [-1.0, 0.0]])
MIRROR = np.diag([1.0, -1.0])


@pytest.mark.parametrize("turn", [np.eye(2), QUARTER_TURN, MIRROR, QUARTER_TURN @ MIRROR])
def test_a_turned_mirrored_scaled_and_shifted_square_comes_back(turn: np.ndarray) -> None:
    laid = superpose(7.0 * SQUARE @ turn + [3.0, -40.0], SQUARE)
    np.testing.assert_allclose(laid.places, SQUARE, atol=1e-6)
    assert laid.disparity == pytest.approx(0.0, abs=1e-12)


def test_a_square_and_its_flattened_copy_leave_a_share_computed_by_hand() -> None:
    # Centred, the square is (+-.5, +-.5), squared norm 2. Flattened to half its height it is
    # (+-.5, +-.25), squared norm 1.25. No turn helps; the inner product is 4 (.25 + .125) = 1.5, so
    # the scale is 1.5 / 1.25 = 1.2, and 2 - 1.5 * 1.2 = .2 of 2 is left: a tenth.
    laid = superpose(SQUARE * [1.0, 0.5], SQUARE)
    assert laid.disparity == pytest.approx(0.1)
    by_hand = [[-0.1, 0.2], [1.1, 0.2], [1.1, 0.8], [-0.1, 0.8]]
    np.testing.assert_allclose(laid.places, by_hand, atol=1e-6)


def test_an_exchange_of_two_corners_leaves_three_quarters() -> None:
    # Around the centre the corners are u, v, -u, -v with u = (-.5, -.5) and v = (.5, -.5), and in
    # the other order u, -u, v, -v. Their product matrix is (u - v)(u - v)^T with u - v = (-1, 0):
    # singular values 1 and 0. Both norms are the root of 2, so 1 - (1 / 2) ** 2 is left.
    assert superpose(SQUARE[[0, 2, 1, 3]], SQUARE).disparity == pytest.approx(0.75)


def test_what_is_left_is_what_is_seen_between_the_two_maps() -> None:
    cloud, onto = gaussian(30, 2), 3.0 * gaussian(30, 2, seed=1) + 5.0
    laid = superpose(cloud, onto)
    left = ((laid.places - onto) ** 2).sum() / ((onto - onto.mean(axis=0)) ** 2).sum()
    assert laid.disparity == pytest.approx(left, rel=1e-5)
    np.testing.assert_allclose(laid.places.mean(axis=0), onto.mean(axis=0), rtol=1e-5)


@given(st.integers(0, 1_000), st.integers(2, 4))
def test_the_rest_is_the_disparity_of_scipy_and_the_same_in_both_directions(
    seed: int, width: int
) -> None:
    one, other = gaussian(9, width, seed=seed), gaussian(9, width, seed=seed + 1)
    there, back = superpose(one, other), superpose(other, one)
    assert there.disparity == pytest.approx(procrustes(other, one)[2], abs=1e-9)
    assert there.disparity == pytest.approx(back.disparity, abs=1e-9)
    assert there.disparity == pytest.approx(procrustes_disparity(one, other), abs=1e-9)


@pytest.mark.parametrize("size", [1e-100, 1e100])
def test_very_small_and_very_large_maps_are_laid_on_as_well(size: float) -> None:
    laid = superpose(size * SQUARE @ QUARTER_TURN, SQUARE)
    np.testing.assert_allclose(laid.places, SQUARE, atol=1e-6)


def test_all_maps_come_to_lie_on_the_first_which_stays() -> None:
    maps = {"first": SQUARE, "turned": SQUARE @ QUARTER_TURN, "flat": SQUARE * [1.0, 0.5]}
    laid = superpose_all(maps)
    assert list(laid) == list(maps)
    np.testing.assert_allclose(laid["first"].places, SQUARE, atol=1e-6)
    np.testing.assert_allclose(laid["turned"].places, SQUARE, atol=1e-6)
    assert [round(one.disparity, 9) for one in laid.values()] == [0.0, 0.0, 0.1]


def test_another_map_may_be_the_one_that_stays() -> None:
    laid = superpose_all({0: SQUARE, 10: SQUARE + 4.0}, onto=10)
    np.testing.assert_allclose(laid[0].places, SQUARE + 4.0, atol=1e-6)


def test_the_places_cannot_be_written() -> None:
    with pytest.raises(ValueError, match="read-only"):
        superpose(SQUARE, SQUARE).places[0, 0] = 9.0


@pytest.mark.parametrize(
    ("cloud", "words"),
    [
        (SQUARE[:3], r"shapes \(3, 2\) and \(4, 2\)"),
        (np.ones((4, 2)), "all 4 rows are equal"),
        (np.full((4, 2), np.nan), "NaN"),
    ],
)
def test_clouds_that_cannot_be_laid_on_are_refused(cloud: np.ndarray, words: str) -> None:
    with pytest.raises(InputError, match=words):
        superpose(cloud, SQUARE)


def test_a_map_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match=r"no cloud 'mclip'.*there are: 'tomclip'"):
        superpose_all({"tomclip": SQUARE}, onto="mclip")
    with pytest.raises(InputError, match="there are: none"):
        superpose_all({})
