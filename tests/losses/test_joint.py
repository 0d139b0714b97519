"""Terms within the teacher's groups and of both clouds together, by hand and by slow references."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import cdist, pdist, squareform

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix
from tomclip.losses import (
    Cloud,
    cluster_h0_wasserstein,
    cross_distance_mse,
    distance_mse,
    groups_of,
    joining_divergence,
    joining_length,
)
from tomclip.topology.divergence import cross_barcode
from tomclip.topology.spanning_tree import minimum_spanning_tree

METRICS = ("euclidean", "cosine")
seeds = st.integers(0, 2**31)


def points(n: int = 14, d: int = 3, *, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def on_a_line(*positions: float) -> torch.Tensor:
    return torch.tensor(positions, dtype=torch.float64)[:, None]


def matrix(side: torch.Tensor, metric: str = "euclidean") -> np.ndarray:
    return squareform(pdist(side.numpy(), metric))  # type: ignore[call-overload]


def tree_lengths(distances: np.ndarray) -> np.ndarray:
    return np.sort(minimum_spanning_tree(distances)[1])


def same_groups(first: np.ndarray, second: np.ndarray) -> bool:
    return bool(((first[:, None] == first) == (second[:, None] == second)).all())


TEACHER = on_a_line(0, 1, 3, 20, 21, 40, 44)
STUDENT = on_a_line(0, 1, 5, 100, 103, 7, 11)


def test_seven_points_on_a_line_make_three_groups() -> None:
    assert same_groups(groups_of(Cloud(TEACHER)).numpy(), np.array([0, 0, 0, 1, 1, 2, 2]))


def test_of_equally_long_edges_those_are_cut_that_join_the_tree_later() -> None:
    found = groups_of(Cloud(on_a_line(0, 1, 3, 10, 12))).numpy()  # cut: 7, and one of two 2s
    assert same_groups(found, np.array([0, 0, 0, 1, 2]))


def test_groups_count_by_their_edges() -> None:
    found = cluster_h0_wasserstein(Cloud(STUDENT), Cloud(TEACHER)).item()
    # Tree lengths 1, 4 against 1, 2; 3 against 1; 4 against 4.
    expected = (2 * math.sqrt(4 / 2) + 1 * 2 + 1 * 0) / 4
    assert found == pytest.approx(expected / pdist(TEACHER.numpy()).mean())


@given(seed=seeds, n=st.integers(3, 30))
def test_groups_are_those_of_single_linkage(seed: int, n: int) -> None:
    teacher = points(n, seed=seed)
    count = math.ceil(math.sqrt(n))
    found = groups_of(Cloud(teacher)).numpy()
    assert len(np.unique(found)) == count
    expected = fcluster(linkage(pdist(teacher.numpy()), "single"), count, "maxclust")
    assert same_groups(found, expected)


@pytest.mark.parametrize("metric", METRICS)
def test_clusters_equal_a_loop_over_groups(metric: str) -> None:
    sides = points(40, seed=1), points(40, seed=2)
    clouds = [Cloud(side, metric=metric) for side in sides]
    labels, counted, edges = groups_of(clouds[1]).numpy(), 0.0, 0
    for label in range(7):
        own = np.ix_(labels == label, labels == label)
        if len(own[0]) > 1:
            lengths = [tree_lengths(matrix(side, metric)[own]) for side in sides]
            counted += len(lengths[0]) * math.sqrt(np.mean((lengths[0] - lengths[1]) ** 2))
            edges += len(lengths[0])
    assert edges == 40 - 7
    expected = counted / edges / pdist(sides[1].numpy(), metric).mean()  # type: ignore[call-overload]
    assert cluster_h0_wasserstein(*clouds).item() == pytest.approx(expected)


def test_rows_may_change_places_within_a_group_alone() -> None:
    before = cluster_h0_wasserstein(Cloud(STUDENT), Cloud(TEACHER)).item()
    within, between = STUDENT[[2, 0, 1, 4, 3, 5, 6]], STUDENT[[3, 1, 2, 0, 4, 5, 6]]
    assert cluster_h0_wasserstein(Cloud(within), Cloud(TEACHER)).item() == pytest.approx(before)
    assert cluster_h0_wasserstein(Cloud(between), Cloud(TEACHER)).item() > before + 0.1


def test_how_far_apart_the_student_s_groups_lie_does_not_count() -> None:
    moved = STUDENT + on_a_line(0, 0, 0, 500, 500, -70, -70)
    values = [cluster_h0_wasserstein(Cloud(side), Cloud(TEACHER)) for side in (STUDENT, moved)]
    torch.testing.assert_close(*values)


def test_divergence_of_three_points_that_join_in_another_order() -> None:
    student, teacher = on_a_line(0, 1, 3), on_a_line(0, 3, 1)
    # Trees 1 + 2 on both sides; of the smaller distances 1, 1 and 2 the tree is 1 + 1.
    found = joining_divergence(Cloud(student), Cloud(teacher)).item()
    assert found == pytest.approx((3 - 2) / 2 / 2)


def test_divergence_is_0_where_the_same_points_join_along_other_edges() -> None:
    student, teacher = on_a_line(0, 1, 3), on_a_line(0, -1, 2)
    assert joining_divergence(Cloud(student), Cloud(teacher)).item() == 0
    assert distance_mse(Cloud(student), Cloud(teacher)).item() > 0.1


@given(seed=seeds, n=st.integers(3, 16))
def test_divergence_is_the_part_of_components_in_the_measured_one(seed: int, n: int) -> None:
    sides = points(n, seed=seed), points(n, seed=seed + 1)
    clouds = Cloud(sides[0]), Cloud(sides[1])
    found = joining_divergence(*clouds) * clouds[1].scale * (n - 1)
    graphs = [DistanceMatrix(matrix(side), "euclidean") for side in sides]
    whole = 0.0
    for pair in (graphs, graphs[::-1]):
        bars = cross_barcode(*pair).pairs
        whole += (bars[:, 1] - bars[:, 0]).sum() / 2
    assert -1e-9 < found.item() <= whole * (1 + 1e-5) + 1e-9
    if n == 3:  # three points have no cycles, so components are all
        assert found.item() == pytest.approx(whole, rel=1e-5, abs=1e-6)


@given(seed=seeds)
def test_divergence_sees_rows_that_change_places(seed: int) -> None:
    teacher = points(seed=seed)
    assert joining_divergence(Cloud(teacher), Cloud(teacher)).item() == 0
    assert joining_divergence(Cloud(teacher.roll(1, dims=0)), Cloud(teacher)).item() > 1e-3


@pytest.mark.parametrize("metric", METRICS)
def test_cross_distances_equal_a_loop_over_pairs(metric: str) -> None:
    student, teacher = points(9, seed=1), points(9, seed=2)
    across = cdist(student.numpy(), teacher.numpy(), metric)  # type: ignore[call-overload]
    within = matrix(teacher, metric)
    gaps = [(across[i, j] - within[i, j]) ** 2 for i in range(9) for j in range(9) if i != j]
    expected = np.mean(gaps) / pdist(teacher.numpy(), metric).mean() ** 2  # type: ignore[call-overload]
    found = cross_distance_mse(Cloud(student, metric=metric), Cloud(teacher, metric=metric))
    assert found.item() == pytest.approx(expected)


def test_cross_distances_see_where_the_student_lies() -> None:
    teacher = Cloud(points())
    moved = Cloud(points() + 1)
    assert distance_mse(moved, teacher).item() == pytest.approx(0, abs=1e-20)
    assert cross_distance_mse(moved, teacher).item() > 0.1


def test_student_points_join_the_teacher_s_cloud_by_hand() -> None:
    # 0 lies on a teacher point, 5 joins it at 2, and 6 joins at 1 through 5.
    found = joining_length(Cloud(on_a_line(0, 5, 6)), Cloud(on_a_line(0, 1, 3)))
    assert found.item() == pytest.approx((0 + 2 + 1) / 3 / 2)


@pytest.mark.parametrize("metric", METRICS)
@given(seed=seeds, n=st.integers(3, 12), m=st.integers(3, 12))
def test_joining_equals_the_tree_of_the_union_with_the_teacher_at_0(
    metric: str, seed: int, n: int, m: int
) -> None:
    student, teacher = points(n, seed=seed), points(m, seed=seed + 1)
    union = matrix(torch.cat([student, teacher]), metric)
    union[n:, n:] = 0
    unit = pdist(teacher.numpy(), metric).mean()  # type: ignore[call-overload]
    expected = minimum_spanning_tree(union)[1].sum() / n / unit
    found = joining_length(Cloud(student, metric=metric), Cloud(teacher, metric=metric))
    assert found.item() == pytest.approx(expected, rel=1e-6, abs=1e-9)


@given(seed=seeds)
def test_joining_does_not_ask_for_order_nor_that_every_teacher_point_is_reached(seed: int) -> None:
    teacher = points(seed=seed)
    order = torch.randperm(14, generator=torch.Generator().manual_seed(seed))
    assert joining_length(Cloud(teacher[order][:5]), Cloud(teacher)).item() == 0


def test_a_step_down_each_gradient_brings_the_term_down() -> None:
    teacher = Cloud(points(30, seed=4))
    for term in (cluster_h0_wasserstein, joining_divergence, cross_distance_mse, joining_length):
        student, values = points(30, seed=5), []
        for _ in range(4):
            leaf = student.clone().requires_grad_()
            value = term(Cloud(leaf), teacher)
            (gradient,) = torch.autograd.grad(value, leaf)
            student = student - 0.02 * gradient / gradient.norm()
            values.append(value.item())
        assert all(after < before for before, after in pairwise(values)), term.__name__


@pytest.mark.parametrize("term", [cross_distance_mse, joining_length])
def test_clouds_of_other_dimensions_are_refused(term) -> None:
    with pytest.raises(InputError, match="the student has 3 dimensions and the teacher 5"):
        term(Cloud(points()), Cloud(points(d=5)))


@pytest.mark.parametrize("term", [cluster_h0_wasserstein, joining_divergence, cross_distance_mse])
def test_unequal_sizes_are_refused(term) -> None:
    with pytest.raises(InputError, match="14 rows and the teacher 9"):
        term(Cloud(points()), Cloud(points(9)))


@pytest.mark.parametrize(
    "term", [cluster_h0_wasserstein, joining_divergence, cross_distance_mse, joining_length]
)
def test_sides_of_two_precisions_meet_in_the_higher(term) -> None:
    student = points().float().requires_grad_()
    value = term(Cloud(student), Cloud(points(seed=1)))
    value.backward()
    assert student.grad is not None
    assert student.grad.dtype == torch.float32
    expected = term(Cloud(points()), Cloud(points(seed=1)))
    assert value.item() == pytest.approx(expected.item(), rel=1e-5)
