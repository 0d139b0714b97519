"""Curves and numbers that sum up one persistence diagram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram


def betti_curve(diagram: PersistenceDiagram, grid: np.ndarray) -> np.ndarray:
    """Returns the number of bars alive at each filtration value: birth <= value < death.

    Args:
        diagram: A diagram; essential bars stay alive for ever.
        grid: (g,) filtration values without NaN, in any order.

    Returns:
        Counts (g,) int64.

    Raises:
        InputError: when the grid is not one-dimensional or holds NaN.
    """
    values = np.asarray(grid, dtype=np.float64)
    if values.ndim != 1 or np.isnan(values).any():
        raise InputError(f"the grid has shape {values.shape}; give a list of numbers without NaN")
    births, deaths = np.sort(diagram.pairs, axis=0).T
    born = np.searchsorted(births, values, side="right")
    return born - np.searchsorted(deaths, values, side="right")


def euler_curve(diagrams: Sequence[PersistenceDiagram], grid: np.ndarray) -> np.ndarray:
    """Returns the alternating sum of the Betti curves: b0 - b1 + b2 - ...

    Only the given dimensions count, so it is the Euler characteristic of the complex up to the
    homology above them.

    Args:
        diagrams: One diagram per dimension.
        grid: (g,) filtration values.

    Returns:
        Integers (g,).

    Raises:
        InputError: for no diagram, a dimension given twice, or a bad grid.
    """
    homology_dimensions = [diagram.homology_dimension for diagram in diagrams]
    if not homology_dimensions or len(set(homology_dimensions)) < len(homology_dimensions):
        raise InputError(
            f"the diagrams have dimensions {homology_dimensions}; give one per dimension"
        )
    curves = [
        (-1) ** diagram.homology_dimension * betti_curve(diagram, grid) for diagram in diagrams
    ]
    return np.sum(curves, axis=0)


def total_persistence(diagram: PersistenceDiagram, *, power: float = 1.0) -> float:
    """Returns the sum of (death - birth) ** power over the finite bars; 0 for none.

    Raises:
        InputError: when power is not positive and finite.
    """
    if not 0 < power < float("inf"):
        raise InputError(f"power is {power}; give a positive finite number")
    return float((_lengths(diagram.finite) ** power).sum())


def persistence_entropy(diagram: PersistenceDiagram) -> float:
    """Returns the Shannon entropy, in nats, of the finite bars' shares of the total persistence.

    Zero-length bars count nothing.

    Returns:
        A number in [0, ln k] for k bars: 0 for one bar or none, ln k for k equal ones.

    References:
        Chintakunta, Gentimis, Gonzalez-Diaz, Jimenez and Krim, "An entropy-based persistence
        barcode", Pattern Recognition 2015.
    """
    lengths = _lengths(diagram.finite)
    lengths = lengths[lengths > 0]
    shares = lengths / lengths.sum() if len(lengths) else lengths
    return max(0.0, float(-(shares * np.log(shares)).sum()))


def bar_order(diagram: PersistenceDiagram) -> np.ndarray:
    """Returns the indices (k,) of the bars from the longest to the shortest; essential bars first.

    Equal lengths keep the order of the diagram.
    """
    return np.argsort(-_lengths(diagram.pairs), kind="stable")


def longest_bars(diagram: PersistenceDiagram, k: int) -> np.ndarray:
    """Returns the k longest bars (min(k, len), 2), longest first; essential bars come before all.

    Their indices in the diagram are `bar_order(diagram)[:k]`.

    Raises:
        InputError: when k is negative.
    """
    if k < 0:
        raise InputError(f"k is {k}; give 0 or more bars")
    return diagram.pairs[bar_order(diagram)[:k]]


def _lengths(pairs: np.ndarray) -> np.ndarray:
    return pairs[:, 1] - pairs[:, 0]
