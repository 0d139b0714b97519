"""Relative distances and soft neighbours against slow loops, and what they do not see."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform
from scipy.special import rel_entr, softmax
from torch.autograd import gradcheck

from tomclip.losses import Cloud, distance_mse, neighbour_divergence, relative_distance_mse
from tomclip.losses.relations import WIDTH

Term = Callable[[Cloud, Cloud], torch.Tensor]
TERMS: list[Term] = [relative_distance_mse, neighbour_divergence]
METRICS = ("euclidean", "cosine")
seeds = st.integers(0, 2**31)


def points(n: int = 12, d: int = 4, *, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def value(term: Term, student: torch.Tensor, teacher: torch.Tensor, metric: str = "euclidean"):
    return term(Cloud(student, metric=metric), Cloud(teacher, metric=metric)).item()


def to_others(side: torch.Tensor, metric: str) -> np.ndarray:
    matrix = squareform(pdist(side.numpy(), metric))  # type: ignore[call-overload]
    return np.array([np.delete(row, i) for i, row in enumerate(matrix)])


def relative_by_loops(student: np.ndarray, teacher: np.ndarray) -> float:
    gaps = []
    for row, wanted in zip(student, teacher, strict=True):
        scores = [(side - side.mean()) / side.std() for side in (row, wanted)]
        gaps += [(a - b) ** 2 for a, b in zip(*scores, strict=True)]
    return float(np.mean(gaps))


def neighbours_by_loops(student: np.ndarray, teacher: np.ndarray) -> float:
    widths = [WIDTH * side.std() for side in (student, teacher)]
    rows = []
    for row, wanted in zip(student, teacher, strict=True):
        found, target = softmax(-row / widths[0]), softmax(-wanted / widths[1])
        rows.append(rel_entr(target, found).sum())
    return float(np.mean(rows))


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize(
    ("term", "slow"),
    [
        (relative_distance_mse, relative_by_loops),
        (neighbour_divergence, neighbours_by_loops),
    ],
)
@given(seed=seeds, n=st.integers(3, 20))
def test_each_term_equals_a_loop_over_rows(
    term: Term, slow: Callable[..., float], metric: str, seed: int, n: int
) -> None:
    student, teacher = points(n, seed=seed), points(n, 7, seed=seed + 1)
    expected = slow(to_others(student, metric), to_others(teacher, metric))
    assert value(term, student, teacher, metric) == pytest.approx(expected, rel=1e-7, abs=1e-12)


def test_a_row_of_relative_distances_costs_2_less_twice_its_correlation() -> None:
    sides = [to_others(points(9, seed=seed), "euclidean") for seed in (0, 1)]
    correlations = np.array([np.corrcoef(*rows)[0, 1] for rows in zip(*sides, strict=True)])
    found = value(relative_distance_mse, points(9), points(9, seed=1))
    assert found == pytest.approx(2 - 2 * correlations.mean())


def test_three_points_on_a_line_by_hand() -> None:
    student, teacher = (torch.tensor(x)[:, None].double() for x in ([0.0, 1, 5], [0.0, 3, 1]))
    # To the others, student: (1, 5), (1, 4), (5, 4); teacher: (3, 1), (3, 2), (1, 2). Two numbers
    # are -1 and 1 in units of their deviation, and all three rows name them in another order.
    assert value(relative_distance_mse, student, teacher) == pytest.approx(4)
    # Here the middle row alone, (1, 0.5), names them in another order.
    nearer = torch.tensor([0.0, 1, 1.5])[:, None].double()
    assert value(relative_distance_mse, student, nearer) == pytest.approx(4 / 3)


@pytest.mark.parametrize("term", TERMS)
@given(seed=seeds, factor=st.floats(1e-3, 1e3))
def test_the_size_of_either_side_does_not_count(term: Term, seed: int, factor: float) -> None:
    student, teacher = points(seed=seed), points(seed=seed + 1)
    expected = value(term, student, teacher)
    assert value(term, factor * student, teacher) == pytest.approx(expected, rel=1e-7)
    assert value(term, student, factor * teacher) == pytest.approx(expected, rel=1e-7)
    assert value(distance_mse, 2 * student, teacher) != pytest.approx(
        value(distance_mse, student, teacher)
    )


@pytest.mark.parametrize("term", TERMS)
def test_distances_that_all_grow_by_one_constant_agree(term: Term) -> None:
    teacher = points()
    student = Cloud(points())
    student.distances = (student.distances + 3).fill_diagonal_(0)
    assert term(student, Cloud(teacher)).item() == pytest.approx(0, abs=1e-12)


def test_relative_distances_ignore_a_scale_and_a_shift_of_each_row() -> None:
    student, teacher = Cloud(points()), Cloud(points(seed=1))
    before = relative_distance_mse(student, teacher).item()
    generator = torch.Generator().manual_seed(3)
    scale, shift = torch.rand(2, 12, 1, generator=generator, dtype=torch.float64) + 0.5
    student.distances = (student.distances * scale + shift).fill_diagonal_(0)
    assert relative_distance_mse(student, teacher).item() == pytest.approx(before)
    assert neighbour_divergence(student, teacher).item() != pytest.approx(
        neighbour_divergence(Cloud(points()), teacher).item()
    )


@pytest.mark.parametrize("term", TERMS)
def test_rows_that_are_swapped_are_seen(term: Term) -> None:
    student = points()
    assert value(term, student.roll(1, dims=0), student) > 0.1
    assert value(term, student, student) == 0


@given(seed=seeds)
def test_relative_distances_lie_between_0_and_4_and_divergences_above_0(seed: int) -> None:
    student, teacher = points(6, 2, seed=seed), points(6, 2, seed=seed + 1)
    assert 0 <= value(relative_distance_mse, student, teacher) <= 4
    assert value(neighbour_divergence, student, teacher) > -1e-12


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("term", TERMS)
def test_gradients_of_several_languages_equal_finite_differences(term: Term, metric: str) -> None:
    teacher = Cloud(points(7, 3, seed=1), metric=metric)
    loss = lambda x: term(Cloud(x, metric=metric), teacher)  # noqa: E731
    student = torch.stack([points(7, 3, seed=seed) for seed in (2, 3)])
    assert gradcheck(loss, student.requires_grad_(), eps=1e-7)


@pytest.mark.parametrize("term", TERMS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_equal_distances_say_nothing_and_pull_nowhere(term: Term, dtype: torch.dtype) -> None:
    simplex, teacher = torch.eye(9, dtype=dtype), points(9, 9).to(dtype)
    for student in (simplex, 0.1 * simplex, torch.ones_like(simplex)):
        leaf = student.clone().requires_grad_()
        found = term(Cloud(leaf), Cloud(teacher))
        found.backward()
        assert leaf.grad is not None
        assert not leaf.grad.any()
        expected = 1.0 if term is relative_distance_mse else _distance_from_uniform(teacher)
        assert found.item() == pytest.approx(expected, rel=1e-5)


def _distance_from_uniform(teacher: torch.Tensor) -> float:
    rows = to_others(teacher.double(), "euclidean")
    found = softmax(-rows / (WIDTH * rows.std()), axis=1)
    return float(math.log(rows.shape[1]) - np.mean(-(found * np.log(found)).sum(axis=1)))


@pytest.mark.parametrize("term", TERMS)
def test_one_row_away_from_duplicates_has_finite_terms_and_gradients(term: Term) -> None:
    student = torch.ones(8, 3)
    student[0] += 1
    leaf = student.requires_grad_()
    found = term(Cloud(leaf), Cloud(points(8, 3).float()))
    found.backward()
    assert leaf.grad is not None
    assert bool(leaf.grad.isfinite().all())
    assert math.isfinite(found.item())


@pytest.mark.parametrize("unit", [1e-30, 1e30])
@pytest.mark.parametrize("term", TERMS)
def test_float32_reaches_over_its_whole_range(term: Term, unit: float) -> None:
    student, teacher = points(), points(seed=1)
    expected = value(term, student, teacher)
    found = value(term, student.float() * unit, teacher.float() / unit)
    assert found == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("term", TERMS)
def test_a_step_down_the_gradient_brings_the_relations_closer(term: Term) -> None:
    student, teacher = points(32).requires_grad_(), points(32, seed=1)
    before = term(Cloud(student), Cloud(teacher))
    (gradient,) = torch.autograd.grad(before, student)
    assert term(Cloud(student - 0.05 * gradient), Cloud(teacher)) < before


@pytest.mark.parametrize(("d", "metric"), [(8, "euclidean"), (512, "euclidean"), (512, "cosine")])
def test_of_128_points_a_handful_are_neighbours_in_any_dimension(d: int, metric: str) -> None:
    rows = to_others(points(128, d), metric)
    found = softmax(-rows / (WIDTH * rows.std()), axis=1)
    effective = np.exp(-(found * np.log(found)).sum(axis=1))
    assert 5 < np.median(effective) < 50
