"""How well a distance between classes tells confused pairs from others, with what each class adds.

The area under the ROC curve (AUC) over unordered pairs of classes: the chance that a confused pair
is nearer than a pair that is not, ties counting half. 0.5 is guessing, 1 a distance that puts
every confused pair first.
"""

from __future__ import annotations

import numpy as np

from tomclip.core.errors import InputError

MOST_CLASSES = 5000
"""Above it the pairs of classes no longer fit into memory comfortably."""


def pair_auc(distances: np.ndarray, confused: np.ndarray) -> np.ndarray:
    """Returns (m,) numbers, one per class, whose mean is the AUC of the distances.

    A pair belongs to two classes, so pairs cannot be resampled as if each stood alone: classes are
    what is drawn, and a pair counts as often as the product of its classes' counts. The value of a
    class is the AUC plus m times the slope of the AUC in that class's count, so that the mean over
    drawn classes is the AUC of the draw to first order. Values of two distances over the same
    classes are paired: their difference is a difference of AUCs.

    Args:
        distances: (m, m) symmetric, any unit: only their order counts. The diagonal is not read.
        confused: (m, m) booleans, symmetric.

    Raises:
        InputError: when the two are not (m, m), m is below 3 or above 5000, or no pair, or every
            pair, is confused.

    References:
        Hanley and McNeil, "The meaning and use of the area under a ROC curve", Radiology 1982.
        Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 2.7
        (influence values).
    """
    values, marked = _checked(distances, confused)
    m = len(values)
    first, second = np.triu_indices(m, k=1)
    between, is_confused = values[first, second], marked[first, second]
    near, far = between[is_confused], between[~is_confused]
    wins = np.empty(len(between))
    wins[is_confused] = len(far) - _lower_than(np.sort(far), near)
    wins[~is_confused] = _lower_than(np.sort(near), far)
    total = len(near) * len(far)
    auc = wins[is_confused].sum() / total
    of_class = lambda weights: _summed(first, weights, m) + _summed(second, weights, m)  # noqa: E731
    confused_pairs = of_class(is_confused.astype(float))
    possible = confused_pairs * len(far) + (m - 1 - confused_pairs) * len(near)
    return auc + m * (of_class(wins) - auc * possible) / total


def tells_apart(confused: np.ndarray) -> bool:
    """Returns whether some pairs of classes of (m, m) are confused, and others are not."""
    pairs = confused[np.triu_indices(len(confused), k=1)]
    return bool(pairs.any() and not pairs.all())


def _checked(distances: np.ndarray, confused: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    values, marked = np.asarray(distances, dtype=float), np.asarray(confused, dtype=bool)
    m = len(values)
    if values.shape != (m, m) or marked.shape != (m, m) or not 3 <= m <= MOST_CLASSES:
        raise InputError(
            f"distances have shape {values.shape} and confused {marked.shape}; give (m, m) of "
            f"both, for 3 to {MOST_CLASSES:,} classes"
        )
    if not tells_apart(marked):
        which = "every" if marked[0, 1] else "no"
        raise InputError(
            f"{which} pair of the {m} classes is confused, so that nothing can be told apart; "
            "take more classes or other pictures"
        )
    return values, marked


def _lower_than(ordered: np.ndarray, values: np.ndarray) -> np.ndarray:
    """Returns how many of `ordered` are below each value, equal ones counting half."""
    return (np.searchsorted(ordered, values) + np.searchsorted(ordered, values, "right")) / 2


def _summed(classes: np.ndarray, weights: np.ndarray, m: int) -> np.ndarray:
    return np.bincount(classes, weights=weights, minlength=m)
