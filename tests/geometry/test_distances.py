"""Pairwise distances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_distances
from support.clouds import clouds, gaussian, random_rotation

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.geometry import distance_matrix

METRICS = st.sampled_from(["cosine", "euclidean"])


def test_euclidean_distances_of_a_3_4_5_triangle() -> None:
    values = distance_matrix(np.array([[0, 0], [3, 0], [0, 4]]), metric="euclidean").values
    np.testing.assert_array_equal(values, [[0, 3, 4], [3, 0, 5], [4, 5, 0]])


def test_cosine_distance_is_0_along_1_across_and_2_opposite() -> None:
    values = distance_matrix(np.array([[1.0, 0.0], [2.0, 0.0], [0.0, 5.0], [-3.0, 0.0]])).values
    np.testing.assert_array_equal(values[0], [0, 0, 1, 2])


def test_cosine_equals_scikit_learn() -> None:
    points = gaussian(40, 16)
    np.testing.assert_allclose(
        distance_matrix(points).values, cosine_distances(points), atol=1e-14, rtol=0
    )


def test_a_short_distance_far_from_the_origin_keeps_its_digits() -> None:
    points = np.array([[1e8, 0.0], [1e8 + 1, 0.0]])
    assert distance_matrix(points, metric="euclidean").values[0, 1] == 1.0


def test_a_tiny_angle_keeps_its_digits() -> None:
    values = distance_matrix(np.array([[1.0, 0.0], [1.0, 1e-9]])).values
    assert values[0, 1] == pytest.approx(5e-19, rel=1e-6)


def test_tiny_vectors_still_have_a_direction() -> None:
    values = distance_matrix(np.array([[1e-200, 0.0], [0.0, 1e-200]])).values
    assert values[0, 1] == pytest.approx(1.0)


@given(clouds(smallest=1).map(lambda points: points + 7.0), METRICS)
def test_matrices_are_symmetric_with_zero_diagonal_and_zero_for_duplicates(points, metric) -> None:
    doubled = np.vstack([points, points])
    values = distance_matrix(doubled, metric=metric).values
    np.testing.assert_array_equal(values, values.T)
    assert (values >= 0).all()
    n = len(points)
    assert not np.diagonal(values).any()
    assert not np.diagonal(values[:n, n:]).any()


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_a_rotation_changes_nothing(metric: str) -> None:
    points = gaussian(20, 8)
    turned = distance_matrix(points @ random_rotation(8), metric=metric).values
    np.testing.assert_allclose(turned, distance_matrix(points, metric=metric).values, atol=1e-12)


def test_embeddings_and_their_vectors_give_the_same_distances() -> None:
    names = ("a", "b", "c")
    vectors = gaussian(3, 4).astype(np.float32)
    embeddings = Embeddings(vectors, names, names, ("en",) * 3, "text", "fake", unit_norm=False)
    np.testing.assert_array_equal(
        distance_matrix(embeddings).values, distance_matrix(vectors).values
    )


@pytest.mark.parametrize(
    ("vectors", "metric", "words"),
    [
        (np.ones((3, 2)), "l3", "metric is 'l3'"),
        (np.ones(3), "euclidean", "shape"),
        (np.empty((0, 4)), "euclidean", "shape"),
        (np.array([[1.0, np.nan]]), "euclidean", "NaN"),
        (np.array([[1.0, 2.0], [0.0, 0.0]]), "cosine", "row 1 of 2 is the zero vector"),
    ],
)
def test_unusable_input_is_refused(vectors: np.ndarray, metric: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        distance_matrix(vectors, metric=metric)


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("exponent", [-900, -660, 660, 900])
def test_the_unit_of_the_vectors_is_the_unit_of_the_distances(metric: str, exponent: int) -> None:
    points = gaussian(12, 5)
    expected = distance_matrix(points, metric=metric).values
    found = distance_matrix(np.ldexp(points, exponent), metric=metric).values
    unit = exponent if metric == "euclidean" else 0
    np.testing.assert_array_equal(found, np.ldexp(expected, unit))


def test_distances_beyond_float64_are_refused() -> None:
    with pytest.raises(InputError, match="beyond float64"):
        distance_matrix(np.array([[1.5e308], [-1.5e308]]), metric="euclidean")
