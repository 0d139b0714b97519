"""`alignment_loss`: which terms are computed, their gradients, and what is refused."""

from __future__ import annotations

from typing import Any, get_args

import pytest
import torch
from torch.autograd import gradcheck

from tomclip.config.loss import PAIRED_DIAGRAMS, UNPAIRED_MATRICES, Recipe
from tomclip.core.errors import InputError
from tomclip.core.types import LossTerms
from tomclip.losses import RECIPES, alignment_loss

WEIGHTS = ("pointwise_weight", "distance_matrix_weight", "h0_weight", "h1_weight")
FIELDS = ("pointwise", "distance_matrix", "topological_h0", "topological_h1")
ALL: dict[str, Any] = dict.fromkeys(WEIGHTS, 1.0)
METRICS = ("euclidean", "cosine")
HELD_STILL = ("consistency", "distance_matrix_weight")
"""A term whose target moves with the student and is detached: see test_unpaired."""


def ring(n: int, *, seed: int, d: int = 3) -> torch.Tensor:
    """A noisy circle away from the origin: it has components and a cycle."""
    generator = torch.Generator().manual_seed(seed)
    angles = torch.arange(n, dtype=torch.float64) * (2 * torch.pi / n)
    noise = torch.randn(n, d, generator=generator, dtype=torch.float64)
    points = 0.3 * noise + 2
    points[:, 0] += angles.cos()
    points[:, 1] += angles.sin()
    return points


def only(weight: str) -> dict[str, Any]:
    return {name: float(name == weight) for name in WEIGHTS}


