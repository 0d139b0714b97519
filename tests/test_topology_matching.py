"""The pair of bars that decides a bottleneck distance, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from tomclip.errors import InputError
from tomclip.topology import bottleneck_distance, deciding_match
from tomclip.types import PersistenceDiagram


def diagram(*pairs, dimension=1) -> PersistenceDiagram:
    return PersistenceDiagram(
        np.array(pairs, dtype=float).reshape(-1, 2), dimension, "euclidean", n_points=10
    )


def test_the_farthest_matched_pair_is_found():
    match = deciding_match(diagram((0, 10), (2, 4)), diagram((0, 9), (2, 3.9)))
    assert match is not None
    assert (match.first, match.second, match.distance) == ((0, 10), (0, 9), 1)


def test_a_bar_without_a_partner_goes_to_the_diagonal():
    match = deciding_match(diagram((0, 10), (2, 6)), diagram((0, 10)))
    assert match is not None
    assert (match.first, match.second, match.distance) == ((2, 6), (4, 4), 2)
    back = deciding_match(diagram(), diagram((2, 6)))
    assert back is not None
    assert (back.first, back.second, back.distance) == ((4, 4), (2, 6), 2)


def test_equal_and_empty_diagrams_have_none():
    assert deciding_match(diagram((0, 1)), diagram((0, 1))) is None
    assert deciding_match(diagram(), diagram()) is None


def test_its_distance_is_the_bottleneck_distance_of_random_diagrams():
    generator = np.random.default_rng(0)
    for _ in range(20):
        a, b = (
            diagram(*(np.sort(generator.random((k, 2)), axis=1)))
            for k in generator.integers(1, 9, 2)
        )
        match = deciding_match(a, b)
        assert match is not None
        assert match.distance == pytest.approx(bottleneck_distance(a, b))
        step = np.abs(np.subtract(match.first, match.second)).max()
        assert step == pytest.approx(match.distance)


def test_different_dimensions_are_refused():
    with pytest.raises(InputError):
        deciding_match(diagram((0, 1)), diagram((0, 1), dimension=0))
