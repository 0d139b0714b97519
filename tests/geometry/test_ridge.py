"""Ridge maps: against scikit-learn and a regression by hand; what a weight and a strength mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import Ridge
from support.clouds import gaussian

from tomclip.core.errors import InputError
from tomclip.geometry import (
    LinearMap,
    StrengthChoice,
    choose_strength,
    fit_ridge,
    ridge,
    weighted_rows,
)


def test_a_line_through_three_points_is_drawn_towards_the_flat_one_as_computed_by_hand() -> None:
    # x = -1, 0, 1 and y = 1, 3, 5: slope 2 through 3. The mean of x^2 is 2/3 and of xy 4/3, so with
    # strength 2/3 the slope is (4/3) / (2/3 + 2/3) = 1, and the intercept stays the mean of y.
    x, y = np.array([[-1.0], [0.0], [1.0]]), np.array([[1.0], [3.0], [5.0]])
    fitted = fit_ridge(x, y, strength=2 / 3)
    np.testing.assert_allclose(fitted.weight, [[1.0]], rtol=1e-6)
    np.testing.assert_allclose(fitted.bias, [3.0], rtol=1e-6)
    np.testing.assert_allclose(fitted(np.array([[10.0]])), [[13.0]], rtol=1e-6)


@given(
    st.integers(0, 1_000),
    st.integers(2, 40),
    st.integers(1, 12),
    st.sampled_from([1e-6, 1e-2, 3.0]),
)
def test_it_is_the_ridge_of_scikit_learn_with_strength_times_rows(
    seed: int, n: int, width: int, strength: float
) -> None:
    x, y = gaussian(n, width, seed=seed) + 2.0, gaussian(n, 3, seed=seed + 1) - 1.0
    fitted = fit_ridge(x, y, strength=strength)
    oracle = Ridge(alpha=strength * n, solver="svd").fit(x, y)
    np.testing.assert_allclose(fitted.weight, oracle.coef_.T, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(fitted.bias, oracle.intercept_, rtol=1e-4, atol=1e-4)


def test_weights_are_sample_weights_of_scikit_learn_with_strength_times_their_sum() -> None:
    x, y = gaussian(50, 7), gaussian(50, 4, seed=1)
    weights = np.random.default_rng(2).uniform(0.0, 3.0, 50)
    fitted = fit_ridge(x, y, strength=0.1, weights=weights)
    oracle = Ridge(alpha=0.1 * weights.sum(), solver="svd").fit(x, y, sample_weight=weights)
    np.testing.assert_allclose(fitted.weight, oracle.coef_.T, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(fitted.bias, oracle.intercept_, rtol=1e-5, atol=1e-7)


def test_scikit_learn_leaves_alpha_alone_when_weights_double_and_so_needs_their_sum() -> None:
    x, y = gaussian(30, 5), gaussian(30, 2, seed=1)
    one = Ridge(alpha=2.0).fit(x, y, sample_weight=np.ones(30)).coef_
    np.testing.assert_allclose(
        Ridge(alpha=4.0).fit(x, y, sample_weight=np.full(30, 2.0)).coef_, one
    )
    assert not np.allclose(Ridge(alpha=2.0).fit(x, y, sample_weight=np.full(30, 2.0)).coef_, one)


def test_a_row_of_weight_two_counts_as_two_rows_and_one_of_weight_zero_as_none() -> None:
    x, y = gaussian(20, 4), gaussian(20, 3, seed=1)
    weights = np.r_[2.0, np.ones(18), 0.0]
    twice = np.r_[0, np.arange(19)]
    weighted = fit_ridge(x, y, strength=0.3, weights=weights)
    repeated = fit_ridge(x[twice], y[twice], strength=0.3)
    np.testing.assert_allclose(weighted.weight, repeated.weight, atol=1e-6)
    np.testing.assert_allclose(weighted.bias, repeated.bias, atol=1e-6)


def test_a_strength_means_the_same_for_the_rows_and_for_ten_copies_of_them() -> None:
    x, y = gaussian(15, 4), gaussian(15, 3, seed=1)
    few, many = (fit_ridge(np.tile(x, (k, 1)), np.tile(y, (k, 1)), strength=0.2) for k in (1, 10))
    np.testing.assert_allclose(few.weight, many.weight, atol=1e-6)


def test_rows_read_in_parts_give_what_all_of_them_give(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = gaussian(100, 6).astype(np.float32), gaussian(100, 5, seed=1).astype(np.float32)
    weights = np.arange(100.0)
    whole = fit_ridge(x, y, strength=1e-3, weights=weights)
    monkeypatch.setattr(weighted_rows, "_CHUNK", 7)
    parts = fit_ridge(x, y, strength=1e-3, weights=weights)
    np.testing.assert_allclose(parts.weight, whole.weight, rtol=1e-5, atol=1e-7)
    np.testing.assert_allclose(parts.bias, whole.bias, rtol=1e-5, atol=1e-7)


def test_a_linear_relation_is_found_again_and_the_map_is_float32_that_cannot_be_written() -> None:
    x, weight, bias = gaussian(40, 6), gaussian(6, 3, seed=1), np.array([1.0, -2.0, 0.5])
    fitted = fit_ridge(x, x @ weight + bias, strength=1e-12)
    np.testing.assert_allclose(fitted.weight, weight, atol=1e-5)
    np.testing.assert_allclose(fitted.bias, bias, atol=1e-5)
    assert fitted.weight.dtype == fitted.bias.dtype == fitted(x).dtype == np.float32
    with pytest.raises(ValueError, match="read-only"):
        fitted.weight[0, 0] = 1.0
    assert fitted(np.empty((0, 6))).shape == (0, 3)


def test_features_without_any_difference_give_the_mean_of_the_targets() -> None:
    y = gaussian(5, 2)
    fitted = fit_ridge(np.ones((5, 3)), y, strength=1e-3)
    np.testing.assert_allclose(fitted(np.ones((1, 3)))[0], y.mean(axis=0), atol=1e-6)


def test_validation_chooses_little_strength_for_a_clean_relation_and_more_for_noise() -> None:
    x, weight = gaussian(60, 40), gaussian(40, 5, seed=1)
    clean, noise = x @ weight, 30.0 * gaussian(60, 5, seed=2)
    held, truth = gaussian(200, 40, seed=3), gaussian(200, 40, seed=3) @ weight
    strengths = (1e-6, 1e-2, 1.0)
    easy = choose_strength(x, clean, held, truth, strengths=strengths)
    hard = choose_strength(x, clean + noise, held, truth, strengths=strengths)
    assert (easy.strength, hard.strength) == (1e-6, 1.0)
    assert [strength for strength, _ in hard.scores] == list(strengths)
    assert dict(hard.scores)[1.0] == max(score for _, score in hard.scores)


def test_the_chosen_map_is_the_one_fitted_with_the_chosen_strength() -> None:
    x, y = gaussian(30, 6), gaussian(30, 4, seed=1)
    chosen = choose_strength(x, y, x, y, strengths=(1.0, 1e-4))
    assert isinstance(chosen, StrengthChoice)
    assert chosen.strength == 1e-4  # the rows themselves are best met by the loosest map
    again = fit_ridge(x, y, strength=1e-4)
    np.testing.assert_array_equal(chosen.map.weight, again.weight)


def test_another_score_may_choose_and_of_equal_scores_the_greatest_strength_wins() -> None:
    x, y = gaussian(30, 6), gaussian(30, 4, seed=1)
    same = choose_strength(x, y, x, y, strengths=(0.1, 10.0, 1.0), score=lambda *_: 0.5)
    assert same.strength == 10.0
    short = choose_strength(x, y, x, y, score=lambda images, _: -float(np.abs(images).sum()))
    assert short.strength == max(ridge.STRENGTHS)


GOOD = gaussian(4, 3)
HOLE = np.where(np.arange(12).reshape(4, 3) == 4, np.nan, GOOD)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"features": GOOD[:1], "targets": GOOD[:1]}, "1 rows came .* needs at least 2 pairs"),
        ({"features": GOOD[:0], "targets": GOOD[:0]}, r"vectors have shape \(0, 3\)"),
        ({"targets": GOOD[:3]}, "4 and 3 rows; give the same items"),
        ({"features": HOLE}, "NaN or infinity .first in row 1 of 4."),
        ({"targets": HOLE}, "NaN or infinity"),
        ({"features": GOOD[0]}, r"shape \(3,\)"),
        ({"strength": 0.0}, "strength is 0.0; give a number above 0"),
        ({"strength": float("nan")}, "strength is nan"),
        ({"weights": [1.0, 2.0]}, r"weights have shape \(2,\) for 4 rows"),
        ({"weights": [1.0, -2.0, 1.0, 1.0]}, "least weight is -2"),
        ({"weights": [1.0, 0.0, 0.0, 0.0]}, "1 rows came with a weight above 0"),
        ({"weights": [1.0, np.inf, 1.0, 1.0]}, "weights hold NaN or infinity"),
    ],
)
def test_rows_that_cannot_be_fitted_are_refused(changed: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        fit_ridge(**{"features": GOOD, "targets": GOOD, "strength": 1.0} | changed)


def test_validation_rows_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="no strength came"):
        choose_strength(GOOD, GOOD, GOOD, GOOD, strengths=())
    with pytest.raises(InputError, match="strength is -1"):
        choose_strength(GOOD, GOOD, GOOD, GOOD, strengths=(1.0, -1.0))
    with pytest.raises(InputError, match="this map reads rows of 3"):
        choose_strength(GOOD, GOOD, GOOD[:, :2], GOOD)
    with pytest.raises(InputError, match="2 numbers long and the others 3"):
        choose_strength(GOOD, GOOD, GOOD, GOOD[:, :2])
    with pytest.raises(InputError, match="validation rows have 4 and 3 rows"):
        choose_strength(GOOD, GOOD, GOOD, GOOD[:3])


def test_a_map_whose_parts_do_not_belong_together_is_refused() -> None:
    with pytest.raises(InputError, match=r"weight has shape \(3, 2\) and bias \(3,\)"):
        LinearMap(np.ones((3, 2)), np.ones(3))
    with pytest.raises(InputError, match="NaN"):
        LinearMap(np.full((3, 2), np.nan), np.ones(2))
    with pytest.raises(InputError, match=r"features have shape \(1, 2\); .* rows of 3"):
        LinearMap(np.ones((3, 2)), np.ones(2))(np.ones((1, 2)))
