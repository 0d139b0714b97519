"""Minimum spanning trees of dense matrices."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.sparse.csgraph import minimum_spanning_tree as scipy_tree
from scipy.spatial.distance import cdist

from tomclip.core.errors import InputError
from tomclip.topology import spanning_tree
from tomclip.topology.spanning_tree import minimum_spanning_tree, prim, prim_numpy


def random_distances(n: int, *, seed: int = 0) -> np.ndarray:
    points = np.random.default_rng(seed).normal(size=(n, 5))
    return cdist(points, points)


def gridded_distances() -> st.SearchStrategy[np.ndarray]:
    """Distances of points on a small grid, so that ties and duplicates are common."""
    points = st.integers(1, 24).flatmap(
        lambda n: arrays(np.int8, (n, 2), elements=st.integers(0, 4))
    )
    return points.map(lambda p: cdist(p, p))


def test_the_tree_of_a_3_4_5_triangle_drops_the_hypotenuse() -> None:
    edges, lengths = minimum_spanning_tree(
        np.array([[0.0, 3.0, 5.0], [3.0, 0.0, 4.0], [5.0, 4.0, 0.0]])
    )
    assert edges.tolist() == [[0, 1], [1, 2]]
    assert lengths.tolist() == [3.0, 4.0]


def test_two_clusters_are_joined_by_one_long_edge() -> None:
    line = np.array([0.0, 1.0, 2.0, 10.0, 11.0])
    _, lengths = minimum_spanning_tree(np.abs(line[:, None] - line))
    assert sorted(lengths) == [1.0, 1.0, 1.0, 8.0]


def test_duplicates_keep_their_zero_length_edges() -> None:
    line = np.array([0.0, 0.0, 0.0, 7.0])
    _, lengths = minimum_spanning_tree(np.abs(line[:, None] - line))
    assert sorted(lengths) == [0.0, 0.0, 7.0]


def test_ties_go_to_the_lowest_index() -> None:
    edges, _ = minimum_spanning_tree(1.0 - np.eye(4))
    assert edges.tolist() == [[0, 1], [0, 2], [0, 3]]


def test_one_point_has_a_tree_without_edges() -> None:
    edges, lengths = minimum_spanning_tree(np.zeros((1, 1)))
    assert edges.shape == (0, 2)
    assert lengths.shape == (0,)


def test_lengths_equal_those_of_scipy() -> None:
    distances = random_distances(60)
    expected = scipy_tree(distances).data
    np.testing.assert_allclose(np.sort(minimum_spanning_tree(distances)[1]), np.sort(expected))


@given(gridded_distances())
def test_compiled_and_numpy_trees_agree_edge_for_edge_even_with_ties(distances: np.ndarray) -> None:
    np.testing.assert_array_equal(prim(distances), prim_numpy(distances))


@given(gridded_distances())
def test_every_step_joins_one_new_vertex(distances: np.ndarray) -> None:
    seen = {0}
    for inside, joins in minimum_spanning_tree(distances)[0].tolist():
        assert inside in seen
        assert joins not in seen
        seen.add(joins)
    assert seen == set(range(len(distances)))


@given(gridded_distances(), st.randoms(use_true_random=False))
def test_lengths_do_not_depend_on_the_order_of_the_points(distances, random) -> None:
    order = list(range(len(distances)))
    random.shuffle(order)
    shuffled = minimum_spanning_tree(distances[np.ix_(order, order)])[1]
    np.testing.assert_array_equal(np.sort(shuffled), np.sort(minimum_spanning_tree(distances)[1]))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_lengths_keep_the_type_and_the_matrix_may_be_read_only(dtype: type) -> None:
    distances = random_distances(20).astype(dtype)
    distances.flags.writeable = False
    assert minimum_spanning_tree(distances)[1].dtype == dtype


def test_whole_numbers_are_accepted() -> None:
    assert minimum_spanning_tree(np.array([[0, 2], [2, 0]]))[1].tolist() == [2.0]


def test_without_numba_the_numpy_tree_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numba", None)
    assert spanning_tree._fastest.__wrapped__() is prim_numpy


@pytest.mark.parametrize(
    ("distances", "sentence"),
    [
        (np.zeros((2, 3)), "square"),
        (np.zeros((0, 0)), "square"),
        (np.zeros(4), "square"),
        (np.array([[0.0, 1.0], [2.0, 0.0]]), "not symmetric"),
        (np.array([[0.0, np.nan], [np.nan, 0.0]]), "NaN or infinity"),
        (np.array([[0.0, np.inf], [np.inf, 0.0]]), "NaN or infinity"),
    ],
)
def test_what_is_no_distance_matrix_is_refused(distances: np.ndarray, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        minimum_spanning_tree(distances)
