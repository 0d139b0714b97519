"""Captions without a pair enter exactly the terms that the configuration names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from tomclip.config import LossConfig
from tomclip.config.loss import UNPAIRED_MATRICES, Recipe
from tomclip.losses import alignment_loss
from tomclip.training.objective import BatchRows, batch_terms, evenly_mixed

ALL = LossConfig(distance_matrix_weight=2.0, h0_weight=3.0, h1_weight=0.5)


def points(n: int, seed: int) -> torch.Tensor:
    return torch.randn(n, 4, generator=torch.Generator().manual_seed(seed))


def value(student: torch.Tensor, teacher: torch.Tensor, **weights: float) -> torch.Tensor:
    return alignment_loss(student, teacher, **{"pointwise_weight": 0.0, **weights}).total  # type: ignore[arg-type]


def test_the_anchor_adds_its_weight_times_its_own_point_wise_loss() -> None:
    student, teacher = points(14, 0), points(14, 1)
    terms = batch_terms(student, teacher, ALL, BatchRows(8, anchor=6, anchor_weight=2.5))
    alone = batch_terms(student[:8], teacher[:8], ALL)
    anchor = (student[8:] - teacher[8:]).square().mean()
    torch.testing.assert_close(terms.pointwise_anchor, anchor)
    assert alone.pointwise is not None
    torch.testing.assert_close(terms.pointwise, alone.pointwise + 2.5 * anchor)
    torch.testing.assert_close(terms.total, alone.total + 2.5 * anchor)
    for name in ("distance_matrix", "topological_h0", "topological_h1"):
        torch.testing.assert_close(getattr(terms, name), getattr(alone, name))


def test_with_structure_the_anchor_is_part_of_every_cloud() -> None:
    student, teacher = points(14, 0), points(14, 1)
    terms = batch_terms(student, teacher, ALL, BatchRows(8, anchor=6, structure=True))
    whole = batch_terms(student, teacher, ALL)
    for name in ("distance_matrix", "topological_h0", "topological_h1"):
        torch.testing.assert_close(getattr(terms, name), getattr(whole, name))


def test_unpaired_rows_enter_the_student_s_diagrams_alone() -> None:
    student, teacher = points(13, 0), points(8, 1)
    terms = batch_terms(student, teacher, ALL, BatchRows(8, unpaired=5))
    alone = batch_terms(student[:8], teacher, ALL)
    torch.testing.assert_close(terms.pointwise, alone.pointwise)
    torch.testing.assert_close(terms.distance_matrix, alone.distance_matrix)
    torch.testing.assert_close(terms.topological_h0, value(student, teacher, h0_weight=1.0))
    torch.testing.assert_close(terms.topological_h1, value(student, teacher, h1_weight=1.0))
    assert not torch.isclose(terms.topological_h0, alone.topological_h0)  # type: ignore[arg-type]


@pytest.mark.parametrize("recipe", UNPAIRED_MATRICES)
def test_unpaired_rows_enter_the_matrix_term_of_a_recipe_that_pairs_none(recipe: Recipe) -> None:
    student, teacher = points(13, 0).requires_grad_(), points(8, 1)
    config = LossConfig(recipe=recipe, distance_matrix_weight=2.0, h0_weight=1.0)
    terms = batch_terms(student, teacher, config, BatchRows(8, unpaired=5))
    mixed = torch.from_numpy(BatchRows(8, unpaired=5).diagram)
    options: dict[str, Any] = {"recipe": recipe, "pointwise_weight": 0.0}
    expected = alignment_loss(student[mixed], teacher, distance_matrix_weight=1.0, **options)
    torch.testing.assert_close(terms.distance_matrix, expected.total)
    torch.testing.assert_close(terms.topological_h0, value(student, teacher, h0_weight=1.0))
    assert terms.distance_matrix is not None
    (gradient,) = torch.autograd.grad(terms.distance_matrix, student)
    assert gradient[8:].any(dim=1).all()


def test_unpaired_rows_get_no_gradient_but_that_of_the_diagrams() -> None:
    teacher = points(8, 1)
    for config, reached in ((LossConfig(), False), (LossConfig(h0_weight=1.0), True)):
        student = points(13, 0).requires_grad_()
        batch_terms(student, teacher, config, BatchRows(8, unpaired=5)).total.backward()
        assert student.grad is not None
        assert bool(student.grad[8:].any()) == reached


def test_h1_looks_at_pairs_and_unpaired_rows_in_their_shares() -> None:
    rows = BatchRows(12, anchor=4, unpaired=6)
    assert sorted(rows.diagram[:6].tolist()) == [0, 1, 2, 3, 16, 17]
    assert rows.cloud.tolist() == list(range(12))


def test_groups_are_mixed_evenly_and_keep_their_own_order() -> None:
    mixed = evenly_mixed([np.arange(4), np.array([10, 11]), np.array([], dtype=np.int64)])
    assert mixed.tolist() == [0, 10, 1, 2, 11, 3]


@pytest.mark.parametrize("recipe", ["paper", "exact"])
def test_a_batch_of_everything_has_finite_gradients(recipe: str) -> None:
    student = points(25, 0).requires_grad_()
    config = LossConfig(
        recipe=recipe,  # type: ignore[arg-type]
        distance_matrix_weight=1.0,
        h0_weight=1.0,
        h1_weight=1.0,
    )
    rows = BatchRows(10, anchor=8, unpaired=7, structure=True)
    batch_terms(student, points(18, 1), config, rows).total.backward()
    assert student.grad is not None
    assert bool(student.grad.isfinite().all())
