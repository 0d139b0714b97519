"""Differentiable distances: exact zeros, symmetry, full precision, finite gradients."""

from __future__ import annotations

import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from tomclip.core.errors import InputError
from tomclip.losses import edge_lengths, pairwise_distances

METRICS = ("euclidean", "cosine")


def points(n: int = 9, d: int = 4, *, dtype: torch.dtype = torch.float64) -> torch.Tensor:
    return torch.randn(n, d, generator=torch.Generator().manual_seed(0), dtype=torch.float64).to(
        dtype
    )


def all_edges(n: int) -> torch.Tensor:
    return torch.triu_indices(n, n, offset=1).T


def test_distances_of_a_3_4_5_triangle() -> None:
    corners = torch.tensor([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    expected = torch.tensor([[0.0, 3.0, 4.0], [3.0, 0.0, 5.0], [4.0, 5.0, 0.0]])
    torch.testing.assert_close(pairwise_distances(corners), expected)


def test_cosine_distance_runs_from_0_over_1_to_2() -> None:
    rows = torch.tensor([[2.0, 0.0], [0.0, 3.0], [-1.0, 0.0], [5.0, 0.0]])
    expected = torch.tensor([0.0, 1.0, 2.0, 0.0])
    torch.testing.assert_close(pairwise_distances(rows, metric="cosine")[0], expected)


@pytest.mark.parametrize("metric", METRICS)
def test_diagonal_and_duplicates_are_exactly_0_and_the_matrix_is_symmetric(metric: str) -> None:
    rows = points(40, 512, dtype=torch.float32) + 10
    distances = pairwise_distances(torch.cat([rows, rows]), metric=metric)
    assert torch.equal(distances, distances.T)
    assert not distances.diagonal().any()
    assert not distances[:40, 40:].diagonal().any()
    assert (distances[:40, :40] > 0).sum() == 40 * 39


@pytest.mark.parametrize("metric", METRICS)
def test_float32_agrees_with_float64_far_from_the_origin(metric: str) -> None:
    rows = points(30, 64, dtype=torch.float32) + 20
    exact = pairwise_distances(rows.double(), metric=metric)
    torch.testing.assert_close(
        pairwise_distances(rows, metric=metric).double(), exact, rtol=1e-4, atol=1e-6
    )


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_computed_in_float32(dtype: torch.dtype) -> None:
    rows = points(dtype=dtype)
    distances = pairwise_distances(rows)
    assert distances.dtype == torch.float32
    assert torch.equal(distances, pairwise_distances(rows.float()))


@pytest.mark.parametrize("metric", METRICS)
def test_edge_lengths_equal_the_entries_of_the_matrix(metric: str) -> None:
    edges = all_edges(9)
    expected = pairwise_distances(points(), metric=metric)[edges[:, 0], edges[:, 1]]
    torch.testing.assert_close(edge_lengths(points(), edges, metric=metric), expected)


@pytest.mark.parametrize("metric", METRICS)
def test_gradients_equal_finite_differences(metric: str) -> None:
    rows = points().requires_grad_()
    assert gradcheck(lambda x: pairwise_distances(x, metric=metric), rows)
    assert gradgradcheck(lambda x: pairwise_distances(x, metric=metric), rows)
    assert gradcheck(lambda x: edge_lengths(x, all_edges(9), metric=metric), rows)


@pytest.mark.parametrize("metric", METRICS)
def test_the_gradient_between_duplicates_is_0(metric: str) -> None:
    rows = torch.ones(4, 3).requires_grad_()
    edges = edge_lengths(rows, all_edges(4), metric=metric)
    (pairwise_distances(rows, metric=metric).sum() + edges.sum()).backward()
    assert rows.grad is not None
    assert not rows.grad.any()


def test_autocast_does_not_lower_the_precision() -> None:
    rows = points(16, 32, dtype=torch.float32).requires_grad_()
    (expected,) = torch.autograd.grad(pairwise_distances(rows).sum(), rows)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        (found,) = torch.autograd.grad(pairwise_distances(rows).sum(), rows)
    assert torch.equal(found, expected)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(InputError, match="metric is 'l3'"):
        pairwise_distances(points(), metric="l3")


def test_the_cosine_distance_of_a_row_of_length_0_is_refused() -> None:
    with pytest.raises(InputError, match="row 1 has length 0"):
        pairwise_distances(torch.tensor([[1.0], [0.0]]), metric="cosine")


def exact_distances(rows: torch.Tensor) -> torch.Tensor:
    return torch.cdist(rows.double(), rows.double(), compute_mode="donot_use_mm_for_euclid_dist")


def tight_groups(groups: int, size: int, spread: float) -> torch.Tensor:
    """Groups far from each other whose points lie close together: the product loses digits."""
    centres = 10 * points(groups, 48, dtype=torch.float32)
    return (
        centres[:, None]
        + spread * torch.randn(groups, size, 48, generator=torch.Generator().manual_seed(1))
    ).flatten(0, 1)


@pytest.mark.parametrize("spread", [1e-1, 1e-3, 1e-5])
@pytest.mark.parametrize(("groups", "size"), [(200, 2), (5, 80), (1, 300)])
def test_close_pairs_are_as_precise_as_far_ones(groups: int, size: int, spread: float) -> None:
    rows = tight_groups(groups, size, spread)
    torch.testing.assert_close(
        pairwise_distances(rows).double(), exact_distances(rows), rtol=1e-5, atol=0
    )


@pytest.mark.parametrize("n", [1, 2, 127, 128, 129, 300])
def test_bands_of_rows_make_one_symmetric_matrix(n: int) -> None:
    rows = torch.cat([points(n, 16, dtype=torch.float32) + 3] * 2)
    distances = pairwise_distances(rows)
    assert torch.equal(distances, distances.T)
    assert not distances[:n, n:].diagonal().any()
    assert torch.equal(distances, pairwise_distances(rows))
    torch.testing.assert_close(distances.double(), exact_distances(rows), rtol=1e-5, atol=0)


@pytest.mark.parametrize("unit", [2.0**-90, 2.0**-60, 2.0**60, 2.0**90])
@pytest.mark.parametrize("metric", METRICS)
def test_the_unit_of_float32_vectors_is_the_unit_of_the_distances(metric: str, unit: float) -> None:
    rows, edges = points(dtype=torch.float32), all_edges(9)
    back = unit if metric == "euclidean" else 1.0
    assert torch.equal(
        pairwise_distances(rows * unit, metric=metric),
        pairwise_distances(rows, metric=metric) * back,
    )
    assert torch.equal(
        edge_lengths(rows * unit, edges, metric=metric),
        edge_lengths(rows, edges, metric=metric) * back,
    )


def test_gradients_of_vectors_of_any_unit_equal_finite_differences() -> None:
    rows = (points() * 2.0**-600).requires_grad_()
    (found,) = torch.autograd.grad(pairwise_distances(rows).sum(), rows)
    whole = points().requires_grad_()
    (expected,) = torch.autograd.grad(pairwise_distances(whole).sum(), whole)
    assert torch.equal(found, expected)


@pytest.mark.parametrize("compute", [pairwise_distances, lambda x: edge_lengths(x, all_edges(2))])
def test_distances_beyond_float32_are_refused(compute) -> None:
    with pytest.raises(InputError, match=r"NaN or beyond torch\.float32"):
        compute(torch.tensor([[3e38, 0.0], [-3e38, 0.0]]))
