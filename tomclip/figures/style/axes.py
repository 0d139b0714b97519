"""Choices that several figures share: units, round ticks, labels apart, which series to colour."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def distance_unit(metric: str) -> str:
    """Returns the unit to write behind birth, death and length, for example "cosine distance"."""
    return f"{metric} distance" if metric else "distance"


def with_unit(label: str, unit: str) -> str:
    """Returns an axis title such as "top-1 accuracy (%)"."""
    return f"{label} ({unit})" if unit else label


def nice_ticks(top: float, count: int = 5) -> list[float]:
    """Returns about `count` round values from 0 up to at most `top` (positive)."""
    rough = top / count
    power = 10.0 ** np.floor(np.log10(rough))
    step = float(min((m * power for m in (1, 2, 2.5, 5, 10)), key=lambda s: abs(s - rough)))
    return [round(step * number, 12) for number in range(int(top / step + 1e-9) + 1)]


def spread(
    positions: Sequence[float], gap: float | Sequence[float], low: float, high: float
) -> np.ndarray:
    """Returns positions moved apart to at least `gap`, in the given order of height, within bounds.

    Keeps each as near as a single sweep up and a single sweep down allow; when the bounds are too
    tight for the gaps, shares what there is in proportion to them.

    Args:
        positions: n heights.
        gap: between neighbours, or the n - 1 gaps from the lowest upwards.
        low: lower bound.
        high: upper bound.
    """
    wanted = np.asarray(positions, dtype=float)
    order = np.argsort(wanted, kind="stable")
    gaps = np.broadcast_to(np.asarray(gap, dtype=float), max(len(wanted) - 1, 0))
    result = np.empty_like(wanted)
    if len(wanted) > 1 and gaps.sum() > high - low:
        above = np.concatenate([[0.0], np.cumsum(gaps)])
        result[order] = low + above / above[-1] * (high - low)
        return result
    moved = np.clip(wanted[order], low, high)
    for index in range(1, len(moved)):
        moved[index] = max(moved[index], moved[index - 1] + gaps[index - 1])
    moved[-1:] = np.minimum(moved[-1:], high)
    for index in range(len(moved) - 2, -1, -1):
        moved[index] = min(moved[index], moved[index + 1] - gaps[index])
    result[order] = moved
    return result


def series_to_show(
    names: Sequence[str],
    highlight: Sequence[str] | None,
    *,
    reference: str | None = None,
    limit: int = 8,
) -> list[str]:
    """Returns which series get a colour of their own; the others are drawn in grey.

    Args:
        names: all series in order.
        highlight: chosen by the caller; those not in `names` are left out. None: all of them when
            there are at most `limit`, else the first six.
        reference: a series that is always drawn and never counted.
    """
    others = [name for name in names if name != reference]
    if highlight is not None:
        chosen = set(highlight)
        return [name for name in others if name in chosen]
    return others if len(others) <= limit else others[:6]
