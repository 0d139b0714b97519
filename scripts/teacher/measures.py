"""Accuracy of drawings on names, and what one teacher gains over another on the same drawings."""

from __future__ import annotations

from typing import Any

import numpy as np

from tomclip.core.reading.numbers import unit_rows
from tomclip.evaluation import mcnemar_p_value
from tomclip.evaluation.metrics.bootstrap import bootstrap_interval, paired_difference_interval


def hits(names: np.ndarray, images: np.ndarray) -> np.ndarray:
    """Returns (n,) whether each of n unit images is nearest its own row of `names`."""
    nearest = (images @ unit_rows(names).T).argmax(axis=1)
    return nearest == np.arange(len(images))


def top1(names: np.ndarray, images: np.ndarray) -> float:
    """Returns the share of `hits`, in per cent."""
    return 100 * float(hits(names, images).mean())


def accuracy(right: np.ndarray) -> dict[str, float]:
    """Returns the share of right answers with its 95 % bootstrap interval, in per cent."""
    percent = 100 * right.astype(float)
    low, high = bootstrap_interval(percent)
    return {"value": float(percent.mean()), "low": low, "high": high}


def gain(first: np.ndarray, second: np.ndarray) -> dict[str, Any]:
    """Returns what the first of two gains in points, from whether each was right.

    With a 95 % interval of paired bootstrap and the p-value of McNemar's test.
    """
    percents = [100 * right.astype(float) for right in (first, second)]
    low, high = paired_difference_interval(*percents)
    means = [float(percent.mean()) for percent in percents]
    return {
        "top1": means,
        "gain": {"value": means[0] - means[1], "low": low, "high": high},
        "p_value": mcnemar_p_value(first, second),
    }
