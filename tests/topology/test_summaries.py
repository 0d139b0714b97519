"""Curves and numbers of one diagram."""

from __future__ import annotations

import numpy as np
import pytest
from gudhi.representations import BettiCurve, Entropy
from hypothesis import given
from support.clouds import diagram, diagrams

from tomclip.core.errors import InputError
from tomclip.topology import (
    betti_curve,
    euler_curve,
    longest_bars,
    persistence_entropy,
    total_persistence,
)
from tomclip.topology.summaries import bar_order

INF = float("inf")
GRID = np.linspace(-1.0, 12.0, 27)


def test_a_bar_is_alive_from_its_birth_until_just_before_its_death() -> None:
    curve = betti_curve(diagram((1, 3), (2, INF)), np.array([0.5, 1, 2, 3, 99]))
    assert curve.tolist() == [0, 1, 2, 1, 1]


def test_the_curve_of_nothing_is_zero() -> None:
    assert betti_curve(diagram(), GRID).tolist() == [0] * 27


@given(diagrams())
def test_betti_curves_equal_gudhi(bars) -> None:
    expected = BettiCurve(predefined_grid=GRID)(bars.pairs)
    np.testing.assert_array_equal(betti_curve(bars, GRID), expected)


def test_the_euler_curve_alternates() -> None:
    h0 = diagram((0, 2), (0, INF), homology_dimension=0)
    h1 = diagram((1, 3), homology_dimension=1)
    assert euler_curve([h0, h1], np.array([0.0, 1.0, 2.0, 3.0])).tolist() == [2, 1, 0, 1]


def test_total_persistence_counts_finite_bars_only() -> None:
    bars = diagram((0, 2), (1, 4), (0, INF))
    assert total_persistence(bars) == 5.0
    assert total_persistence(bars, power=2) == 13.0
    assert total_persistence(diagram()) == 0.0


def test_entropy_of_k_equal_bars_is_the_logarithm_of_k() -> None:
    assert persistence_entropy(diagram((0, 1), (5, 6), (2, 3))) == pytest.approx(np.log(3))
    assert persistence_entropy(diagram((0, 7), (1, 1))) == 0.0
    assert persistence_entropy(diagram()) == 0.0


def test_entropy_equals_gudhi() -> None:
    bars = diagram((0, 3), (1, 2), (4, 9))
    assert persistence_entropy(bars) == pytest.approx(Entropy()(bars.pairs).item())


def test_the_longest_bars_come_first_and_essential_ones_before_all() -> None:
    bars = diagram((0, 1), (2, 9), (3, INF), (1, 8))
    assert bar_order(bars).tolist() == [2, 1, 3, 0]
    assert longest_bars(bars, 2).tolist() == [[3, INF], [2, 9]]
    assert len(longest_bars(bars, 99)) == 4


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda bars: betti_curve(bars, np.array([np.nan])), "NaN"),
        (lambda bars: betti_curve(bars, np.zeros((2, 2))), "shape"),
        (lambda bars: euler_curve([], GRID), "one per dimension"),
        (lambda bars: euler_curve([bars, bars], GRID), "one per dimension"),
        (lambda bars: total_persistence(bars, power=0), "power is 0"),
        (lambda bars: longest_bars(bars, -1), "k is -1"),
    ],
)
def test_settings_out_of_range_are_refused(call, words: str) -> None:
    with pytest.raises(InputError, match=words):
        call(diagram((0, 1)))
