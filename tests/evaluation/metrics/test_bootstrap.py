"""Bootstrap intervals against a plain loop and against theory."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tomclip.core.errors import InputError
from tomclip.evaluation.metrics import bootstrap
from tomclip.evaluation.metrics.bootstrap import (
    bootstrap_interval,
    bootstrap_intervals,
    bootstrap_means,
    paired_difference_interval,
)

VALUES = arrays(float, st.integers(2, 30), elements=st.floats(-100, 100))


def test_means_equal_those_of_a_plain_loop_over_the_same_draws() -> None:
    values = np.array([3.0, 1.0, 4.0, 1.0, 5.0])
    draws = np.random.default_rng(11).integers(0, 5, size=(20, 5))
    expected = [sum(values[i] for i in row) / 5 for row in draws]
    assert bootstrap_means(values, seed=11, samples=20)[:, 0] == pytest.approx(expected)


def test_interval_is_the_percentiles_of_the_means() -> None:
    values = np.random.default_rng(0).normal(size=50)
    means = sorted(bootstrap_means(values, samples=1001)[:, 0])
    low, high = bootstrap_interval(values, samples=1001, level=0.9)
    assert (low, high) == pytest.approx((means[50], means[950]))


def test_interval_of_a_share_has_the_width_of_the_normal_approximation() -> None:
    hits = np.repeat([0.0, 1.0], 300)
    low, high = bootstrap_interval(hits, samples=4000)
    assert high - low == pytest.approx(2 * 1.96 * np.sqrt(0.25 / 600), rel=0.08)


def test_interval_of_a_constant_is_that_constant() -> None:
    assert bootstrap_interval(np.full(7, 100.0)) == pytest.approx((100.0, 100.0))


def test_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    values = np.random.default_rng(1).normal(size=40)
    assert bootstrap_interval(values, seed=3) == bootstrap_interval(values, seed=3)
    assert bootstrap_interval(values, seed=3) != bootstrap_interval(values, seed=4)


def test_drawing_in_small_blocks_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(2).normal(size=(9, 2))
    whole = bootstrap_means(values, samples=50)
    monkeypatch.setattr(bootstrap, "DRAWS_AT_A_TIME", 30)
    assert np.array_equal(whole, bootstrap_means(values, samples=50))


def test_columns_share_their_resamples() -> None:
    values = np.random.default_rng(3).normal(size=25)
    together = bootstrap_intervals(np.stack([values, values + 2], axis=1))
    assert together[1] == pytest.approx(together[0] + 2)
    assert together[0] == pytest.approx(bootstrap_interval(values))


def test_pairing_removes_what_is_common_to_both_encoders() -> None:
    difficulty = np.random.default_rng(4).normal(scale=10, size=100)
    low, high = paired_difference_interval(difficulty + 1.0, difficulty)
    assert (low, high) == pytest.approx((1.0, 1.0))
    unpaired = bootstrap_interval(difficulty)
    assert unpaired[1] - unpaired[0] > 1.0


def test_difference_is_first_minus_second() -> None:
    low, high = paired_difference_interval(np.array([1.0, 1.0, 1.0]), np.array([0.0, 0.0, 1.0]))
    assert low == 0.0
    assert high == 1.0


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_interval_lies_within_the_values(values: np.ndarray) -> None:
    low, high = bootstrap_interval(values, samples=50)
    tolerance = 1e-9
    assert values.min() - tolerance <= low <= high <= values.max() + tolerance


@settings(max_examples=50, deadline=None)
@given(VALUES, st.floats(-50, 50))
def test_shifting_the_values_shifts_the_interval(values: np.ndarray, shift: float) -> None:
    moved = np.add(bootstrap_interval(values, samples=50), shift)
    assert bootstrap_interval(values + shift, samples=50) == pytest.approx(moved, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(VALUES)
def test_swapping_the_encoders_flips_the_difference(values: np.ndarray) -> None:
    other = values[::-1]
    low, high = paired_difference_interval(values, other, samples=50)
    flipped = paired_difference_interval(other, values, samples=50)
    assert flipped == pytest.approx((-high, -low), abs=1e-9)


@pytest.mark.parametrize(
    ("values", "options", "sentence"),
    [
        ([1.0], {}, "at least two items"),
        ([1.0, float("nan")], {}, "NaN"),
        ([[1.0, 2.0], [3.0, 4.0]], {}, "one value per item"),
        ([1.0, 2.0], {"samples": 0}, "samples is 0"),
        ([1.0, 2.0], {"level": 95}, "level is 95"),
    ],
)
def test_unusable_input_is_refused(values: list, options: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        bootstrap_interval(np.array(values), **options)


def test_paired_values_of_different_length_are_refused() -> None:
    with pytest.raises(InputError, match="same items"):
        paired_difference_interval(np.zeros(3), np.zeros(4))


def test_resamples_of_one_size_and_seed_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bootstrap._kept_counts.cache_clear()
    drawn, counts = [], bootstrap._counts
    monkeypatch.setattr(
        bootstrap, "_counts", lambda *settings: drawn.append(settings) or counts(*settings)
    )
    for column in np.random.default_rng(0).normal(size=(4, 12)):
        bootstrap_means(column, seed=3, samples=40)
    bootstrap_means(np.arange(13.0), seed=3, samples=40)
    assert drawn == [(12, 3, 40), (13, 3, 40)]


def test_kept_resamples_cannot_be_written_to() -> None:
    assert not bootstrap._kept_counts(5, 0, 10).flags.writeable