def terms(student: torch.Tensor, teacher: torch.Tensor, **options: Any) -> LossTerms[torch.Tensor]:
    return alignment_loss(student, teacher, **(ALL | options))


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize(("weight", "field"), list(zip(WEIGHTS, FIELDS, strict=True)))
def test_a_term_of_weight_0_is_not_computed(recipe: str, weight: str, field: str) -> None:
    result = alignment_loss(ring(12, seed=0), ring(12, seed=1), recipe=recipe, **only(weight))
    assert list(result.as_dict()) == ["total", field]
    assert result.total == getattr(result, field)


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_total_is_the_weighted_sum(recipe: str) -> None:
    weights: dict[str, Any] = dict(zip(WEIGHTS, (1.0, 0.01, 2.0, 0.5), strict=True))
    result = alignment_loss(ring(12, seed=0), ring(12, seed=1), recipe=recipe, **weights)
    parts = [getattr(result, field) * weights[w] for w, field in zip(WEIGHTS, FIELDS, strict=True)]
    torch.testing.assert_close(result.total, torch.stack(parts).sum())


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("weight", WEIGHTS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_gradients_equal_finite_differences(recipe: str, weight: str, metric: str) -> None:
    if (recipe, weight) == HELD_STILL:
        pytest.skip("its target is detached, so it has no gradient by finite differences")
    teacher = ring(11, seed=3)

    def loss(student: torch.Tensor) -> torch.Tensor:
        return alignment_loss(student, teacher, recipe=recipe, metric=metric, **only(weight)).total

    assert gradcheck(loss, ring(11, seed=2).requires_grad_(), eps=1e-7)


@pytest.mark.parametrize("pointwise", ["mse", "cosine", "contrastive"])
def test_gradients_of_pointwise_losses_equal_finite_differences(pointwise: str) -> None:
    teacher = ring(6, seed=3)
    loss = lambda student: alignment_loss(student, teacher, pointwise=pointwise).total  # noqa: E731
    assert gradcheck(loss, ring(6, seed=2).requires_grad_())


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_a_student_equal_to_the_teacher_has_loss_and_gradient_0(recipe: str, metric: str) -> None:
    student = ring(20, seed=0).float().requires_grad_()
    own = {HELD_STILL[1]: 0.0} if recipe == HELD_STILL[0] else {}  # which does not read the teacher
    result = terms(student, student, recipe=recipe, metric=metric, **own)
    result.total.backward()
    assert result.total == 0
    assert student.grad is not None
    assert not student.grad.any()


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_duplicates_and_collapsed_students_have_finite_gradients(recipe: str, metric: str) -> None:
    repeated = torch.cat([ring(8, seed=0)] * 2)
    for student in (repeated, torch.ones(16, 3)):
        student = student.float().requires_grad_()
        terms(student, ring(16, seed=1), recipe=recipe, metric=metric).total.backward()
        assert student.grad is not None
        assert student.grad.isfinite().all()


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_same_input_gives_the_same_bits(recipe: str) -> None:
    teacher, results = torch.randn(48, 16, generator=torch.Generator().manual_seed(0)), []
    for _ in range(3):
        student = (teacher * 1.3 + 0.1).requires_grad_()
        total = terms(student, teacher.roll(1, dims=0), recipe=recipe).total
        total.backward()
        results.append((total.detach(), student.grad))
    assert all(
        torch.equal(a, b) for result in results for a, b in zip(result, results[0], strict=True)
    )


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_teacher_gets_no_gradient(recipe: str) -> None:
    student, teacher = (ring(12, seed=seed).requires_grad_() for seed in (0, 1))
    terms(student, teacher, recipe=recipe).total.backward()
    assert student.grad is not None
    assert teacher.grad is None


@pytest.mark.parametrize("recipe", RECIPES)
def test_bfloat16_gives_the_float32_loss_and_a_bfloat16_gradient(recipe: str) -> None:
    student = ring(16, seed=0).bfloat16().requires_grad_()
    teacher = ring(16, seed=1).bfloat16()
    total = terms(student, teacher, recipe=recipe).total
    total.backward()
    assert total.dtype == torch.float32
    assert total == terms(student.float(), teacher.float(), recipe=recipe).total
    assert student.grad is not None
    assert student.grad.dtype == torch.bfloat16


@pytest.mark.parametrize("pointwise", ["mse", "cosine", "contrastive"])
@pytest.mark.parametrize("recipe", RECIPES)
def test_autocast_changes_nothing(recipe: str, pointwise: str) -> None:
    student, teacher = ring(16, seed=0).float(), ring(16, seed=1).float()
    expected = terms(student, teacher, recipe=recipe, pointwise=pointwise)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert terms(student, teacher, recipe=recipe, pointwise=pointwise) == expected


@pytest.mark.parametrize(
    "recipe", [recipe for recipe in RECIPES if recipe not in (*PAIRED_DIAGRAMS, "cross")]
)
def test_diagram_terms_accept_unequal_sizes_and_dimensions(recipe: str) -> None:
    student = ring(15, seed=0).requires_grad_()
    result = terms(
        student, ring(9, seed=1, d=5), recipe=recipe, pointwise_weight=0, distance_matrix_weight=0
    )
    result.total.backward()
    assert student.grad is not None
    assert student.grad.any()


@pytest.mark.parametrize(
    ("recipe", "weight"),
    [
        *((recipe, "pointwise_weight") for recipe in RECIPES),
        *((name, "distance_matrix_weight") for name, recipe in RECIPES.items() if recipe.paired),
        *((recipe, "h0_weight") for recipe in PAIRED_DIAGRAMS),
        ("edges", "h1_weight"),
    ],
)
def test_paired_terms_refuse_unequal_sizes(recipe: str, weight: str) -> None:
    with pytest.raises(InputError, match="15 rows and the teacher 9"):
        alignment_loss(ring(15, seed=0), ring(9, seed=1), recipe=recipe, **only(weight))


@pytest.mark.parametrize("recipe", UNPAIRED_MATRICES)
def test_matrix_terms_without_pairs_accept_unequal_sizes(recipe: str) -> None:
    student = ring(15, seed=0).requires_grad_()
    weights = only("distance_matrix_weight")
    alignment_loss(student, ring(9, seed=1), recipe=recipe, **weights).total.backward()
    assert student.grad is not None
    assert student.grad.any()


def test_the_configuration_knows_the_recipes_and_which_of_them_pair_rows() -> None:
    assert get_args(Recipe) == tuple(RECIPES)
    assert set(UNPAIRED_MATRICES) == {name for name, one in RECIPES.items() if not one.paired}


def test_three_points_are_enough() -> None:
    for recipe in RECIPES:
        assert terms(ring(3, seed=0), ring(3, seed=1), recipe=recipe).total.isfinite()


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_fewer_than_three_points_are_refused(rows: int) -> None:
    with pytest.raises(InputError, match=rf"student has {rows} rows; the losses accept 3 or more"):
        alignment_loss(torch.ones(rows, 4), torch.ones(rows, 4), h0_weight=1.0)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("side", ["student", "teacher"])
def test_nan_and_infinity_are_refused_with_side_and_row(side: str, bad: float) -> None:
    sides = {"student": ring(5, seed=0), "teacher": ring(5, seed=1)}
    sides[side][3, 1] = bad
    with pytest.raises(InputError, match=f"{side} holds NaN or infinity .first in row 3 of 5"):
        alignment_loss(sides["student"], sides["teacher"])


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (
            {"recipe": "fast"},
            "'fast'; use one of 'paper', 'exact', 'edges', 'relative', 'neighbours', 'landmarks', "
            "'clusters', 'divergence', 'cross', 'transport', 'moments', 'consistency'",
        ),
        ({"pointwise": "l1"}, "pointwise is 'l1'; use one of 'mse', 'cosine', 'contrastive'"),
        ({"metric": "l3"}, "metric is 'l3'"),
        ({"h0_weight": -1.0}, "topological_h0 weight is -1.0"),
        ({"h1_weight": float("nan")}, "topological_h1 weight is nan"),
        ({"pointwise_weight": 0.0}, "all four loss weights are 0"),
        ({"pointwise": "contrastive", "temperature": 0.0}, "temperature is 0.0"),
    ],
)
def test_unknown_names_and_numbers_out_of_range_are_refused(options: dict, sentence: str) -> None:
    with pytest.raises(InputError, match=sentence):
        alignment_loss(ring(5, seed=0), ring(5, seed=1), **options)


@pytest.mark.parametrize(
    "student", [torch.ones(5), torch.ones(5, 0), torch.ones(5, 3, dtype=torch.int64)]
)
def test_what_is_no_batch_of_vectors_is_refused(student: torch.Tensor) -> None:
    with pytest.raises(InputError, match="give floating vectors"):
        alignment_loss(student, torch.ones(5, 3))


def test_pointwise_needs_equal_dimensions() -> None:
    with pytest.raises(InputError, match="3 dimensions and the teacher 4"):
        alignment_loss(ring(5, seed=0, d=3), ring(5, seed=1, d=4))


@pytest.mark.parametrize(
    "weights", [{"pointwise_weight": 1.0}, {"pointwise_weight": 0.0, "distance_matrix_weight": 1.0}]
)
def test_a_loss_that_overflows_float32_is_refused_where_values_are_checked(weights) -> None:
    student = torch.randn(6, 4, generator=torch.Generator().manual_seed(0)) * 1e30
    teacher = torch.randn(6, 4, generator=torch.Generator().manual_seed(1))
    with pytest.raises(InputError, match=r"is beyond torch\.float32"):
        alignment_loss(student, teacher, **weights)
    unchecked = alignment_loss(student, teacher, check_values=False, **weights)
    assert not unchecked.total.isfinite()
