"""The mean of a few independent values, with its interval by Student's t."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

CONFIDENCE = 0.95


class MeanInterval(NamedTuple):
    """A mean and the ends of its 95 % interval, in the unit of the values."""

    value: float
    low: float
    high: float


def mean_interval(values: Sequence[float] | np.ndarray) -> MeanInterval:
    """Returns the mean of independent values and its 95 % interval by Student's t.

    The interval is NaN for one value, and all three are for none.
    """
    from scipy import stats

    values = np.asarray(values, dtype=float)
    if not len(values):
        return MeanInterval(np.nan, np.nan, np.nan)
    mean, reach = float(values.mean()), np.nan
    if len(values) > 1:
        quantile = stats.t.ppf((1 + CONFIDENCE) / 2, df=len(values) - 1)
        reach = float(quantile * values.std(ddof=1) / np.sqrt(len(values)))
    return MeanInterval(mean, mean - reach, mean + reach)
