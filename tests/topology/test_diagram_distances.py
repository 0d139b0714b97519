"""Distances between persistence diagrams."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import permutations

import numpy as np
import persim
import pytest
from gudhi import hera
from hypothesis import given
from hypothesis import strategies as st
from support.clouds import clouds, diagram, diagrams

from tomclip import topology
from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram
from tomclip.geometry import distance_matrix
from tomclip.topology import (
    bottleneck_distance,
    diagram_distance_matrix,
    diagram_distances,
    h0_diagram,
    persistence_diagrams,
    sliced_wasserstein_distance,
    wasserstein_distance,
)
from tomclip.topology.diagram_distances import DISTANCES

ALL = list(DISTANCES.values())
EMPTY = diagram()
INF = float("inf")


def naive_distance(a: PersistenceDiagram, b: PersistenceDiagram, order: float) -> float:
    """Tries every matching; diagonals stand in for missing partners."""
    first = [*a.pairs, *[None] * len(b)]
    second = [*b.pairs, *[None] * len(a)]
    costs = np.array([[step(p, q) for q in second] for p in first]).reshape(len(first), len(first))
    rows = np.arange(len(first))
    totals = [norm(costs[rows, list(way)], order) for way in permutations(rows)]
    return float(min(totals, default=0.0))


def norm(lengths: np.ndarray, order: float) -> float:
    """Returns the norm, 0 of no lengths: older numpy refuses the largest of none."""
    return float(np.linalg.norm([0.0, *lengths], order))


def step(p: np.ndarray | None, q: np.ndarray | None) -> float:
    if p is None and q is None:
        return 0.0
    if p is not None and q is not None:
        return float(np.abs(p - q).max())
    (pair,) = (side for side in (p, q) if side is not None)
    return float(pair[1] - pair[0]) / 2


def quiet_persim(distance, a: PersistenceDiagram, b: PersistenceDiagram) -> float:
    """persim warns about empty diagrams; give it a point on the diagonal instead."""
    pairs = [d.pairs if len(d) else np.zeros((1, 2)) for d in (a, b)]
    return float(distance(*pairs))


def test_a_bar_moves_by_its_largest_coordinate() -> None:
    a, b = diagram((1, 5)), diagram((1.5, 8))
    assert bottleneck_distance(a, b) == 3.0
    assert wasserstein_distance(a, b) == pytest.approx(3.0)


def test_two_moves_add_up_in_wasserstein_and_not_in_bottleneck() -> None:
    a, b = diagram((0, 10), (20, 40)), diagram((0, 13), (24, 40))
    assert bottleneck_distance(a, b) == 4.0
    assert wasserstein_distance(a, b, order=1) == pytest.approx(7.0)
    assert wasserstein_distance(a, b, order=2) == pytest.approx(5.0)


@pytest.mark.parametrize("distance", [bottleneck_distance, wasserstein_distance])
def test_the_distance_to_nothing_is_half_the_bar(distance) -> None:
    assert distance(diagram((2, 8)), EMPTY) == pytest.approx(3.0)
    assert distance(EMPTY, EMPTY) == 0.0


def test_the_case_that_gudhis_own_bottleneck_gets_wrong() -> None:
    a = diagram((0, 5), (2, 4), (5, 10))
    b = diagram((5, 6), (0, 1), (3, 6), (1, 6), (4, 9))
    assert bottleneck_distance(a, b) == 1.5


def test_the_case_on_which_heras_wasserstein_does_not_end() -> None:
    assert wasserstein_distance(diagram((3, 5), (3, 9)), diagram((3, 9), (3, 5))) == 0.0


@pytest.mark.parametrize("scale", [1e-150, 1e-12, 1e6])
@pytest.mark.parametrize("order", [1, 2, 40])
def test_distances_scale_with_the_diagrams(scale: float, order: float) -> None:
    pair = (diagram((0, 5), (2, 4), (5, 10)), diagram((5, 6), (1, 6), (4, 9)))
    scaled = [replace(bars, pairs=scale * bars.pairs) for bars in pair]
    for distance in (bottleneck_distance, partial(wasserstein_distance, order=order)):
        expected = pytest.approx(scale * distance(*pair), rel=1e-9, abs=0)
        assert distance(*scaled) == expected


def test_the_ground_norm_of_the_plane_can_be_euclidean() -> None:
    a, b = diagram((0, 100)), diagram((3, 104))
    assert wasserstein_distance(a, b, ground_norm=2) == pytest.approx(5.0)


@given(diagrams(largest=3), diagrams(largest=3), st.sampled_from([1.0, 2.0, INF]))
def test_distances_equal_the_best_of_all_matchings(a, b, order: float) -> None:
    actual = bottleneck_distance(a, b) if order == INF else wasserstein_distance(a, b, order=order)
    assert actual == pytest.approx(naive_distance(a, b, order), rel=1e-9)


@given(diagrams(largest=12), diagrams(largest=12))
def test_bottleneck_equals_persim(a, b) -> None:
    assert bottleneck_distance(a, b) == pytest.approx(quiet_persim(persim.bottleneck, a, b))


@given(diagrams(largest=12), diagrams(largest=12))
def test_wasserstein_1_with_euclidean_steps_equals_persim(a, b) -> None:
    actual = wasserstein_distance(a, b, order=1, ground_norm=2)
    assert actual == pytest.approx(quiet_persim(persim.wasserstein, a, b), rel=1e-9)


@pytest.mark.parametrize("distance", ALL)
@given(a=diagrams(), b=diagrams())
def test_distances_are_zero_to_itself_and_symmetric(distance, a, b) -> None:
    assert distance(a, a) == pytest.approx(0.0, abs=1e-12)
    assert distance(a, b) == pytest.approx(distance(b, a), rel=1e-9)


@pytest.mark.parametrize("distance", ALL)
@given(a=diagrams(), b=diagrams(), c=diagrams())
def test_distances_keep_the_triangle_inequality(distance, a, b, c) -> None:
    assert distance(a, c) <= (distance(a, b) + distance(b, c)) * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize(
    ("distance", "order"),
    [
        (bottleneck_distance, INF),
        (partial(wasserstein_distance, order=1), 1),
        (wasserstein_distance, 2),
        (partial(wasserstein_distance, order=5), 5),
    ],
)
@given(bars=diagrams(), moves=st.lists(st.floats(-1, 1), min_size=12, max_size=12))
def test_moving_the_bars_costs_no_more_than_the_moves(distance, order: float, bars, moves) -> None:
    steps = np.reshape(moves, (6, 2))[: len(bars)]
    births, lengths = bars.pairs[:, 0] + steps[:, 0], np.diff(bars.pairs)[:, 0]
    lengths = np.maximum(lengths + steps[:, 1] - steps[:, 0], 0.0)
    moved = replace(bars, pairs=np.column_stack([births, births + lengths]))
    cost = norm(np.abs(moved.pairs - bars.pairs).max(axis=1, initial=0.0), order)
    assert distance(bars, moved) <= cost * (1 + 1e-9) + 1e-12


@given(clouds(largest=8), st.integers(0, 1000))
def test_diagrams_move_no_farther_than_the_distances(points, seed: int) -> None:
    """Chazal, de Silva and Oudot 2014 for bottleneck; Skraba and Turner 2020 for Wasserstein."""
    nudge = np.random.default_rng(seed).uniform(-0.2, 0.2, points.shape)
    clouds_ = [distance_matrix(cloud, metric="euclidean") for cloud in (points, points + nudge)]
    moved = np.abs(np.triu(clouds_[0].values - clouds_[1].values))
    for homology_dimension in (0, 1):
        a, b = (persistence_diagrams(cloud)[homology_dimension] for cloud in clouds_)
        assert bottleneck_distance(a, b) <= moved.max() * (1 + 1e-9)
    h0 = [h0_diagram(cloud) for cloud in clouds_]
    assert wasserstein_distance(*h0, order=1) <= moved.sum() * (1 + 1e-9)


@given(diagrams(), diagrams())
def test_bottleneck_never_exceeds_wasserstein(a, b) -> None:
    assert bottleneck_distance(a, b) <= wasserstein_distance(a, b) * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize("distance", ALL)
def test_bars_of_length_zero_cost_nothing(distance) -> None:
    assert distance(diagram((1, 5), (2, 2), (3, 3)), diagram((1, 5))) == 0.0


def test_essential_bars_are_matched_by_sorted_birth() -> None:
    a, b = diagram((0, INF), (10, INF), (1, 3)), diagram((14, INF), (3, INF), (1, 3))
    assert bottleneck_distance(a, b) == 4.0
    assert wasserstein_distance(a, b) == pytest.approx(5.0)
    assert sliced_wasserstein_distance(a, b) == pytest.approx(7.0)


@pytest.mark.parametrize("distance", ALL)
def test_different_numbers_of_essential_bars_are_infinitely_far(distance) -> None:
    assert distance(diagram((0, INF)), diagram((0, 5))) == INF


def test_sliced_wasserstein_is_the_same_on_every_call() -> None:
    a, b = diagram((0, 3), (1, 8)), diagram((0, 4))
    assert sliced_wasserstein_distance(a, b) == sliced_wasserstein_distance(a, b)
    assert sliced_wasserstein_distance(a, b) > 0


@given(diagrams(), diagrams())
def test_sliced_wasserstein_is_equivalent_to_wasserstein_1(a, b) -> None:
    """The upper half of Carrière et al., theorem 3.3, with our normalisation."""
    exact = wasserstein_distance(a, b, order=1, ground_norm=2)
    assert sliced_wasserstein_distance(a, b) <= 2 * np.sqrt(2) * exact * (1 + 1e-9) + 1e-12


@pytest.mark.parametrize("distance", ALL)
@pytest.mark.parametrize(
    ("name", "value"), [("homology_dimension", 0), ("metric", "cosine"), ("filtration", "alpha")]
)
def test_diagrams_of_different_kinds_are_refused(distance, name: str, value) -> None:
    a = diagram((0, 1))
    with pytest.raises(InputError, match=f"same {name}"):
        distance(a, replace(a, **{name: value}))


@pytest.mark.parametrize("distance", ALL)
@pytest.mark.parametrize(
    "pairs", [np.zeros(3), np.zeros((2, 3)), [[2, 1]], [[np.nan, 1]], [[0, np.nan]], [[-INF, 1]]]
)
def test_malformed_diagrams_are_refused(distance, pairs) -> None:
    with pytest.raises(InputError, match="birth"):
        distance(replace(EMPTY, pairs=np.array(pairs)), EMPTY)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda a: wasserstein_distance(a, a, order=0.5), "order is 0.5"),
        (lambda a: wasserstein_distance(a, a, order=INF), "bottleneck_distance"),
        (lambda a: wasserstein_distance(a, a, ground_norm=0), "ground_norm is 0"),
        (lambda a: sliced_wasserstein_distance(a, a, directions=1), "at least 2"),
        (lambda a: diagram_distance_matrix([a, a], distance="heat"), "distance is 'heat'"),
        (lambda a: diagram_distance_matrix([a, a], processes=0), "processes is 0"),
    ],
)
def test_settings_out_of_range_are_refused(call, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call(diagram((0, 1)))


@given(diagrams(largest=12), diagrams(largest=12))
def test_bottleneck_equals_hera(a, b) -> None:
    first, second = (d.pairs[d.pairs[:, 1] > d.pairs[:, 0]] for d in (a, b))
    expected = hera.bottleneck_distance(first, second, 0.0)
    assert bottleneck_distance(a, b) == pytest.approx(expected)


def test_a_matrix_holds_every_pair_and_reports_progress() -> None:
    bars = [diagram((0, 2)), diagram((0, 3)), diagram((0, 7))]
    seen: list[float] = []
    matrix = diagram_distance_matrix(
        bars, on_progress=lambda done, total: seen.append(done / total)
    )
    np.testing.assert_array_equal(matrix, [[0, 1, 3.5], [1, 0, 3.5], [3.5, 3.5, 0]])
    assert seen == pytest.approx([1 / 3, 2 / 3, 1])


@pytest.mark.parametrize("name", DISTANCES)
def test_a_matrix_can_be_of_any_distance(name: str) -> None:
    a, b = diagram((0, 2)), diagram((1, 4))
    function = getattr(topology, f"{name}_distance")
    assert diagram_distance_matrix([a, b], distance=name)[0, 1] == function(a, b)


def h1_diagrams(count: int, bars: int) -> list[PersistenceDiagram]:
    births, lengths = np.random.default_rng(0).random((2, count, bars))
    return [diagram(*zip(b, b + x, strict=True)) for b, x in zip(births, lengths, strict=True)]


@pytest.mark.parametrize("name", DISTANCES)
def test_processes_give_the_same_bits_and_report_to_the_end(name: str, monkeypatch) -> None:
    monkeypatch.setattr(diagram_distances, "WORK_OF_A_TASK", 3_000)
    bars = [*h1_diagrams(6, 40), EMPTY]
    seen: list[float] = []
    parallel = diagram_distance_matrix(
        bars, distance=name, processes=2, on_progress=lambda done, total: seen.append(done / total)
    )
    serial = diagram_distance_matrix(bars, distance=name)
    assert parallel.tobytes() == serial.tobytes()
    assert len(seen) > 3
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_pair_that_cannot_be_compared_is_refused_by_the_processes_too(monkeypatch) -> None:
    monkeypatch.setattr(diagram_distances, "WORK_OF_A_TASK", 1)
    other = replace(EMPTY, metric="cosine")
    with pytest.raises(InputError, match="same metric"):
        diagram_distance_matrix([EMPTY, EMPTY, other], processes=2)


@pytest.mark.parametrize(
    ("count", "name", "expected"),
    [(3, "bottleneck", 1), (4, "bottleneck", 8), (4, "sliced_wasserstein", 1)],
)
def test_processes_are_taken_when_they_are_worth_it(
    count: int, name: str, expected: int, monkeypatch
) -> None:
    taken = []
    monkeypatch.setattr(diagram_distances, "WORTH_PROCESSES", 6 * 10 * 10)
    monkeypatch.setattr("joblib.cpu_count", lambda: 8)
    monkeypatch.setattr(
        diagram_distances, "run_tasks", lambda *_, processes: taken.append(processes)
    )
    diagram_distance_matrix(h1_diagrams(count, 10), distance=name, processes=None)
    assert taken == [expected]


@pytest.mark.parametrize("count", [0, 1])
@pytest.mark.parametrize("processes", [1, 2])
def test_without_a_pair_the_matrix_is_zero(count: int, processes: int) -> None:
    matrix = diagram_distance_matrix([EMPTY] * count, processes=processes)
    np.testing.assert_array_equal(matrix, np.zeros((count, count)))
