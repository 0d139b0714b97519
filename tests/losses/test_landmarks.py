"""What captions see among fixed points: the bipartite term against its definition by loops."""

from __future__ import annotations

import math

import pytest
import torch

from tomclip.core.errors import InputError
from tomclip.losses import RECIPES, Cloud, alignment_loss
from tomclip.losses.relations import WIDTH

TERM = RECIPES["landmarks"].distance_matrix


def points(n: int, seed: int, d: int = 5) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(n, d, generator=generator, dtype=torch.float64)


def value(student: torch.Tensor, teacher: torch.Tensor, landmarks: torch.Tensor) -> torch.Tensor:
    clouds = [Cloud(side, landmarks=landmarks) for side in (student, teacher)]
    return TERM(*clouds)


def by_loops(student: torch.Tensor, teacher: torch.Tensor, landmarks: torch.Tensor) -> float:
    def cosine(a: torch.Tensor, b: torch.Tensor) -> float:
        return float(a @ b / (a.norm() * b.norm()))

    sides = (student, teacher)
    seen = [[[cosine(row, mark) for mark in landmarks] for row in side] for side in sides]
    every = [entry for row in seen[1] for entry in row]
    mean = sum(every) / len(every)
    width = WIDTH * math.sqrt(sum((entry - mean) ** 2 for entry in every) / len(every))
    total = 0.0
    for of_student, of_teacher in zip(*seen, strict=True):
        q, p = ([math.exp(entry / width) for entry in row] for row in (of_student, of_teacher))
        for a, b in zip(q, p, strict=True):
            total += b / sum(p) * math.log((b / sum(p)) / (a / sum(q)))
    return total / len(student)


def test_the_divergence_is_that_of_the_definition() -> None:
    student, teacher, landmarks = points(6, 0), points(6, 1), points(9, 2)
    found = value(student, teacher, landmarks)
    assert found.item() == pytest.approx(by_loops(student, teacher, landmarks), rel=1e-12)


def test_it_is_0_with_gradient_0_where_both_sides_see_alike_and_grows_else() -> None:
    teacher, landmarks = points(6, 1), points(9, 2)
    student = (3.0 * teacher).requires_grad_()  # directions count alone
    found = value(student, teacher, landmarks)
    found.backward()
    assert student.grad is not None
    assert abs(found.item()) < 1e-12
    assert student.grad.abs().max() < 1e-12
    assert value(teacher.flip(0), teacher, landmarks) > 0.1


def test_gradients_are_those_of_finite_differences() -> None:
    teacher, landmarks = points(4, 1), points(7, 2)
    student = points(4, 0).requires_grad_()
    assert torch.autograd.gradcheck(lambda x: value(x, teacher, landmarks), student)


def test_several_languages_are_a_loop_over_them() -> None:
    student = torch.stack([points(6, seed) for seed in (0, 3, 4)])
    teacher, landmarks = points(6, 1), points(9, 2)
    together = value(student, teacher, landmarks)
    alone = [value(one, teacher, landmarks) for one in student]
    torch.testing.assert_close(together, torch.stack(alone))


def test_without_landmarks_the_teacher_s_rows_are_those() -> None:
    student, teacher = points(6, 0), points(6, 1)
    found = alignment_loss(student, teacher, recipe="landmarks", distance_matrix_weight=1.0)
    torch.testing.assert_close(found.distance_matrix, value(student, teacher, teacher))


def test_landmarks_that_do_not_fit_are_one_sentence() -> None:
    with pytest.raises(InputError, match=r"landmarks are of shape \(9, 4\)"):
        value(points(6, 0), points(6, 1), points(9, 2, d=4))
