"""Means of a few values with their intervals, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tomclip.core.intervals import mean_interval


def test_the_interval_of_four_values_is_student_s_t() -> None:
    # Mean 50, sample deviation sqrt(20 / 3), t(3) at 97.5 % = 3.18245.
    mean, low, high = mean_interval([47.0, 49.0, 51.0, 53.0])
    reach = 3.182446 * np.sqrt(20 / 3) / 2
    assert (mean, low, high) == pytest.approx((50, 50 - reach, 50 + reach))


def test_one_value_has_no_interval_and_none_has_no_mean() -> None:
    mean, low, high = mean_interval([47.0])
    assert mean == 47
    assert np.isnan([low, high]).all()
    assert np.isnan(mean_interval([])).all()
