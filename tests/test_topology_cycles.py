"""The points behind a bar."""

from __future__ import annotations

import numpy as np
import pytest
from clouds import SQUARE, circle, clouds, gaussian
from hypothesis import given

from tomclip.errors import InputError
from tomclip.geometry import distance_matrix
from tomclip.topology import cycle_of_bar, h0_diagram, merge_of_bar, persistence_diagrams
from tomclip.types import DistanceMatrix


def euclidean(points: np.ndarray) -> DistanceMatrix:
    return distance_matrix(points, metric="euclidean")


def sides(loop: tuple[int, ...]) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in zip(loop, (*loop[1:], loop[0]), strict=True)}


def test_the_long_bar_of_two_clusters_names_both() -> None:
    line = np.array([[0.0], [1.0], [2.0], [10.0], [11.0]])
    merge = merge_of_bar(euclidean(line), 3)
    assert merge.points == (2, 3)
    assert merge.length == 8.0
    assert merge.components == ((0, 1, 2), (3, 4))


def test_the_first_bar_joins_two_single_points() -> None:
    merge = merge_of_bar(euclidean(np.array([[0.0], [5.0], [6.0]])), 0)
    assert merge.components == ((1,), (2,))


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


@pytest.mark.parametrize("index", [-1, 4])
def test_the_essential_bar_and_beyond_have_no_merge(index: int) -> None:
    with pytest.raises(InputError, match="0 to 3"):
        merge_of_bar(euclidean(circle(5)), index)


def test_the_loop_of_a_square_is_its_outline_although_all_sides_tie() -> None:
    loop = cycle_of_bar(euclidean(SQUARE), 1.0, np.sqrt(2))
    assert sides(loop) == {frozenset(pair) for pair in ((0, 1), (1, 2), (2, 3), (3, 0))}


def test_doubled_corners_do_not_break_the_loop() -> None:
    loop = cycle_of_bar(euclidean(np.vstack([SQUARE, SQUARE])), 1.0, np.sqrt(2))
    assert sorted(point % 4 for point in loop) == [0, 1, 2, 3]


def test_the_loop_of_a_shuffled_circle_goes_round_it() -> None:
    order = np.random.default_rng(0).permutation(16)
    points = circle(16)[order]
    birth, death = persistence_diagrams(points, metric="euclidean")[1].pairs[0]
    around = order[list(cycle_of_bar(euclidean(points), birth, death))]
    assert set(np.diff(around) % 16) in ({1}, {15})
    assert len(around) == 16


def test_of_two_loops_with_one_birth_the_death_chooses() -> None:
    small, tall = SQUARE, SQUARE * [1.0, 1.2] + [10.0, 0.0]
    wide = SQUARE * [1.2, 1.0] + [20.0, 0.0]
    points = np.vstack([tall, wide, small])
    assert set(cycle_of_bar(euclidean(points), 1.0, np.sqrt(2))) == {8, 9, 10, 11}


@given(clouds(smallest=5))
def test_every_h1_bar_has_a_loop_of_edges_no_longer_than_its_birth(points: np.ndarray) -> None:
    distances = euclidean(points)
    for birth, death in persistence_diagrams(distances)[1].pairs:
        loop = cycle_of_bar(distances, birth, death)
        lengths = [distances.values[tuple(side)] for side in sides(loop)]
        assert len(set(loop)) == len(loop) >= 4
        assert max(lengths) == birth


def test_a_bar_from_a_float32_engine_still_finds_its_loop() -> None:
    distances = euclidean(gaussian(30, 2))
    exact, rounded = (
        persistence_diagrams(distances, engine=engine)[1].pairs for engine in ("gudhi", "ripser")
    )
    assert cycle_of_bar(distances, *rounded[0]) == cycle_of_bar(distances, *exact[0])


@pytest.mark.parametrize(
    ("birth", "death", "words"),
    [
        (0.7, 0.9, "no two points lie 0.7 apart"),
        (np.sqrt(2), 2.0, "no loop is born"),
        (1.0, 1.0, "0 <= birth < death"),
        (np.nan, 1.0, "0 <= birth < death"),
    ],
)
def test_bars_of_another_cloud_are_refused(birth: float, death: float, words: str) -> None:
    with pytest.raises(InputError, match=words):
        cycle_of_bar(euclidean(SQUARE), birth, death)
