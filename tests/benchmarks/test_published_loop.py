"""The loop that the training step is measured against computes the published objective."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from shared.published_loop import graph_diagrams, published_loss, sliced_wasserstein

from tomclip.losses import alignment_loss

WEIGHTS: dict[str, Any] = {"distance_matrix_weight": 0.7, "h0_weight": 0.3, "h1_weight": 0.2}
MANY = 40_000
"""Projections after which chance is about 0.2 % of a sliced distance."""


@pytest.fixture
def sides() -> tuple[torch.Tensor, torch.Tensor]:
    """Student and teacher vectors in clusters, so that edges are kept and dropped."""
    generator = torch.Generator().manual_seed(0)

    def normal(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=generator, dtype=torch.float64)

    teacher = normal(4, 8)[torch.arange(40) % 4] + 0.4 * normal(40, 8)
    return (teacher + 0.3 * normal(40, 8)).requires_grad_(), teacher


def test_every_term_is_that_of_the_paper_recipe(sides: tuple[torch.Tensor, torch.Tensor]) -> None:
    torch.manual_seed(0)
    plain = published_loss(*sides, **WEIGHTS, projections=MANY).as_dict()
    ours = alignment_loss(*sides, recipe="paper", **WEIGHTS).as_dict()
    assert plain.keys() == ours.keys()
    for term in ("pointwise", "distance_matrix"):
        torch.testing.assert_close(plain[term], ours[term], rtol=1e-6, atol=0)
    for term in ("topological_h0", "topological_h1", "total"):
        torch.testing.assert_close(plain[term], ours[term], rtol=0.01, atol=0)


def test_its_gradient_is_that_of_the_paper_recipe(sides: tuple[torch.Tensor, torch.Tensor]) -> None:
    torch.manual_seed(0)
    plain, ours = (
        torch.autograd.grad(loss.total, sides[0])[0]
        for loss in (
            published_loss(*sides, **WEIGHTS, projections=MANY),
            alignment_loss(*sides, recipe="paper", **WEIGHTS),
        )
    )
    assert torch.linalg.vector_norm(plain - ours) < 0.01 * torch.linalg.vector_norm(ours)


def test_a_triangle_has_two_deaths_and_one_cycle() -> None:
    weights = torch.tensor([[0.0, 0.2, 0.5], [0.2, 0.0, 0.9], [0.5, 0.9, 0.0]])
    deaths, births = graph_diagrams(weights)
    assert deaths.tolist() == torch.tensor([[0.0, 0.2], [0.0, 0.5]]).tolist()
    assert births.tolist() == torch.tensor([[0.9, 0.0]]).tolist()


def test_a_graph_without_edges_has_the_origin_as_its_diagrams() -> None:
    assert [diagram.tolist() for diagram in graph_diagrams(torch.zeros(3, 3))] == [[[0.0, 0.0]]] * 2


def test_unequal_counts_are_compared_by_their_quantiles() -> None:
    torch.manual_seed(0)
    first = torch.tensor([[0.0, 1.0]])
    second = torch.tensor([[0.0, 1.0], [0.0, 3.0]])
    # On the axis: half of the mass goes a distance of 2, so W2 is the root of 2; sliced, of 1.
    assert float(sliced_wasserstein(first, second, MANY)) == pytest.approx(1.0, rel=0.01)
