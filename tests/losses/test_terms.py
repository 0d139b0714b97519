"""Structural terms of the recipes "exact" and "edges", and the point-wise losses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Literal

import numpy as np
import pytest
import torch
from gudhi import hera
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import minimum_spanning_tree as scipy_tree
from scipy.spatial.distance import pdist, squareform

from tomclip import losses
from tomclip.core.types import DistanceMatrix
from tomclip.losses import Cloud
from tomclip.topology import persistence_diagrams

TERMS: dict[str, Callable[[Cloud, Cloud], torch.Tensor]] = {
    name: getattr(losses, name)
    for name in (
        "distance_mse",
        "relative_distance_mse",
        "neighbour_divergence",
        "h0_wasserstein",
        "h1_wasserstein",
        "h0_edges_mse",
        "h1_edges_mse",
        "kept_distance_mse",
        "kept_h0_distance",
        "kept_cycle_distance",
        "cluster_h0_wasserstein",
        "joining_divergence",
        "gromov_wasserstein",
    )
}
UNPAIRED = (
    "h0_wasserstein",
    "h1_wasserstein",
    "kept_h0_distance",
    "kept_cycle_distance",
    "gromov_wasserstein",
)
SCALED_BY_TEACHER = [name for name in TERMS if not name.startswith("kept")]
seeds = st.integers(0, 2**31)


def cloud_of(seed: int, n: int = 14, d: int = 3) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def value(
    name: str, student: torch.Tensor, teacher: torch.Tensor, metric: str = "euclidean"
) -> float:
    return TERMS[name](Cloud(student, metric=metric), Cloud(teacher, metric=metric)).item()


def on_a_line(*positions: float) -> torch.Tensor:
    return torch.tensor(positions, dtype=torch.float64)[:, None]


def rotation(seed: int, d: int = 3) -> torch.Tensor:
    return torch.linalg.qr(cloud_of(seed, d, d)).Q


# Teacher: distances 1, 2, 3, mean 2, tree 1 and 2. Student: distances 1, 4, 5, tree 1 and 4.
TEACHER, STUDENT = on_a_line(0, 1, 3), on_a_line(0, 1, 5)


def test_distance_mse_of_three_points_on_a_line() -> None:
    assert value("distance_mse", STUDENT, TEACHER) == pytest.approx((0 + 4 + 4) / 3 / 4)


def test_h0_wasserstein_of_three_points_on_a_line() -> None:
    assert value("h0_wasserstein", STUDENT, TEACHER) == pytest.approx(math.sqrt((0 + 4) / 2) / 2)


def test_h0_edges_of_three_points_on_a_line() -> None:
    assert value("h0_edges_mse", STUDENT, TEACHER) == pytest.approx((0 + 4) / 2 / 4)


def test_h0_edges_see_a_swap_that_diagrams_cannot_see() -> None:
    swapped = TEACHER[[2, 0, 1]]
    assert value("h0_wasserstein", swapped, TEACHER) == 0
    # the student's tree has lengths 1, 2 against 2, 3; the teacher's 3, 1 against 1, 2
    assert value("h0_edges_mse", swapped, TEACHER) == pytest.approx((2 / 2 + 5 / 2) / 2 / 4)


def test_h1_of_two_squares_is_the_difference_of_their_cycles() -> None:
    square = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], dtype=torch.float64)
    mean = (4 * 1 + 2 * math.sqrt(2)) / 6
    bar = math.sqrt(2) - 1
    # bars (1, sqrt 2) and (1.1, 1.1 sqrt 2) are closer to each other than to the diagonal
    expected = math.sqrt((0.1**2 + 0.1**2 * 2) / 3) / mean
    assert value("h1_wasserstein", square * 1.1, square) == pytest.approx(expected)
    flat = on_a_line(0, 1, 2, 3)
    scale = (3 * 1 + 2 * 2 + 3) / 6
    assert value("h1_wasserstein", square, flat) == pytest.approx(bar / math.sqrt(2 * 3) / scale)


def test_h1_edges_of_two_squares() -> None:
    square = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]], dtype=torch.float64)
    mean = (4 * 1 + 2 * math.sqrt(2)) / 6
    expected = (1 + 2) / 2 / mean**2  # a side grows by 1, a diagonal by sqrt 2
    assert value("h1_edges_mse", square * 2, square) == pytest.approx(expected)


@pytest.mark.parametrize("metric", ["euclidean", "cosine"])
def test_h0_wasserstein_equals_scipy_trees(metric: Literal["cosine", "euclidean"]) -> None:
    sides = cloud_of(0, 40, 8), cloud_of(1, 40, 8)
    matrices = [squareform(pdist(side.numpy(), metric)) for side in sides]
    deaths = [np.sort(scipy_tree(matrix).data) for matrix in matrices]
    scale = matrices[1].sum() / (40 * 39)
    expected = np.sqrt(np.mean((deaths[0] - deaths[1]) ** 2)) / scale
    assert value("h0_wasserstein", *sides, metric) == pytest.approx(expected)


def test_h1_wasserstein_equals_diagrams_compared_by_hera() -> None:
    sides = cloud_of(2, 30), cloud_of(3, 30)
    matrices = [squareform(pdist(side.numpy())) for side in sides]
    diagrams = [
        persistence_diagrams(DistanceMatrix(matrix, "euclidean"))[1].pairs for matrix in matrices
    ]
    distance = hera.wasserstein_distance(*diagrams, order=2.0, internal_p=2.0, delta=1e-6)
    expected = distance / matrices[1].sum() * (30 * 29) / math.sqrt(29)
    assert value("h1_wasserstein", *sides) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("name", TERMS)
@given(seed=seeds)
def test_terms_ignore_where_the_student_lies_and_how_it_is_turned(name: str, seed: int) -> None:
    student, teacher = cloud_of(seed), cloud_of(seed + 1)
    moved = student @ rotation(seed) + cloud_of(seed + 2, 1)
    assert value(name, moved, teacher) == pytest.approx(value(name, student, teacher), abs=1e-6)


@pytest.mark.parametrize("name", TERMS)
@given(seed=seeds)
def test_terms_ignore_the_order_of_the_batch(name: str, seed: int) -> None:
    student, teacher = cloud_of(seed), cloud_of(seed + 1)
    order = torch.randperm(14, generator=torch.Generator().manual_seed(seed))
    shuffled = value(name, student[order], teacher[order])
    assert shuffled == pytest.approx(value(name, student, teacher), abs=1e-6)


@pytest.mark.parametrize("name", UNPAIRED)
@given(seed=seeds)
def test_diagram_terms_ignore_which_row_translates_which(name: str, seed: int) -> None:
    student, teacher = cloud_of(seed), cloud_of(seed + 1, 11)
    order = torch.randperm(14, generator=torch.Generator().manual_seed(seed))
    assert value(name, student[order], teacher) == pytest.approx(
        value(name, student, teacher), abs=1e-6
    )


@pytest.mark.parametrize("name", TERMS)
def test_terms_do_not_change_when_both_sides_are_scaled(name: str) -> None:
    student, teacher = cloud_of(0), cloud_of(1)
    assert value(name, 50 * student, 50 * teacher) == pytest.approx(
        value(name, student, teacher), abs=1e-6
    )


@given(seed=seeds)
def test_h0_wasserstein_is_stable(seed: int) -> None:
    student, teacher = cloud_of(seed), cloud_of(seed + 1)
    clouds = Cloud(student), Cloud(teacher)
    largest = (clouds[0].distances - clouds[1].distances).abs().max() / clouds[1].scale
    assert value("h0_wasserstein", student, teacher) <= largest + 1e-9


@pytest.mark.parametrize("name", SCALED_BY_TEACHER)
def test_a_teacher_whose_points_coincide_leaves_the_unit_at_1(name: str) -> None:
    assert math.isfinite(value(name, cloud_of(0), torch.ones(14, 3)))


def test_a_step_down_the_gradient_of_h0_brings_the_deaths_closer() -> None:
    student, teacher = cloud_of(0, 32).requires_grad_(), cloud_of(1, 32)
    before = losses.h0_wasserstein(Cloud(student), Cloud(teacher))
    (gradient,) = torch.autograd.grad(before, student)
    after = losses.h0_wasserstein(Cloud(student - 0.05 * gradient), Cloud(teacher))
    assert after < before


def test_h1_looks_at_the_first_256_rows() -> None:
    births, deaths = Cloud(cloud_of(0, 300)).cycle_edges
    assert max(births.max(), deaths.max()) < 256
    whole, first = (
        value("h1_wasserstein", cloud_of(0, 300), cloud_of(1, 256)),
        cloud_of(0, 300)[:256],
    )
    assert whole == value("h1_wasserstein", first, cloud_of(1, 256))


def test_mse_cosine_and_contrastive_of_two_rows() -> None:
    student = torch.tensor([[1.0, 0.0], [0.0, 2.0]])
    teacher = torch.tensor([[1.0, 0.0], [0.0, -1.0]])
    assert losses.mse(student, teacher).item() == pytest.approx(9 / 4)
    assert losses.cosine(student, teacher).item() == pytest.approx((0 + 2) / 2)
    # similarities [[1, 0], [0, -1]]: rows and columns are alike
    positives = [math.exp(1) / (math.exp(1) + 1), math.exp(-1) / (1 + math.exp(-1))]
    expected = -sum(map(math.log, positives)) / 2
    found = losses.contrastive(student, teacher, temperature=1.0).item()
    assert found == pytest.approx(expected)


def test_contrastive_of_equal_rows_is_the_logarithm_of_their_number() -> None:
    rows = torch.ones(8, 3)
    assert losses.contrastive(rows, rows).item() == pytest.approx(math.log(8))
