"""Fewer points for the same picture: lines thinned so that their peaks stay, and smoothed ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from tomclip.core.errors import InputError

MOST_POINTS = 1_000


def kept_rows(columns: Sequence[np.ndarray], max_points: int = MOST_POINTS) -> np.ndarray:
    """Returns the ascending rows, about `max_points` of them, that draw like all of them.

    The rows are cut into runs of equal length; each keeps the row of the smallest and of the
    largest value of every column, and the first row where a column has a gap (NaN). The first and
    the last row are always kept.

    Args:
        columns: one or more arrays of n values, in the order drawn.
        max_points: aimed at; no row is dropped when there are at most so many.
    """
    table = np.column_stack([np.asarray(column, dtype=float) for column in columns])
    n, width = table.shape
    if n <= max_points:
        return np.arange(n)
    starts = np.linspace(0, n, max(max_points // (2 * width), 1), endpoint=False).astype(int)
    run_of_row = np.searchsorted(starts, np.arange(n), side="right") - 1
    kept = [np.array([0, n - 1])]
    for column in table.T:
        ordered = np.lexsort((column, run_of_row))
        finite = ordered[np.isfinite(column[ordered])]
        edge = np.flatnonzero(np.diff(run_of_row[finite], prepend=-1, append=-1))
        gaps = np.flatnonzero(~np.isfinite(column))
        first_gaps = gaps[np.unique(run_of_row[gaps], return_index=True)[1]]
        kept += [finite[edge[:-1]], finite[edge[1:] - 1], first_gaps]
    return np.unique(np.concatenate(kept))


def drawn_line(x: np.ndarray, y: np.ndarray, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Returns the rows of a line as plotly's x and y, in float32: finer than any screen."""
    return {"x": x[rows].astype(np.float32), "y": y[rows].astype(np.float32)}


def smoothed(values: pd.Series, smoothing: float) -> pd.Series:
    """Returns the exponential average over the rows so far, without a pull to the first value.

    Each row weighs `smoothing` times its successor, and the weights add up to one from the first
    row on. Gaps stay gaps and are passed over.

    Args:
        values: in the order of time.
        smoothing: in [0, 1); 0 changes nothing.

    Raises:
        InputError: when smoothing lies outside [0, 1).
    """
    if not 0 <= smoothing < 1:
        raise InputError(f"smoothing is {smoothing}; give a number from 0 to below 1")
    if not smoothing:
        return values
    average = values.ewm(alpha=1 - smoothing, ignore_na=True).mean()
    return average.where(values.notna())
