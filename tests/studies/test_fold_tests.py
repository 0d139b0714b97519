"""Tests over folds: known answers, and what they promise held against simulated studies."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from tomclip.core.errors import InputError
from tomclip.studies.fold_tests import FoldTest, fold_test

FOLDS, SEEDS, STUDIES = 5, 5, 2000


def simulated(gain: float, *, seed: int = 0, of_fold: float = 0.3, of_run: float = 0.4) -> list:
    """Returns tests of studies whose true gain is `gain`, with deviations of folds and runs."""
    random = np.random.default_rng(seed)
    folds = random.normal(gain, of_fold, (STUDIES, FOLDS, 1))
    runs = folds + random.normal(0, of_run, (STUDIES, FOLDS, SEEDS))
    return [fold_test(study, test_to_train=0.0) for study in runs]


def test_interval_and_p_value_are_those_of_scipy_over_fold_means() -> None:
    differences = np.random.default_rng(1).normal(0.5, 1.0, (FOLDS, SEEDS))
    found = fold_test(differences, test_to_train=0.25)
    means = differences.mean(axis=1)
    _, p_value = stats.ttest_1samp(means, 0.0)
    interval = stats.t.interval(0.95, FOLDS - 1, loc=means.mean(), scale=stats.sem(means))
    assert found.gain == pytest.approx(means.mean())
    assert (found.low, found.high) == pytest.approx(interval)
    assert found.p_value == pytest.approx(p_value)
    # Nadeau and Bengio: 1/k becomes 1/k + test/train.
    error = np.sqrt((1 / FOLDS + 0.25) * means.var(ddof=1))
    half = stats.t.isf(0.025, FOLDS - 1) * error
    corrected = (found.corrected_low, found.corrected_high)
    assert corrected == pytest.approx((means.mean() - half, means.mean() + half))
    assert (found.folds, found.runs) == (FOLDS, FOLDS * SEEDS)


def test_a_missing_run_leaves_its_fold_to_the_others() -> None:
    differences = np.array([[1.0, np.nan], [2.0, 4.0], [np.nan, np.nan], [0.0, 0.0]])
    found = fold_test(differences, test_to_train=0.0)
    assert found.gain == pytest.approx((1 + 3 + 0) / 3)
    assert (found.folds, found.runs) == (3, 5)


def test_intervals_cover_and_tests_err_as_often_as_they_say() -> None:
    tests = simulated(0.7)
    covered = np.mean([one.low <= 0.7 <= one.high for one in tests])
    assert 0.935 <= covered <= 0.965
    wrong = np.mean([one.p_value < 0.05 for one in simulated(0.0, seed=2)])
    assert 0.035 <= wrong <= 0.065


def test_the_smallest_effect_is_found_four_times_in_five() -> None:
    deviation = np.hypot(0.3, 0.4 / np.sqrt(SEEDS))
    means = deviation * stats.zscore(np.arange(float(FOLDS)), ddof=1)
    smallest = fold_test(np.repeat(means[:, None], SEEDS, axis=1), test_to_train=0).smallest_effect
    found = np.mean([one.p_value < 0.05 for one in simulated(smallest, seed=3)])
    assert 0.77 <= found <= 0.83


@pytest.mark.parametrize(
    ("gain", "high", "adjusted_p", "expected"),
    [
        (1.2, 1.6, 0.01, "helps"),
        (1.2, 1.6, 0.2, "undecided"),
        (0.9, 1.1, 0.001, "undecided"),
        (0.1, 0.4, 0.6, "does not help"),
        (-1.0, -0.5, 0.001, "does not help"),
        (0.1, 0.6, 0.6, "undecided"),
    ],
)
def test_what_counts_as_helping(gain: float, high: float, adjusted_p: float, expected: str) -> None:
    found = FoldTest(gain, 2 * gain - high, high, 0.0, 0.0, 0.0, 0.3, 5, 25)
    assert found.verdict(adjusted_p) == expected


def test_no_spread_at_all_is_certain() -> None:
    assert fold_test(np.ones((5, 2)), test_to_train=0.0).p_value == 0.0
    assert fold_test(np.zeros((5, 2)), test_to_train=0.0).p_value == 1.0


@pytest.mark.parametrize(
    ("differences", "ratio", "sentence"),
    [
        (np.ones((1, 5)), 0.0, "1 folds hold a difference; a test takes at least 2"),
        (np.full((3, 2), np.nan), 0.0, "0 folds hold"),
        (np.ones(5), 0.0, r"give \(folds, seeds\)"),
        (np.ones((5, 2)), -1.0, "test_to_train is -1.0"),
    ],
)
def test_what_cannot_be_tested_is_refused(
    differences: np.ndarray, ratio: float, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        fold_test(differences, test_to_train=ratio)
