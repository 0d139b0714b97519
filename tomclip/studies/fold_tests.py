"""Whether one form of a study beats another: paired tests over disjoint folds of concepts.

`docs/study.md` says which test decides and what counts as helping.

References:
    Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52, 2003 (the
    corrected variance).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.intervals import mean_interval

Verdict = Literal["helps", "does not help", "undecided"]
LEAST_GAIN = 1.0
"""Points that a form gains at least if it is to count as helping."""
EXCLUDED_GAIN = 0.5
"""Points below which the interval of a form ends that is known not to help."""
LEVEL = 0.05
POWER = 0.8


@dataclass(frozen=True, slots=True)
class FoldTest:
    """The mean gain over folds, in the unit of the scores, and what is known about it.

    Attributes:
        gain: mean over folds of the mean over a fold's seeds.
        low, high: its 95 % interval by Student's t over the folds.
        p_value: two-sided, of no gain.
        corrected_low, corrected_high: the interval with the variance of Nadeau and Bengio, for
            training sets that overlap.
        smallest_effect: the gain that the test finds with a probability of 80 %, if folds differ as
            much as they did here.
        folds, runs: how many of each.
    """

    gain: float
    low: float
    high: float
    p_value: float
    corrected_low: float
    corrected_high: float
    smallest_effect: float
    folds: int
    runs: int

    def verdict(self, adjusted_p: float) -> Verdict:
        """Returns whether the form helps.

        Args:
            adjusted_p: `p_value` after correction for its family of tests.
        """
        if self.gain >= LEAST_GAIN and adjusted_p < LEVEL:
            return "helps"
        return "does not help" if self.high < EXCLUDED_GAIN else "undecided"


def fold_test(differences: np.ndarray, *, test_to_train: float) -> FoldTest:
    """Returns what paired differences over folds and seeds say.

    Seeds of one fold share its concepts, so that they are averaged and the folds alone count.

    Args:
        differences: (folds, seeds) score of a form less that of the baseline with the same fold and
            seed; NaN for a run that is missing.
        test_to_train: Concepts that are asked in a fold, in the number of those that train.

    Raises:
        InputError: when fewer than two folds hold a difference, or the ratio is negative.
    """
    from scipy.stats import t

    values = np.asarray(differences, dtype=float)
    if values.ndim != 2:
        raise InputError(f"differences have {values.ndim} dimensions; give (folds, seeds)")
    if not test_to_train >= 0:
        raise InputError(f"test_to_train is {test_to_train}; use a number from 0")
    held = values[~np.isnan(values).all(axis=1)]
    if len(held) < 2:
        raise InputError(f"{len(held)} folds hold a difference; a test takes at least 2")
    of_folds = np.nanmean(held, axis=1)
    gain, low, high = mean_interval(of_folds)
    count, freedom = len(of_folds), len(of_folds) - 1
    error = float(of_folds.std(ddof=1)) / np.sqrt(count)
    half = (high - low) / 2 * np.sqrt(1 + count * test_to_train)
    p_value = 2 * t.sf(abs(gain) / error, freedom) if error else float(gain == 0)
    return FoldTest(
        gain=gain,
        low=low,
        high=high,
        p_value=float(p_value),
        corrected_low=gain - half,
        corrected_high=gain + half,
        smallest_effect=error * _detectable(freedom),
        folds=count,
        runs=int(np.isfinite(held).sum()),
    )


def _detectable(freedom: int) -> float:
    """Returns the gain, in standard errors, that a two-sided t test mostly finds: with `POWER`.

    That it errs to the other side is left out: at this power that has no weight.
    """
    from scipy.optimize import brentq
    from scipy.stats import nct, t

    bound = t.isf(LEVEL / 2, freedom)
    found = brentq(lambda shift: nct.sf(bound, freedom, shift) - POWER, 0.0, 4.0 * bound)
    return cast(float, found)
