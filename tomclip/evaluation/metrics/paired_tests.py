"""Whether two encoders that answer the same queries differ by more than luck."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tomclip.core.errors import InputError


def mcnemar_p_value(first: np.ndarray, second: np.ndarray) -> float:
    """Returns the exact two-sided p-value of McNemar's test, in (0, 1].

    Only queries that one of the two answers rightly and the other wrongly count; under the null
    hypothesis each of the two is as often the right one. Queries are taken to be independent. With
    no such query the value is 1.

    Args:
        first: (n,) whether the first encoder was right.
        second: (n,) whether the second was, on the same queries.

    Raises:
        InputError: when the two have different lengths.

    References:
        McNemar, Psychometrika 12, 1947; Fagerland, Lydersen and Laake, BMC Medical Research
        Methodology 13:91, 2013 (the exact conditional test).
    """
    from scipy.stats import binomtest

    first, second = np.asarray(first, dtype=bool), np.asarray(second, dtype=bool)
    if first.shape != second.shape:
        raise InputError(
            f"{first.shape} and {second.shape} answers came; give both on the same queries"
        )
    gained, lost = int((second & ~first).sum()), int((first & ~second).sum())
    return float(binomtest(gained, gained + lost).pvalue) if gained + lost else 1.0


def holm_adjusted(p_values: Sequence[float]) -> tuple[float, ...]:
    """Returns Holm's adjusted p-values, in the order they came.

    Calling those below a level significant errs with at most that probability in the whole family,
    however the tests depend on each other.

    Args:
        p_values: of one family of tests, each in [0, 1].

    References:
        Holm, Scandinavian Journal of Statistics 6, 1979.
    """
    values = np.asarray(p_values, dtype=float)
    order = np.argsort(values, kind="stable")
    stepped = values[order] * np.arange(len(values), 0, -1)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(np.maximum.accumulate(stepped), 1.0)
    return tuple(adjusted.tolist())
