"""Percentile bootstrap intervals over items, seeded and vectorised.

The items (classes, captions, images) are the unit that is resampled. Values of several languages or
encoders on the same items are resampled together, so that differences are paired.

References:
    Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter 13 (percentile interval).
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import require_finite

DRAWS_AT_A_TIME = 2_000_000
SAMPLES = 1000
"""Resamples that an interval is taken from."""


def bootstrap_means(
    per_item_values: np.ndarray, *, seed: int = 0, samples: int = SAMPLES
) -> np.ndarray:
    """Returns the (samples, m) means of m columns over resampled items.

    Every column sees the same resamples, and so does any other call with the same `seed`, `samples`
    and number of items.

    Args:
        per_item_values: (n,) or (n, m), one row per item, n >= 2, finite.
        seed: of the numpy Generator.
        samples: number of resamples, at least 1.

    Raises:
        InputError: when there are fewer than two items, no samples, or NaN or infinity.
    """
    values = _columns(per_item_values)
    if samples < 1:
        raise InputError(f"samples is {samples}; use a whole number from 1, for example 1000")
    n = len(values)
    if samples * n <= DRAWS_AT_A_TIME:
        return _kept_counts(n, seed, samples) @ values / n
    return np.concatenate([counts @ values / n for counts in _counts(n, seed, samples)])


def bootstrap_intervals(
    per_item_values: np.ndarray, *, seed: int = 0, samples: int = SAMPLES, level: float = 0.95
) -> np.ndarray:
    """Returns (m, 2): the percentile interval of the mean of each of m columns of (n, m) values.

    Raises:
        InputError: as `bootstrap_means`, and when `level` is not between 0 and 1.
    """
    if not 0.0 < level < 1.0:
        raise InputError(f"level is {level}; use a share between 0 and 1, for example 0.95")
    means = bootstrap_means(per_item_values, seed=seed, samples=samples)
    tail = (1.0 - level) / 2.0
    return np.quantile(means, [tail, 1.0 - tail], axis=0).T


def bootstrap_interval(
    per_item_values: np.ndarray, *, seed: int = 0, samples: int = SAMPLES, level: float = 0.95
) -> tuple[float, float]:
    """Returns (low, high), the percentile interval of the mean of (n,) values, in their unit.

    Raises:
        InputError: as `bootstrap_intervals`, and when the values are not one-dimensional.
    """
    values = np.asarray(per_item_values)
    if values.ndim != 1:
        raise InputError(
            f"per_item_values have shape {values.shape}; give one value per item: (n,)"
        )
    low, high = bootstrap_intervals(values, seed=seed, samples=samples, level=level)[0]
    return float(low), float(high)


def paired_difference_interval(
    first: np.ndarray,
    second: np.ndarray,
    *,
    seed: int = 0,
    samples: int = SAMPLES,
    level: float = 0.95,
) -> tuple[float, float]:
    """Returns (low, high), the interval of mean(first) - mean(second) over the same items.

    Items are resampled as pairs: what makes an item easy for both encoders cancels.

    Raises:
        InputError: as `bootstrap_interval`, and when the two have different lengths.
    """
    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape != second.shape:
        raise InputError(
            f"paired values have shapes {first.shape} and {second.shape}; "
            "give both encoders' values on the same items"
        )
    return bootstrap_interval(first - second, seed=seed, samples=samples, level=level)


def _columns(per_item_values: np.ndarray) -> np.ndarray:
    values = np.asarray(per_item_values, dtype=float)
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or len(values) < 2:
        raise InputError(
            f"per_item_values have shape {np.shape(per_item_values)}; "
            "give at least two items, (n,) or (n, m)"
        )
    require_finite(values, "per_item_values")
    return values


@lru_cache(maxsize=2)
def _kept_counts(n: int, seed: int, samples: int) -> np.ndarray:
    """Returns all of `_counts` at once, read-only.

    Every score of a report, and every difference of two, is taken over the same resamples.
    """
    counts = np.concatenate(list(_counts(n, seed, samples)))
    counts.flags.writeable = False
    return counts


def _counts(n: int, seed: int, samples: int) -> Iterator[np.ndarray]:
    """Yields (m, n) how often each item is drawn in m resamples; one matrix product then gives
    every mean."""
    generator = np.random.default_rng(seed)
    most = max(1, DRAWS_AT_A_TIME // n)
    for start in range(0, samples, most):
        size = min(most, samples - start)
        drawn = generator.integers(0, n, size=(size, n)) + np.arange(size)[:, None] * n
        counts = np.bincount(drawn.ravel(), minlength=size * n).reshape(size, n)
        yield counts.astype(float)
