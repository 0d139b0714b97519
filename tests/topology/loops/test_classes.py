"""Loops behind H1 bars and the lives of arbitrary loops, against plain linear algebra."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.clouds import SQUARE, circle, clouds, gaussian

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix
from tomclip.geometry import distance_matrix
from tomclip.topology import loop_classes, persistence_diagrams
from tomclip.topology.loops import classes as loop_module
from tomclip.topology.loops.classes import Loop, LoopClasses


def euclidean(points: np.ndarray) -> DistanceMatrix:
    return distance_matrix(points, metric="euclidean")


def sides(loop: Sequence[int]) -> set[frozenset[int]]:
    return {frozenset(pair) for pair in zip(loop, (*loop[1:], loop[0]), strict=True)}


def life_by_elimination(values: np.ndarray, walk: Sequence[int]) -> tuple[float, float]:
    """Adds the triangles, shortest first, until the walk is a sum of boundaries over Z/2."""
    bit = {frozenset(pair): 1 << i for i, pair in enumerate(combinations(range(len(values)), 2))}
    steps = [frozenset(pair) for pair in zip(walk, (*walk[1:], walk[0]), strict=True)]
    closes = max(values[tuple(step)] for step in steps)
    chain = 0
    for step in steps:
        chain ^= bit[step]
    triangles = [[frozenset(s) for s in combinations(t, 2)] for t in triples(len(values))]
    diameters = np.array([max(values[tuple(side)] for side in t) for t in triangles])
    pivots: dict[int, int] = {}
    for length in np.unique(values):
        for i in np.flatnonzero(diameters == length):
            boundary = reduced(sum(bit[side] for side in triangles[i]), pivots)
            if boundary:
                pivots[boundary.bit_length()] = boundary
        if length >= closes and not reduced(chain, pivots):
            return closes, length
    raise AssertionError("a full simplex has no loop")


def triples(n: int) -> list[tuple[int, int, int]]:
    return list(combinations(range(n), 3))


def reduced(chain: int, pivots: dict[int, int]) -> int:
    while chain and (pivot := pivots.get(chain.bit_length())):
        chain ^= pivot
    return chain


def ring(n: int, *, seed: int) -> np.ndarray:
    """Points near a circle: short loops and a long one."""
    return circle(n) + 0.3 * gaussian(n, 2, seed=seed)


def walks(n: int, *, count: int, seed: int) -> list[list[int]]:
    """Closed walks of 3 to 7 steps; some meet themselves or go back the way they came."""
    generator = np.random.default_rng(seed)
    found = [generator.integers(0, n, size=generator.integers(3, 8)) for _ in range(3 * count)]
    return [walk.tolist() for walk in found if (walk != np.roll(walk, -1)).all()][:count]


@given(clouds(smallest=3, largest=9), st.integers(0, 1000))
def test_the_life_of_any_loop_is_what_linear_algebra_says_with_ties(points, seed: int) -> None:
    distances = euclidean(points)
    classes = loop_classes(distances)
    for walk in walks(len(points), count=5, seed=seed):
        assert classes.life(walk) == life_by_elimination(distances.values, walk)


@pytest.mark.parametrize("seed", range(12))
def test_the_life_of_loops_round_a_ring_is_what_linear_algebra_says(seed: int) -> None:
    distances = euclidean(ring(9, seed=seed))
    classes = loop_classes(distances)
    around = list(range(9))
    for walk in [around, around[::2], around[1:], *walks(9, count=20, seed=seed)]:
        assert classes.life(walk) == life_by_elimination(distances.values, walk)


@pytest.mark.parametrize("seed", range(4))
def test_the_life_of_each_loop_of_a_larger_cloud_is_what_linear_algebra_says(seed: int) -> None:
    distances = euclidean(gaussian(20, 6, seed=seed))
    classes = loop_classes(distances)
    for bar in range(len(classes.bars)):
        loop = classes.loop(bar)
        assert (loop.birth, loop.death) == life_by_elimination(distances.values, loop.points)


@given(clouds(smallest=3))
def test_the_bars_are_those_of_the_diagram(points: np.ndarray) -> None:
    distances = euclidean(points)
    np.testing.assert_array_equal(
        loop_classes(distances).bars, persistence_diagrams(distances)[1].pairs
    )


def test_the_loop_of_a_square_is_its_outline_although_all_sides_tie() -> None:
    loop = loop_classes(euclidean(SQUARE)).loop(0)
    assert sides(loop.points) == {frozenset(pair) for pair in ((0, 1), (1, 2), (2, 3), (3, 0))}
    assert (loop.birth, loop.death, loop.exact) == (1.0, np.sqrt(2), True)


def test_the_lives_of_loops_on_a_square() -> None:
    classes = loop_classes(euclidean(SQUARE))
    assert classes.life([0, 1, 2, 3]) == (1.0, np.sqrt(2))
    assert classes.life([0, 1, 2]) == (np.sqrt(2), np.sqrt(2))
    assert classes.life([0, 1, 2, 1]) == (1.0, 1.0)
    assert classes.life([0, 1, 2, 3] * 2) == (1.0, 1.0)  # twice round is nothing over Z/2


def test_doubled_corners_do_not_break_the_loop() -> None:
    loop = loop_classes(euclidean(np.vstack([SQUARE, SQUARE]))).loop(0)
    assert {point % 4 for point in loop.points} == {0, 1, 2, 3}
    assert loop.exact


def test_the_loop_of_a_shuffled_circle_goes_round_it() -> None:
    order = np.random.default_rng(0).permutation(16)
    around = order[list(loop_classes(euclidean(circle(16)[order])).loop(0).points)]
    assert set(np.diff(around) % 16) in ({1}, {15})
    assert len(around) == 16


def test_of_three_loops_with_one_birth_each_bar_has_its_own() -> None:
    tall, wide = SQUARE * [1.0, 1.3] + [10.0, 0.0], SQUARE * [1.0, 1.2] + [20.0, 0.0]
    classes = loop_classes(euclidean(np.vstack([tall, wide, SQUARE])))
    loops = [classes.loop(bar) for bar in range(3)]
    assert [min(loop.points) for loop in loops] == [8, 4, 0]
    assert all(loop.exact for loop in loops)


def test_a_bar_that_ends_when_two_loops_become_one_has_no_exact_loop() -> None:
    """The ends of a short tube: the wider is born later and ends when the tube's side is filled."""
    narrow = np.column_stack([circle(12), np.zeros(12)])
    wide = np.column_stack([circle(12, radius=1.05), np.full(12, 0.56)])
    classes = loop_classes(euclidean(np.vstack([narrow, wide])))
    younger = int(np.flatnonzero(np.isclose(classes.bars[:, 0], 2.1 * np.sin(np.pi / 12)))[0])
    loop = classes.loop(younger)
    assert set(loop.points) == set(range(12, 24))
    assert not loop.exact
    assert loop.death == classes.bars[:, 1].max() > classes.bars[younger, 1]


