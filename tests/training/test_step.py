"""What a training step computes is the objective that its configuration names."""

from __future__ import annotations

import pytest
import torch

from tomclip.config import LossConfig
from tomclip.losses import alignment_loss
from tomclip.training.step import loss_terms


def batch(n: int, *, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, 3, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


class KnownVectors:
    """A student whose text i, a single token i, has the vector in row i."""

    def __init__(self, vectors: torch.Tensor) -> None:
        self.vectors = vectors

    def words(self, ids: torch.Tensor) -> torch.Tensor:
        return self.vectors[ids]

    def depth_of(self, ids: torch.Tensor) -> int:
        return 0

    def pooled(self, words: torch.Tensor, mask: torch.Tensor, *, depth: int) -> torch.Tensor:
        return words[:, 0]


@pytest.mark.parametrize("h1_points", [12, 30])
def test_training_looks_at_the_configured_rows(h1_points: int) -> None:
    student, teacher = batch(40).float(), batch(40, seed=1).float()
    ids = torch.arange(40)[:, None]
    config = LossConfig(h1_weight=1.0, h1_points=h1_points)
    terms = loss_terms(
        KnownVectors(student),  # type: ignore[arg-type]
        (ids, torch.ones_like(ids), teacher),
        config,
        bf16=False,
    )
    expected = alignment_loss(
        student, teacher, h1_points=h1_points, pointwise_weight=0.0, h1_weight=1.0
    ).total
    assert terms.topological_h1 == expected
