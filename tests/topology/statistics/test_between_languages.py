"""How far two languages are apart, and their shape with the size of the clouds divided out."""

from __future__ import annotations

import numpy as np
import pytest

from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram
from tomclip.geometry import distance_matrix
from tomclip.topology import (
    cloud_difference_test,
    language_difference_tests,
    paired_distance,
    permutation_test,
    persistence_diagrams,
)
from tomclip.topology.statistics.sample_diagrams import sample_diagrams


def diagrams(*deaths: float) -> list[PersistenceDiagram]:
    """Diagrams of one bar each, so far from the diagonal that bars are matched to each other."""
    return [PersistenceDiagram(np.array([[1.0, d]]), 1, "euclidean", 10) for d in deaths]


def blob(seed: int, n: int = 60) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 4))


def test_the_distance_between_languages_by_hand() -> None:
    """Pairs are 3 and 5 apart: mean 4, deviation sqrt(2), t(1) at 97.5 % = 12.706; own ones 1."""
    test = permutation_test(diagrams(100, 101), diagrams(103, 106), paired=True)
    found = paired_distance(test)
    assert found.between == pytest.approx((4, 4 - 12.7062, 4 + 12.7062), abs=1e-4)
    assert found.other_concepts == pytest.approx(1)


def test_a_test_without_pairs_has_no_distance_of_pairs() -> None:
    test = permutation_test(diagrams(100, 101), diagrams(103, 106, 107), paired=False)
    assert test.distances.shape == (5, 5)
    with pytest.raises(InputError, match="of 2 and 3 diagrams; give one of pairs"):
        paired_distance(test)


def test_languages_bring_their_distances_in_the_same_samples() -> None:
    clouds = {"en": blob(0), "ko": blob(0), "de": blob(1)}
    same, other = language_difference_tests(clouds, homology_dimensions=(0,), pairs=5)
    assert same.distance.between == (0, 0, 0)
    assert same.distance.other_concepts == other.distance.other_concepts > 0
    assert other.distance.between.low < other.distance.between.value


@pytest.mark.parametrize("homology_dimension", [0, 1])
def test_a_larger_cloud_has_another_shape_unless_size_is_divided_out(
    homology_dimension: int,
) -> None:
    plain, scaled = (
        cloud_difference_test(
            blob(0),
            4 * blob(0),
            homology_dimension=homology_dimension,
            metric="euclidean",
            pairs=6,
            scaled=divided,
        )
        for divided in (False, True)
    )
    assert paired_distance(plain).between.low > 0
    assert plain.p_value < 0.2
    assert (scaled.p_value, paired_distance(scaled).between.value) == (1, 0)


def test_scaled_diagrams_are_the_plain_ones_over_the_median_distance() -> None:
    points, rows = blob(0), np.arange(24).reshape(2, 12)
    for part, found in zip(rows, sample_diagrams(points, rows, scaled=True), strict=True):
        distances = distance_matrix(points[part]).values
        median = np.median([distances[i, j] for i in range(12) for j in range(i)])
        for one, plain in zip(found, persistence_diagrams(points[part]), strict=True):
            np.testing.assert_allclose(one.pairs, plain.pairs / median, rtol=1e-12)


def test_a_sample_of_equal_points_has_no_size_to_divide_by() -> None:
    points = np.vstack([np.tile([1.0, 2.0], (9, 1)), [[2.0, 1.0]]])
    with pytest.raises(InputError, match="half of the distances in a sample of 10 points are 0"):
        sample_diagrams(points, np.arange(10)[None], scaled=True)