@pytest.mark.parametrize("dimension", [2, 5, 20])
def test_in_random_clouds_every_loop_has_the_life_of_its_bar(dimension: int) -> None:
    for seed in range(7):
        classes = loop_classes(euclidean(gaussian(60, dimension, seed=seed)))
        for bar, life in enumerate(classes.bars.tolist()):
            assert_a_representative(classes, classes.loop(bar), life)


@given(clouds(smallest=5))
def test_with_ties_every_loop_is_born_with_its_bar_and_never_filled_before(points) -> None:
    classes = loop_classes(euclidean(points))
    for bar, (birth, death) in enumerate(classes.bars.tolist()):
        loop = classes.loop(bar)
        assert len(set(loop.points)) == len(loop.points) >= 4
        assert classes.life(loop.points) == (loop.birth, loop.death)
        assert loop.birth == birth
        assert loop.exact == (loop.death == death)
        assert loop.death >= death


def assert_a_representative(classes: LoopClasses, loop: Loop, life: list[float]) -> None:
    assert len(set(loop.points)) == len(loop.points) >= 4
    assert list(classes.life(loop.points)) == [loop.birth, loop.death] == life
    assert loop.exact


def test_without_avoiding_older_classes_some_loops_outlive_their_bar(monkeypatch) -> None:
    monkeypatch.setattr(loop_module, "LARGEST_COVER", 0)
    classes = loop_classes(euclidean(gaussian(60, 20)))
    loops = [classes.loop(bar) for bar in range(len(classes.bars))]
    wrong = [loop.death > classes.bars[bar, 1] for bar, loop in enumerate(loops)]
    assert any(wrong)
    assert wrong == [not loop.exact for loop in loops]


def test_equal_input_gives_equal_loops_although_lengths_tie() -> None:
    grid = euclidean(np.random.default_rng(0).integers(0, 6, size=(40, 3)).astype(float))
    first, second = loop_classes(grid), loop_classes(grid)
    assert len(first.bars) > 5
    assert [first.loop(i) for i in range(len(first.bars))] == [
        second.loop(i) for i in range(len(second.bars))
    ]


@pytest.mark.parametrize("dimension", [3, 20])
def test_without_ties_the_numbering_of_the_points_does_not_matter(dimension: int) -> None:
    points = gaussian(50, dimension)
    order = np.random.default_rng(1).permutation(50)
    here, there = (loop_classes(euclidean(rows)) for rows in (points, points[order]))
    for bar in range(len(here.bars)):
        shuffled = order[list(there.loop(bar).points)].tolist()
        assert sides(here.loop(bar).points) == sides(shuffled)


def test_a_cloud_without_loops_has_no_bars() -> None:
    line = loop_classes(euclidean(np.array([[0.0], [1.0], [3.0]])))
    assert line.bars.shape == (0, 2)
    assert line.life([0, 1, 2]) == (3.0, 3.0)


@pytest.mark.parametrize("bar", [-1, 1])
def test_a_bar_that_does_not_exist_is_refused(bar: int) -> None:
    with pytest.raises(InputError, match="has 1 H1 bars"):
        loop_classes(euclidean(SQUARE)).loop(bar)


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([0, 1], "at least 3"),
        ([0.0, 1.0, 2.0], "row indices"),
        ([[0, 1, 2]], "row indices"),
        ([0, 1, 4], "leaves 0 to 3"),
        ([-1, 1, 2], "leaves 0 to 3"),
        ([0, 1, 1, 2], "neighbours different"),
        ([0, 1, 2, 0], "neighbours different"),
    ],
)
def test_what_is_no_loop_of_points_is_refused(points, words: str) -> None:
    with pytest.raises(InputError, match=words):
        loop_classes(euclidean(SQUARE)).life(points)


def test_clouds_whose_edges_float32_cannot_number_are_refused(monkeypatch) -> None:
    most = loop_module.MOST_POINTS
    assert most * (most - 1) // 2 <= 2**24 < (most + 1) * most // 2
    monkeypatch.setattr(loop_module, "MOST_POINTS", 3)
    with pytest.raises(InputError, match="4 points came"):
        loop_classes(euclidean(SQUARE))
