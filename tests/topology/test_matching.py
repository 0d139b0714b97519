"""Which bar goes to which bar, and the pair that decides a bottleneck distance."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import persim
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from support.clouds import diagram, diagrams

from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram
from tomclip.topology import (
    bottleneck_distance,
    deciding_match,
    optimal_matching,
    wasserstein_distance,
)
from tomclip.topology.matching import Matching

INF = float("inf")
ORDERS = st.sampled_from([1.0, 2.0, 3.5, INF])


def rows(matching: Matching) -> list[tuple[int, int, float]]:
    return [(i, j, length) for (i, j), length in zip(*exported(matching), strict=True)]


def exported(matching: Matching) -> tuple[list[list[int]], list[float]]:
    return matching.pairs.tolist(), matching.lengths.tolist()


def step(a: PersistenceDiagram, b: PersistenceDiagram, i: int, j: int) -> float:
    """How far bar i of `a` lies from bar j of `b` in the maximum norm; -1 is the diagonal."""
    if i < 0 and j < 0:
        return 0.0
    if i < 0 or j < 0:
        birth, death = b.pairs[j] if i < 0 else a.pairs[i]
        return float(death - birth) / 2
    return float(np.abs(a.pairs[i] - b.pairs[j]).max())


def least_norm(a: PersistenceDiagram, b: PersistenceDiagram, order: float) -> float:
    """Tries every matching; -1 stand in for missing partners."""
    first, second = [*range(len(a)), *[-1] * len(b)], [*range(len(b)), *[-1] * len(a)]
    lengths = [
        [step(a, b, i, j) for i, j in zip(first, way, strict=True)]
        for way in set(permutations(second))
    ]
    return float(min(np.linalg.norm(way, order) for way in lengths)) if first else 0.0


def test_near_bars_go_to_each_other_and_short_ones_to_the_diagonal() -> None:
    a, b = diagram((0, 10), (4, 5), (20, 30)), diagram((21, 31), (0, 12), (7, 8), (40, 41))
    matching = optimal_matching(a, b)
    assert rows(matching) == [
        (0, 1, 2.0),
        (1, -1, 0.5),
        (2, 0, 1.0),
        (-1, 2, 0.5),
        (-1, 3, 0.5),
    ]
    assert matching.distance == pytest.approx(np.sqrt(4 + 1 + 3 * 0.25))


def test_a_bottleneck_matching_moves_bars_that_decide_nothing_little_too() -> None:
    a, b = diagram((0, 10), (20, 26), (40, 46)), diagram((0, 15), (41, 46), (21, 26))
    matching = optimal_matching(a, b, order=INF)
    assert rows(matching) == [(0, 0, 5.0), (1, 2, 1.0), (2, 1, 1.0)]
    assert matching.distance == 5.0


def test_the_case_that_gudhis_own_bottleneck_gets_wrong() -> None:
    a = diagram((0, 5), (2, 4), (5, 10))
    b = diagram((5, 6), (0, 1), (3, 6), (1, 6), (4, 9))
    matching = optimal_matching(a, b, order=INF)
    assert matching.distance == max(matching.lengths) == 1.5


def test_bars_of_length_zero_stay_where_they_are() -> None:
    matching = optimal_matching(diagram((1, 5), (2, 2)), diagram((2, 2), (1, 5)))
    assert rows(matching) == [(0, 1, 0.0), (1, -1, 0.0), (-1, 0, 0.0)]


def test_essential_bars_go_to_each_other_by_birth() -> None:
    a, b = diagram((10, INF), (0, INF), (1, 3)), diagram((3, INF), (1, 3), (14, INF))
    matching = optimal_matching(a, b)
    assert rows(matching) == [(0, 2, 4.0), (1, 0, 3.0), (2, 1, 0.0)]
    assert matching.distance == pytest.approx(5.0)


@pytest.mark.parametrize("order", [1.0, INF])
def test_a_bar_too_many_that_never_dies_is_infinitely_far(order: float) -> None:
    matching = optimal_matching(
        diagram((5, INF), (0, INF), (1, 3)), diagram((0, INF), (1, 3)), order=order
    )
    assert rows(matching) == [(0, -1, INF), (1, 0, 0.0), (2, 1, 0.0)]
    assert matching.distance == INF


def test_empty_diagrams_have_an_empty_matching() -> None:
    matching = optimal_matching(diagram(), diagram())
    assert matching.pairs.shape == (0, 2)
    assert matching.distance == 0.0


def test_in_the_euclidean_norm_other_bars_may_be_near() -> None:
    a, b = diagram((0, 20)), diagram((3, 24), (5, 20))
    assert rows(optimal_matching(a, b, order=1))[0] == (0, 0, 4.0)
    (first, *_) = rows(optimal_matching(a, b, order=INF, ground_norm=2))
    assert first == (0, 0, 5.0)


@given(diagrams(largest=8), diagrams(largest=8), ORDERS, st.sampled_from([1.0, 2.0, INF]))
def test_every_bar_occurs_once_and_the_lengths_make_the_distance(a, b, order, norm) -> None:
    matching = optimal_matching(a, b, order=order, ground_norm=norm)
    first, second = matching.pairs.T
    assert first[first >= 0].tolist() == list(range(len(a)))
    assert sorted(second[second >= 0]) == list(range(len(b)))
    assert (first >= 0).sum() + (second[first < 0] >= 0).sum() == len(matching.pairs)
    total = np.linalg.norm([0.0, *matching.lengths], order)  # of none, older numpy has no largest
    assert matching.distance == pytest.approx(total, rel=1e-12)


@given(diagrams(largest=8), diagrams(largest=8), ORDERS)
def test_each_length_is_the_distance_of_its_two_ends(a, b, order: float) -> None:
    for i, j, length in rows(optimal_matching(a, b, order=order)):
        assert length == step(a, b, i, j)


@given(diagrams(largest=3), diagrams(largest=3), ORDERS)
def test_no_matching_is_better(a, b, order: float) -> None:
    assert optimal_matching(a, b, order=order).distance == pytest.approx(least_norm(a, b, order))


@given(diagrams(largest=12), diagrams(largest=12))
def test_its_distance_is_the_bottleneck_or_wasserstein_distance(a, b) -> None:
    assert optimal_matching(a, b, order=INF).distance == bottleneck_distance(a, b)
    assert optimal_matching(a, b, order=1).distance == wasserstein_distance(a, b, order=1)


@given(diagrams(largest=12), diagrams(largest=12))
def test_no_bottleneck_matching_is_shorter_in_sum_than_the_wasserstein_one(a, b) -> None:
    shortest = optimal_matching(a, b, order=1)
    within = optimal_matching(a, b, order=INF)
    assert within.lengths.sum() >= shortest.distance * (1 - 1e-12)
    assume(shortest.lengths.max(initial=0.0) <= within.distance)
    assert within.lengths.sum() == pytest.approx(shortest.distance)


@pytest.mark.parametrize("scale", [2.0**-500, 2.0**-40, 2.0**20])
@pytest.mark.parametrize("order", [1.0, 2.0, INF])
def test_the_unit_of_the_filtration_changes_no_partner(scale: float, order: float) -> None:
    a, b = np.sort(np.random.default_rng(0).random((2, 30, 2)), axis=2)
    here = optimal_matching(diagram(*a), diagram(*b), order=order)
    there = optimal_matching(diagram(*(scale * a)), diagram(*(scale * b)), order=order)
    np.testing.assert_array_equal(here.pairs, there.pairs)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"order": 0.5}, "order is 0.5"),
        ({"order": np.nan}, "order is nan"),
        ({"ground_norm": 0}, "ground_norm is 0"),
    ],
)
def test_norms_out_of_range_are_refused(settings, words: str) -> None:
    with pytest.raises(InputError, match=words):
        optimal_matching(diagram(), diagram(), **settings)


def test_the_farthest_matched_pair_is_found() -> None:
    match = deciding_match(diagram((0, 10), (2, 4)), diagram((0, 9), (2, 3.9)))
    assert match is not None
    assert (match.first, match.second, match.distance) == ((0, 10), (0, 9), 1)


def test_a_bar_without_a_partner_goes_to_the_diagonal() -> None:
    match = deciding_match(diagram((0, 10), (2, 6)), diagram((0, 10)))
    assert match is not None
    assert (match.first, match.second, match.distance) == ((2, 6), (4, 4), 2)
    back = deciding_match(diagram(), diagram((2, 6)))
    assert back is not None
    assert (back.first, back.second, back.distance) == ((4, 4), (2, 6), 2)


def test_equal_and_empty_diagrams_have_no_deciding_pair() -> None:
    assert deciding_match(diagram((0, 1)), diagram((0, 1))) is None
    assert deciding_match(diagram(), diagram()) is None


def test_bars_that_never_die_decide_nothing() -> None:
    match = deciding_match(diagram((0, INF), (0, 4)), diagram((9, INF), (0, 5), (8, INF)))
    assert match is not None
    assert (match.first, match.second, match.distance) == ((0, 4), (0, 5), 1)


@pytest.mark.parametrize("seed", range(20))
def test_the_deciding_pair_is_as_far_apart_as_persim_says(seed: int) -> None:
    generator = np.random.default_rng(seed)
    a, b = (np.sort(generator.random((k, 2)), axis=1) for k in generator.integers(1, 9, 2))
    match = deciding_match(diagram(*a), diagram(*b))
    assert match is not None
    assert match.distance == pytest.approx(persim.bottleneck(a, b))
    assert np.abs(np.subtract(match.first, match.second)).max() == pytest.approx(match.distance)


@pytest.mark.parametrize("match", [deciding_match, optimal_matching])
def test_diagrams_of_different_kinds_are_refused(match) -> None:
    with pytest.raises(InputError, match="same homology_dimension"):
        match(diagram((0, 1)), diagram((0, 1), homology_dimension=0))
