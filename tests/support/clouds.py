"""Clouds with known homology, and random ones, for the tests of geometry and topology."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tomclip.core.types import PersistenceDiagram

SQUARE = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])


def circle(n: int, *, radius: float = 1.0) -> np.ndarray:
    angles = 2 * np.pi * np.arange(n) / n
    return radius * np.column_stack([np.cos(angles), np.sin(angles)])


def gaussian(n: int, dimension: int, *, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, dimension))


def random_rotation(dimension: int, *, seed: int = 0) -> np.ndarray:
    return np.linalg.qr(gaussian(dimension, dimension, seed=seed))[0]


def diagram(*pairs: tuple[float, float], homology_dimension: int = 1) -> PersistenceDiagram:
    values = np.array(pairs, dtype=float).reshape(-1, 2)
    return PersistenceDiagram(values, homology_dimension, "euclidean", n_points=10)


def clouds(*, smallest: int = 3, largest: int = 12) -> st.SearchStrategy[np.ndarray]:
    """Points of the plane on a grid of eighths: ties and duplicates are common."""
    grid = st.integers(-40, 40).map(lambda i: i / 8)
    rows = st.integers(smallest, largest)
    return rows.flatmap(lambda n: arrays(np.float64, (n, 2), elements=grid))


def _in_order(ends: tuple[int, int]) -> tuple[int, int]:
    return min(ends), max(ends)


def diagrams(*, largest: int = 6) -> st.SearchStrategy[PersistenceDiagram]:
    """H1 diagrams with whole-number births and deaths, some of them on the diagonal or equal."""
    pair = st.tuples(st.integers(0, 10), st.integers(0, 10)).map(
        lambda ends: (min(ends), max(ends))
    )
    return st.lists(pair, max_size=largest).map(lambda pairs: diagram(*pairs))
