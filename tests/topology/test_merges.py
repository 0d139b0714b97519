"""The two components that an H0 bar merges."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from scipy.cluster.hierarchy import cophenet, linkage
from scipy.spatial.distance import squareform
from support.clouds import SQUARE, circle, clouds

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix
from tomclip.geometry import distance_matrix
from tomclip.topology import first_merge, h0_diagram, merge_heights, merge_of_bar


def euclidean(points: np.ndarray) -> DistanceMatrix:
    return distance_matrix(points, metric="euclidean")


def test_the_long_bar_of_two_clusters_names_both() -> None:
    line = np.array([[0.0], [1.0], [2.0], [10.0], [11.0]])
    merge = merge_of_bar(euclidean(line), 3)
    assert merge.points == (2, 3)
    assert merge.length == 8.0
    assert merge.components == ((0, 1, 2), (3, 4))


def test_the_first_bar_joins_two_single_points() -> None:
    merge = merge_of_bar(euclidean(np.array([[0.0], [5.0], [6.0]])), 0)
    assert merge.components == ((1,), (2,))


def test_equal_bars_merge_one_after_the_other_from_the_lowest_point() -> None:
    merges = [merge_of_bar(euclidean(SQUARE), bar) for bar in range(3)]
    assert [merge.components for merge in merges] == [
        ((0,), (1,)),
        ((0, 1), (2,)),
        ((0, 1, 2), (3,)),
    ]


@given(clouds())
def test_every_bar_ends_where_its_two_components_meet(points: np.ndarray) -> None:
    distances = euclidean(points)
    for index, (_, death) in enumerate(h0_diagram(points, metric="euclidean").finite):
        merge = merge_of_bar(distances, index)
        first, second = merge.components
        assert merge.length == death == distances.values[np.ix_(first, second)].min()
        assert merge.points[0] in first
        assert merge.points[1] in second
        assert not set(first) & set(second)


@given(clouds())
def test_the_merges_in_order_build_the_whole_cloud(points: np.ndarray) -> None:
    distances = euclidean(points)
    components = {frozenset([point]) for point in range(len(points))}
    for bar in range(len(points) - 1):
        sides = set(map(frozenset, merge_of_bar(distances, bar).components))
        assert sides <= components
        components = components - sides | {frozenset.union(*sides)}
    assert len(components) == 1


@pytest.mark.parametrize("index", [-1, 4])
def test_the_essential_bar_and_beyond_have_no_merge(index: int) -> None:
    with pytest.raises(InputError, match="0 to 3"):
        merge_of_bar(euclidean(circle(5)), index)


@given(clouds())
def test_two_points_meet_where_single_linkage_joins_them(points: np.ndarray) -> None:
    distances = euclidean(points)
    tree = linkage(squareform(distances.values, checks=False), "single")
    np.testing.assert_array_equal(merge_heights(distances), squareform(cophenet(tree)))


@given(clouds())
def test_merge_heights_are_an_ultrametric_below_the_distances(points: np.ndarray) -> None:
    distances = euclidean(points)
    heights = merge_heights(distances)
    assert (heights <= distances.values).all()
    over = np.maximum(heights[:, :, None], heights[None, :, :]).min(axis=1)
    assert (heights <= over).all()


@given(clouds())
def test_a_point_first_merges_with_its_nearest_neighbour(points: np.ndarray) -> None:
    distances = euclidean(points)
    others = distances.values + np.diag(np.full(len(points), np.inf))
    for point in range(len(points)):
        merge = first_merge(distances, point)
        assert point in merge.points
        assert merge.length == others[point].min()
        assert (point,) in merge.components


def test_a_point_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="point is 3; use a row from 0 to 2"):
        first_merge(euclidean(np.array([[0.0], [5.0], [6.0]])), 3)
