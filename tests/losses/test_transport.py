"""Optimal transport between values on a line and between persistence diagrams."""

from __future__ import annotations

import math
from itertools import permutations

import numpy as np
import pytest
import torch
from gudhi import hera
from hypothesis import given
from hypothesis import strategies as st

from tomclip.losses.transport import diagram_wasserstein, root, uniform_wasserstein

values = st.lists(st.floats(0, 10, allow_subnormal=False), min_size=1, max_size=9)


def as_tensor(items: list) -> torch.Tensor:
    return torch.tensor(items, dtype=torch.float64)


def random_diagram(rng: np.random.Generator, size: int) -> np.ndarray:
    births = rng.uniform(0, 1, size)
    return np.column_stack([births, births + rng.uniform(0.01, 1, size)])


def test_equal_counts_compare_rank_by_rank() -> None:
    distance = uniform_wasserstein(as_tensor([3.0, 1.0]), as_tensor([1.0, 7.0]))
    assert distance.item() == pytest.approx(math.sqrt((0 + 16) / 2))


def test_one_against_two_splits_the_mass() -> None:
    distance = uniform_wasserstein(as_tensor([2.0]), as_tensor([1.0, 5.0]))
    assert distance.item() == pytest.approx(math.sqrt((1 + 9) / 2))


def test_two_against_three_uses_the_merged_quantile_grid() -> None:
    # quantile intervals of width 1/3, 1/6, 1/6, 1/3
    distance = uniform_wasserstein(as_tensor([0.0, 6.0]), as_tensor([0.0, 3.0, 9.0]))
    assert distance.item() == pytest.approx(math.sqrt(0 / 3 + 9 / 6 + 9 / 6 + 9 / 3))


@given(values, values)
def test_unequal_counts_equal_both_sides_repeated_to_the_same_count(first, second) -> None:
    repeated = (sorted(first * len(second)), sorted(second * len(first)))
    expected = math.sqrt(np.mean(np.subtract(*repeated) ** 2))
    found = uniform_wasserstein(as_tensor(first), as_tensor(second)).item()
    assert found == pytest.approx(expected, abs=1e-9)


@given(values, values, values)
def test_the_distance_is_a_metric(first, second, third) -> None:
    a, b, c = map(as_tensor, (first, second, third))
    assert uniform_wasserstein(a, a) == 0
    assert uniform_wasserstein(a, b) == pytest.approx(uniform_wasserstein(b, a).item(), abs=1e-9)
    assert uniform_wasserstein(a, c) <= uniform_wasserstein(a, b) + uniform_wasserstein(b, c) + 1e-9


def test_a_single_bar_against_nothing_goes_to_the_diagonal() -> None:
    distance = diagram_wasserstein(as_tensor([[1.0, 3.0]]), torch.zeros(0, 2, dtype=torch.float64))
    assert distance.item() == pytest.approx(math.sqrt(2))


def test_close_bars_are_matched_and_far_bars_are_not() -> None:
    close = diagram_wasserstein(as_tensor([[0.0, 4.0]]), as_tensor([[0.0, 5.0]]))
    far = diagram_wasserstein(as_tensor([[0.0, 2.0]]), as_tensor([[100.0, 102.0]]))
    assert close.item() == pytest.approx(1.0)
    assert far.item() == pytest.approx(2.0)


def test_two_empty_diagrams_are_at_distance_0() -> None:
    assert diagram_wasserstein(torch.zeros(0, 2), torch.zeros(0, 2)) == 0


@pytest.mark.parametrize(("first_size", "second_size"), [(12, 12), (3, 15), (20, 7)])
def test_diagram_distance_equals_that_of_hera(first_size: int, second_size: int) -> None:
    rng = np.random.default_rng(first_size)
    first, second = random_diagram(rng, first_size), random_diagram(rng, second_size)
    expected = hera.wasserstein_distance(first, second, order=2.0, internal_p=2.0, delta=1e-6)
    found = diagram_wasserstein(torch.from_numpy(first), torch.from_numpy(second)).item()
    assert found == pytest.approx(expected, rel=1e-5)


def test_diagram_distance_is_the_best_of_all_matchings() -> None:
    rng = np.random.default_rng(0)
    first, second = random_diagram(rng, 3), random_diagram(rng, 3)
    on_diagonal = lambda pairs: pairs.mean(axis=1, keepdims=True).repeat(2, axis=1)  # noqa: E731
    left = np.vstack([first, on_diagonal(second)])
    right = np.vstack([second, on_diagonal(first)])
    costs = ((left[:, None] - right[None]) ** 2).sum(axis=2)
    costs[3:, 3:] = 0
    best = min(costs[np.arange(6), list(order)].sum() for order in permutations(range(6)))
    found = diagram_wasserstein(torch.from_numpy(first), torch.from_numpy(second)).item()
    assert found == pytest.approx(math.sqrt(best))


def test_equal_diagrams_have_distance_and_gradient_0() -> None:
    pairs = torch.from_numpy(random_diagram(np.random.default_rng(1), 8)).requires_grad_()
    distance = diagram_wasserstein(pairs, pairs.detach())
    distance.backward()
    assert distance == 0
    assert pairs.grad is not None
    assert not pairs.grad.any()


def test_the_root_has_gradient_0_at_0() -> None:
    zero = torch.zeros((), requires_grad=True)
    root(zero).backward()
    assert zero.grad == 0
