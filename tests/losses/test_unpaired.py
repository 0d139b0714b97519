"""Terms without pairs: what they find by hand, what they ignore, and what they need."""

from __future__ import annotations

import sys
from itertools import permutations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform
from torch.autograd import gradcheck

from tomclip.core.errors import InputError
from tomclip.core.extras import MissingExtra
from tomclip.losses import (
    Cloud,
    alignment_loss,
    distance_mse,
    gromov_wasserstein,
    moment_gap,
    neighbour_consistency,
)
from tomclip.losses.relations import mean_divergence, soft_neighbours
from tomclip.losses.unpaired import NOISE

METRICS = ("euclidean", "cosine")
seeds = st.integers(0, 2**31)


class Listening(Cloud):
    """A cloud that keeps the noise that it was moved by."""

    noise: torch.Tensor

    def moved(self, by: torch.Tensor) -> Cloud:
        self.noise = by
        return super().moved(by)


def points(n: int = 12, d: int = 3, *, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def on_a_line(*positions: float) -> torch.Tensor:
    return torch.tensor(positions, dtype=torch.float64)[:, None]


def costs_of_orders(student: torch.Tensor, teacher: torch.Tensor) -> tuple[np.ndarray, float]:
    """The costs of all orders of the teacher's rows, and that of matching by spread."""
    here, there = (squareform(pdist(side.numpy())) for side in (student, teacher))
    n, unit = len(here), pdist(teacher.numpy()).mean() ** 2
    cost = lambda p: ((here - there[np.ix_(p, p)]) ** 2).sum() / n**2 / unit  # noqa: E731
    ranks = [(side**2).sum(axis=1).argsort() for side in (here, there)]
    by_spread = ranks[1][ranks[0].argsort()]
    return np.array([cost(list(p)) for p in permutations(range(n))]), cost(by_spread)


def test_transport_of_three_points_on_a_line() -> None:
    # In the best order distances 1, 4, 5 meet 1, 2, 3, each twice among nine pairs of rows.
    found = gromov_wasserstein(Cloud(on_a_line(5, 0, 1)), Cloud(on_a_line(0, 1, 3)))
    assert found.item() == pytest.approx(2 * (0 + 4 + 4) / 9 / 2**2)


@given(seed=seeds)
def test_transport_lies_between_the_best_order_and_where_it_begins(seed: int) -> None:
    student, teacher = points(5, seed=seed), points(5, seed=seed + 1)
    costs, beginning = costs_of_orders(student, teacher)
    found = gromov_wasserstein(Cloud(student), Cloud(teacher)).item()
    # Of Euclidean distances the cost is concave in the plan, so the best plan is an order.
    assert costs.min() - 1e-9 <= found <= beginning + 1e-9


def test_few_orders_of_small_clouds_are_cheaper_than_the_one_found() -> None:
    cheaper = []
    for seed in range(0, 60, 2):
        student, teacher = points(5, seed=seed), points(5, seed=seed + 1)
        found = gromov_wasserstein(Cloud(student), Cloud(teacher)).item()
        cheaper.append((costs_of_orders(student, teacher)[0] < found - 1e-9).mean())
    assert np.mean(cheaper) < 0.15  # of orders by chance half would be
    assert np.median(cheaper) < 0.05


@pytest.mark.parametrize("metric", METRICS)
@given(seed=seeds)
def test_transport_finds_rows_that_were_shuffled(metric: str, seed: int) -> None:
    teacher = points(seed=seed)
    order = torch.randperm(12, generator=torch.Generator().manual_seed(seed))
    sides = Cloud(teacher[order], metric=metric), Cloud(teacher, metric=metric)
    assert gromov_wasserstein(*sides).item() == pytest.approx(0, abs=1e-12)
    assert distance_mse(*sides).item() > 1e-4 or torch.equal(order, torch.arange(12))


def test_transport_splits_a_row_between_its_copies() -> None:
    teacher = torch.cat([points(), points()])
    assert gromov_wasserstein(Cloud(points()), Cloud(teacher)).item() == pytest.approx(0, abs=1e-12)


def test_transport_near_the_teacher_is_the_distance_matrix_term() -> None:
    teacher = points()
    student = teacher + 0.01 * points(seed=1)
    sides = Cloud(student), Cloud(teacher)
    expected = distance_mse(*sides) * 11 / 12
    torch.testing.assert_close(gromov_wasserstein(*sides), expected)


def test_transport_looks_at_the_first_rows_in_units_of_the_whole_teacher() -> None:
    student, teacher = points(20), points(15, seed=1)
    part = gromov_wasserstein(Cloud(student, h1_points=9), Cloud(teacher, h1_points=9))
    first = gromov_wasserstein(Cloud(student[:9]), Cloud(teacher[:9]))
    units = Cloud(teacher).scale.square(), Cloud(teacher[:9]).scale.square()
    torch.testing.assert_close(part * units[0], first * units[1])


def test_transport_of_unchecked_nan_is_nan() -> None:
    student = points()
    student[3, 1] = torch.nan
    value = gromov_wasserstein(Cloud(student, check_values=False), Cloud(points()))
    assert value.isnan()


def test_transport_without_its_library_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ot", "ot.gromov"):
        monkeypatch.setitem(sys.modules, name, None)
    asked = {"recipe": "transport", "distance_matrix_weight": 1.0}
    with pytest.raises(MissingExtra, match=r"needs ot, .* pip install 'tomclip\[transport\]'"):
        alignment_loss(points(), points(seed=1), **asked)  # type: ignore[arg-type]


def test_moments_of_a_line_that_is_moved_and_stretched() -> None:
    teacher = on_a_line(-1, 0, 4)  # mean 1, variance 14 / 3
    variance = 14 / 3
    student = 2 * (teacher - 1) + 1 + 0.5
    found = moment_gap(Cloud(student), Cloud(teacher)).item()
    assert found == pytest.approx(0.5**2 / variance + (4 * variance - variance) ** 2 / variance**2)


def test_clouds_of_equal_moments_do_not_differ() -> None:
    teacher = points()
    mirrored = 2 * teacher.mean(dim=0) - teacher
    assert moment_gap(Cloud(mirrored), Cloud(teacher)).item() == pytest.approx(0, abs=1e-20)
    assert moment_gap(Cloud(torch.cat([mirrored, teacher])), Cloud(teacher)).item() < 1e-20


@pytest.mark.parametrize("metric", METRICS)
def test_moments_equal_those_of_products_between_rows(metric: str) -> None:
    student, teacher = points(7, 30), points(9, 30, seed=1)
    sides = [side.numpy() for side in (student, teacher)]
    if metric == "cosine":
        sides = [side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides]
    x, y = (side - side.mean(axis=0) for side in sides)
    n, m, variance = 7, 9, (y**2).sum() / 9
    products = ((x @ x.T) ** 2).sum() / n**2 + ((y @ y.T) ** 2).sum() / m**2
    products -= 2 * ((x @ y.T) ** 2).sum() / (n * m)
    means = ((sides[0].mean(axis=0) - sides[1].mean(axis=0)) ** 2).sum()
    found = moment_gap(Cloud(student, metric=metric), Cloud(teacher, metric=metric)).item()
    assert found == pytest.approx(means / variance + products / variance**2)


@given(seed=seeds)
def test_moments_and_transport_ignore_the_order_of_rows(seed: int) -> None:
    student, teacher = points(seed=seed), Cloud(points(9, seed=seed + 1))
    order = torch.randperm(12, generator=torch.Generator().manual_seed(seed))
    for term in (moment_gap, gromov_wasserstein):
        values = [term(Cloud(side), teacher).item() for side in (student, student[order])]
        assert values[0] == pytest.approx(values[1], rel=1e-6)


def test_moments_of_clouds_of_other_dimensions_are_refused() -> None:
    with pytest.raises(InputError, match="the student has 3 dimensions and the teacher 5"):
        moment_gap(Cloud(points()), Cloud(points(d=5)))


def test_the_noise_has_a_tenth_of_the_spread_and_one_seed() -> None:
    student = points(400, 50) * 7 + 3
    state, clouds = torch.get_rng_state(), [Listening(student), Listening(student)]
    values = [neighbour_consistency(cloud, Cloud(points(seed=i))) for i, cloud in enumerate(clouds)]
    assert torch.equal(state, torch.get_rng_state())
    assert torch.equal(*values)  # whatever the teacher
    assert torch.equal(clouds[0].noise, clouds[1].noise)
    spread = (student - student.mean(dim=0)).square().sum(dim=1).mean().sqrt()
    length = clouds[0].noise.square().sum(dim=1).mean().sqrt()
    assert length.item() == pytest.approx(NOISE * spread.item(), rel=0.02)


@pytest.mark.parametrize("metric", METRICS)
def test_the_gradient_of_consistency_is_that_against_a_target_held_still(metric: str) -> None:
    start, teacher = points(d=4), Cloud(points(d=4, seed=1), metric=metric)
    leaf = start.clone().requires_grad_()
    cloud = Listening(leaf, metric=metric)
    value = neighbour_consistency(cloud, teacher)
    (found,) = torch.autograd.grad(value, leaf)
    target = soft_neighbours(Cloud(start, metric=metric))

    def held_still(student: torch.Tensor) -> torch.Tensor:
        return mean_divergence(soft_neighbours(Cloud(student + cloud.noise, metric=metric)), target)

    still = start.clone().requires_grad_()
    assert gradcheck(held_still, still, eps=1e-7)
    (expected,) = torch.autograd.grad(held_still(still), still)
    torch.testing.assert_close(found, expected)
    assert found.any()


@given(seed=seeds, factor=st.floats(1e-3, 1e3))
def test_consistency_ignores_the_size_of_the_student(seed: int, factor: float) -> None:
    student, teacher = points(seed=seed), Cloud(points(seed=seed))
    values = [neighbour_consistency(Cloud(side), teacher) for side in (student, factor * student)]
    assert values[0] > 0
    torch.testing.assert_close(*values, rtol=1e-6, atol=1e-12)


def test_a_collapsed_student_is_consistent_and_pulled_nowhere() -> None:
    student = torch.ones(8, 3, requires_grad=True)
    value = neighbour_consistency(Cloud(student), Cloud(points()))
    value.backward()
    assert value == 0
    assert student.grad is not None
    assert not student.grad.any()


@pytest.mark.parametrize("unit", [1e-30, 1e30])
def test_consistency_and_transport_reach_over_the_range_of_float32(unit: float) -> None:
    student, teacher = points(), points(seed=1)
    for term in (neighbour_consistency, gromov_wasserstein):
        leaf = (unit * student).float().requires_grad_()
        found = term(Cloud(leaf), Cloud((unit * teacher).float()))
        found.backward()
        assert found.item() == pytest.approx(term(Cloud(student), Cloud(teacher)).item(), rel=1e-4)
        assert leaf.grad is not None
        assert bool(leaf.grad.isfinite().all())
