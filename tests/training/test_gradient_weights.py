"""Weights in lengths of gradients: what a weight of 1 means, and where it means the same."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
import torch
from support.host_waits import HostWaits
from support.tiny_training import recorded, tiny_config, train_losses

from tomclip.config import LossConfig, with_loss_weights
from tomclip.core.errors import ConfigError, InputError
from tomclip.losses import RECIPES, Cloud, alignment_loss, distance_mse, h0_wasserstein
from tomclip.training import resume, train
from tomclip.training.gradient_weights import STRUCTURAL, weighted_by_gradient
from tomclip.training.objective import BatchRows, batch_terms

WEIGHTS: dict[str, Any] = {"distance_matrix_weight": 2.0, "h0_weight": 0.5, "h1_weight": 0.1}
BALANCED = LossConfig(weights_in="gradient", pointwise_weight=3.0, **WEIGHTS)
GRADIENT = {"weights_in": "gradient", "distance_matrix_weight": 1.0, "h0_weight": 0.5}


def points(*shape: int, seed: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def gradient(value: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
    (found,) = torch.autograd.grad(value.sum(), vectors, retain_graph=True)
    return found


def test_the_gradient_of_a_small_batch_by_hand() -> None:
    student, teacher = points(8, 4, seed=0).requires_grad_(), points(8, 4, seed=1)
    config = dataclasses.replace(BALANCED, h1_weight=0.0)
    terms = batch_terms(student, teacher, config)
    pointwise = 3 * 2 * (student - teacher).detach() / student.numel()
    expected, length = pointwise, float(pointwise.square().sum().sqrt())
    sides = Cloud(student), Cloud(teacher)
    for weight, term in ((2.0, distance_mse(*sides)), (0.5, h0_wasserstein(*sides))):
        own = gradient(term, student)
        expected = expected + weight * length * own / own.square().sum().sqrt()
    torch.testing.assert_close(gradient(terms.total, student), expected)
    assert terms.topological_h1 is None
    assert terms.scale_topological_h1 is None


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize(("n", "d"), [(8, 3), (40, 64)])
def test_each_term_pulls_its_weight_times_as_hard_as_the_point_wise_part(
    recipe: str, n: int, d: int
) -> None:
    student, teacher = points(n, d, seed=0).requires_grad_(), points(n, d, seed=1)
    for name, field in (("distance_matrix_weight", STRUCTURAL[0]), ("h0_weight", STRUCTURAL[1])):
        only: dict[str, Any] = {"recipe": recipe, name: 0.7}
        terms = batch_terms(student, teacher, LossConfig(weights_in="gradient", **only))
        assert terms.pointwise is not None
        pull = gradient(terms.pointwise, student)
        added = gradient(terms.total, student) - pull
        torch.testing.assert_close(added.norm(), 0.7 * pull.norm())
        scale, value = getattr(terms, f"scale_{field}"), getattr(terms, field)
        torch.testing.assert_close(terms.total, terms.pointwise + 0.7 * scale * value)


def test_the_anchor_is_part_of_what_a_term_is_measured_by() -> None:
    student, teacher = points(14, 4, seed=0).requires_grad_(), points(14, 4, seed=1)
    config = LossConfig(weights_in="gradient", pointwise_weight=2.0, h0_weight=1.5)
    rows = BatchRows(8, anchor=6, anchor_weight=2.5)
    terms = batch_terms(student, teacher, config, rows)
    pull = 2 * gradient(
        (student[:8] - teacher[:8]).square().mean()
        + 2.5 * (student[8:] - teacher[8:]).square().mean(),
        student,
    )
    added = gradient(terms.total, student) - pull
    torch.testing.assert_close(added.norm(), 1.5 * pull.norm())
    assert not added[8:].any()
    assert pull[8:].any()


def test_reported_terms_are_those_of_weights_that_count_in_the_loss() -> None:
    student, teacher = points(13, 4, seed=0).requires_grad_(), points(8, 4, seed=1)
    rows = BatchRows(8, unpaired=5)
    found = batch_terms(student, teacher, BALANCED, rows).as_dict()
    plain = dataclasses.replace(BALANCED, weights_in="loss")
    expected = batch_terms(student, teacher, plain, rows).as_dict()
    assert not torch.equal(found.pop("total"), expected.pop("total"))
    assert {name for name in found if name not in expected} == {f"scale_{n}" for n in STRUCTURAL}
    assert all(torch.equal(found[name], value) for name, value in expected.items())


def test_no_gradient_flows_through_a_scale() -> None:
    student, teacher = points(8, 4, seed=0).requires_grad_(), points(8, 4, seed=1)
    terms = batch_terms(student, teacher, BALANCED)
    for name in STRUCTURAL:
        assert not getattr(terms, f"scale_{name}").requires_grad


@pytest.mark.parametrize("weights_in", ["gradient", "loss"])
@pytest.mark.parametrize("rows", [None, BatchRows(10, anchor=4, unpaired=3, structure=True)])
@pytest.mark.parametrize("shared", [True, False])
def test_several_runs_at_once_equal_a_loop(
    rows: BatchRows | None, shared: bool, weights_in: str
) -> None:
    config = dataclasses.replace(BALANCED, weights_in=weights_in)
    student = points(3, 17 if rows else 14, 5, seed=0)
    student *= torch.tensor([0.1, 1.0, 7.0])[:, None, None]
    targets = points(14, 5, seed=1) if shared else points(3, 14, 5, seed=1)
    student.requires_grad_()
    found = batch_terms(student, targets, config, rows)
    each = [
        batch_terms(one, target, config, rows)
        for one, target in zip(student, targets.expand(3, 14, 5), strict=True)
    ]
    for name, value in found.as_dict().items():
        assert value.shape == (3,)
        torch.testing.assert_close(value, torch.stack([getattr(one, name) for one in each]))
    loop = gradient(torch.stack([one.total for one in each]), student)
    torch.testing.assert_close(gradient(found.total, student), loop)


def test_a_term_without_a_gradient_gets_a_scale_of_0() -> None:
    teacher = points(8, 4, seed=1)
    student = (2 * teacher).requires_grad_()  # relative distances agree
    config = LossConfig(recipe="relative", weights_in="gradient", distance_matrix_weight=1.0)
    terms = batch_terms(student, teacher, config)
    assert terms.scale_distance_matrix == 0
    assert terms.total == terms.pointwise
    line = torch.arange(8.0)[:, None] * torch.ones(4)  # no cycle on either side
    no_cycles = LossConfig(weights_in="gradient", h1_weight=1.0)
    terms = batch_terms((2 * line).requires_grad_(), line, no_cycles)
    assert terms.scale_topological_h1 == 0
    assert terms.total == terms.pointwise


def test_a_student_that_has_the_teacher_s_vectors_is_left_alone() -> None:
    student = points(8, 4, seed=0).requires_grad_()
    terms = batch_terms(student, student.detach().roll(1, dims=0), BALANCED)
    assert terms.total > 0
    same = batch_terms(student, student.detach().clone(), BALANCED)
    assert same.total == 0
    assert not gradient(same.total, student).any()


def test_values_that_are_no_numbers_stay_visible() -> None:
    student = points(8, 4, seed=0).requires_grad_()
    terms = batch_terms(student, points(8, 4, seed=1), dataclasses.replace(BALANCED, h1_weight=0.0))
    broken = dataclasses.replace(terms, distance_matrix=terms.distance_matrix * torch.nan)  # type: ignore[operator]
    weights = {"pointwise": 1.0, "distance_matrix": 1.0, "topological_h0": 1.0}
    assert weighted_by_gradient(broken, student, weights).total.isnan()


@pytest.mark.parametrize("shape", [(20, 8), (3, 20, 8)])
def test_the_host_waits_for_no_scale(
    shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("distances", "device_tree"):
        monkeypatch.setattr(f"tomclip.losses.{module}.on_host", lambda values: False)
    student, teacher = points(*shape, seed=0).requires_grad_(), points(20, 8, seed=1)
    weights = {"pointwise": 1.0, "distance_matrix": 1.0, "topological_h0": 1.0}
    with HostWaits("cpu"):
        terms = alignment_loss(
            student, teacher, distance_matrix_weight=1.0, h0_weight=1.0, check_values=False
        )
        weighted_by_gradient(terms, student, weights).total.sum().backward()
    assert student.grad is not None
    assert student.grad.any()


def test_vectors_without_a_gradient_are_refused() -> None:
    with pytest.raises(InputError, match="no gradient is asked of the student's vectors"):
        batch_terms(points(8, 4, seed=0), points(8, 4, seed=1), BALANCED)


def test_weights_in_gradients_need_a_point_wise_part() -> None:
    with pytest.raises(ValueError, match="measures the structural terms by the point-wise one"):
        LossConfig(weights_in="gradient", pointwise_weight=0.0, h0_weight=1.0)
    with pytest.raises(ConfigError, match="set weights_in to 'loss'"):
        with_loss_weights(BALANCED, {"pointwise_weight": 0})
    with pytest.raises(ConfigError, match=r"loss\.weights_in: .*'loss' or 'gradient'"):
        tiny_config(loss={"weights_in": "length"})
    assert tiny_config(loss={"h0_weight": 1.0}).loss.weights_in == "loss"


def test_a_run_records_the_scales_and_what_it_descends(tmp_path: Path) -> None:
    train(tiny_config(loss=GRADIENT), directory=tmp_path / "run")
    for event in recorded(tmp_path / "run", "train"):
        values = event.values
        assert values["total"] == pytest.approx(
            values["pointwise"]
            + values["scale_distance_matrix"] * values["distance_matrix"]
            + 0.5 * values["scale_topological_h0"] * values["topological_h0"]
        )


def test_stopped_and_resumed_is_the_uninterrupted_run(tmp_path: Path) -> None:
    config, parts = tiny_config(loss=GRADIENT), tmp_path / "parts"
    train(config, directory=tmp_path / "whole")
    seen: list[int] = []
    train(
        config,
        directory=parts,
        on_event=lambda event: seen.append(event.step) if event.split == "train" else None,
        should_stop=lambda: 4 in seen,
    )
    assert max(seen) == 4
    resume(parts)
    assert train_losses(parts) == train_losses(tmp_path / "whole")


def test_a_run_in_pieces_has_the_losses_of_a_run_without(tmp_path: Path) -> None:
    optimiser = {"steps": 4, "batch_size": 32, "learning_rate": 3e-3, "warmup_steps": 2}
    for name, accumulation in (("whole", 1), ("pieces", 4)):
        config = tiny_config(loss=GRADIENT, optimiser={**optimiser, "accumulation": accumulation})
        train(config, directory=tmp_path / name)
    assert train_losses(tmp_path / "pieces") == pytest.approx(
        train_losses(tmp_path / "whole"), rel=1e-5
    )
