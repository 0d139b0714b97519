"""How many rows Vietoris-Rips H1 looks at."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from tomclip.core.errors import InputError
from tomclip.losses import Cloud, alignment_loss

H1: dict[str, Any] = {"pointwise_weight": 0.0, "h1_weight": 1.0}


def batch(n: int, *, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("h1_points", [10, 25])
def test_only_the_first_rows_form_cycles(h1_points: int) -> None:
    cloud = Cloud(batch(40), h1_points=h1_points)
    first = Cloud(batch(40)[:h1_points])
    for found, expected in zip(cloud.cycle_edges, first.cycle_edges, strict=True):
        assert torch.equal(found, expected)
    assert cloud.cycle_points == h1_points


def test_a_small_batch_is_looked_at_whole() -> None:
    assert Cloud(batch(12), h1_points=256).cycle_points == 12


@pytest.mark.parametrize("recipe", ["exact", "edges", "relative", "neighbours", "transport"])
def test_later_rows_enter_the_term_only_through_the_unit(recipe: str) -> None:
    student, teacher = batch(40), batch(40, seed=1)
    term = alignment_loss(student, teacher, recipe=recipe, h1_points=20, **H1).total
    first = alignment_loss(student[:20], teacher[:20], recipe=recipe, **H1).total
    power = 2 if recipe == "edges" else 1
    units = Cloud(teacher).scale ** power, Cloud(teacher[:20]).scale ** power
    torch.testing.assert_close(term * units[0], first * units[1])
    assert first > 0


@pytest.mark.parametrize("h1_points", [2, 0, -1])
def test_fewer_than_three_rows_are_refused(h1_points: int) -> None:
    with pytest.raises(InputError, match=f"h1_points is {h1_points}; use 3 or more"):
        alignment_loss(batch(9), batch(9), h1_points=h1_points, **H1)
