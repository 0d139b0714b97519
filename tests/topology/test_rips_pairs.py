"""Critical edges of Vietoris-Rips H1."""

from __future__ import annotations

import gudhi
import numpy as np
import pytest
from scipy.spatial.distance import cdist

from tomclip.topology.rips_pairs import cycle_pairs


def ring(n: int, *, noise: float = 0.0, seed: int = 0) -> np.ndarray:
    angles = np.linspace(0, 2 * np.pi, n, endpoint=False)
    jitter = np.random.default_rng(seed).normal(size=(n, 2)) * noise
    return np.column_stack([np.cos(angles), np.sin(angles)]) + jitter


def generators(distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Births and deaths of H1 by another algorithm: persistence generators of the flag complex."""
    tree = gudhi.RipsComplex(distance_matrix=distances).create_simplex_tree(max_dimension=2)
    tree.compute_persistence()
    pairs = tree.flag_persistence_generators()[1][0]
    return pairs[:, :2], pairs[:, 2:]


def test_the_cycle_of_a_square_is_born_by_a_side_and_filled_by_a_diagonal() -> None:
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    distances = cdist(corners, corners)
    births, deaths = cycle_pairs(distances)
    assert births.shape == deaths.shape == (1, 2)
    assert distances[tuple(births[0])] == pytest.approx(1.0)
    assert distances[tuple(deaths[0])] == pytest.approx(np.sqrt(2))


def test_a_triangle_has_no_cycle() -> None:
    births, deaths = cycle_pairs(1.0 - np.eye(3))
    assert births.shape == deaths.shape == (0, 2)


def test_classes_of_zero_persistence_are_left_out() -> None:
    assert len(cycle_pairs(1.0 - np.eye(6))[0]) == 0


@pytest.mark.parametrize("seed", range(5))
def test_edges_equal_the_persistence_generators_of_the_flag_complex(seed: int) -> None:
    points = ring(24, noise=0.2, seed=seed)
    distances = cdist(points, points)
    found, expected = cycle_pairs(distances), generators(distances)
    as_set = lambda pair: {  # noqa: E731
        (frozenset(birth), frozenset(death))
        for birth, death in zip(pair[0].tolist(), pair[1].tolist(), strict=True)
    }
    assert as_set(found) == as_set(expected)
    assert len(found[0]) > 0


def test_float32_and_float64_distances_give_the_same_edges() -> None:
    points = ring(20, noise=0.1)
    distances = cdist(points, points)
    for single, double in zip(
        cycle_pairs(distances.astype(np.float32)), cycle_pairs(distances), strict=True
    ):
        np.testing.assert_array_equal(single, double)
