"""The unit of the vectors is the unit of every length, from 1e-200 to 1e200."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from support.clouds import gaussian

from tomclip import topology
from tomclip.core.types import PersistenceDiagram

UNITS = (-660, -100, 100, 660)  # exponents of 2
FIRST, SECOND = gaussian(30, 6), gaussian(30, 6, seed=1)


def diagrams(points: np.ndarray, engine: str = "gudhi") -> tuple[PersistenceDiagram, ...]:
    return topology.persistence_diagrams(points, metric="euclidean", engine=engine)


@pytest.mark.parametrize("engine", ["gudhi", "ripser", "tda"])
@pytest.mark.parametrize("exponent", UNITS)
def test_diagrams_are_in_the_unit_of_the_points(engine: str, exponent: int) -> None:
    expected = diagrams(FIRST, engine)
    found = diagrams(np.ldexp(FIRST, exponent), engine)
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(np.ldexp(one.pairs, exponent), other.pairs)


@pytest.mark.parametrize("exponent", UNITS)
def test_h0_of_a_large_cloud_is_in_the_unit_of_the_points(exponent: int) -> None:
    expected = topology.large_h0_diagram(FIRST, metric="euclidean").pairs
    found = topology.large_h0_diagram(np.ldexp(FIRST, exponent), metric="euclidean").pairs
    np.testing.assert_allclose(found, np.ldexp(expected, exponent), rtol=1e-14)


@pytest.mark.parametrize("exponent", UNITS)
@pytest.mark.parametrize("k", [0, 1])
@pytest.mark.parametrize(
    "distance",
    [
        topology.bottleneck_distance,
        topology.wasserstein_distance,
        topology.sliced_wasserstein_distance,
    ],
)
def test_distances_of_diagrams_are_in_the_unit_of_the_points(
    distance: Callable[..., float], k: int, exponent: int
) -> None:
    expected = distance(diagrams(FIRST)[k], diagrams(SECOND)[k])
    moved = [diagrams(np.ldexp(points, exponent))[k] for points in (FIRST, SECOND)]
    assert distance(*moved) == pytest.approx(np.ldexp(expected, exponent), rel=1e-12)
