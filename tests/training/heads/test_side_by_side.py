"""Heads trained side by side: each is what a run of its configuration would have trained."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from support.tiny_training import captions_config, write_backbone

from tomclip.config import TrainConfig, change_config
from tomclip.core.errors import ConfigError, InputError
from tomclip.encoders.student.encoder import load_student_model
from tomclip.training import train
from tomclip.training.data import landmarks
from tomclip.training.heads import side_by_side
from tomclip.training.heads.shared_start import Beginning, begin_heads
from tomclip.training.heads.side_by_side import gradient_ratio, train_heads
from tomclip.training.objective import batch_terms

STEPS = 12
OBJECTIVES: dict[str, dict[str, Any]] = {
    "point-wise": {},
    "fast": {"optimiser.learning_rate": 0.05},
    "cosine": {"loss.pointwise": "cosine"},
    "published": {"loss.recipe": "paper", "loss.distance_matrix_weight": 0.5, "loss.h0_weight": 2},
    "distances": {"loss.distance_matrix_weight": 3.0},
    "distances, harder": {"loss.distance_matrix_weight": 30.0},
    "everything": {
        "loss.metric": "cosine",
        "loss.distance_matrix_weight": 1.0,
        "loss.h0_weight": 1.0,
        "loss.h1_weight": 1.0,
    },
    "balanced": {"loss.distance_matrix_weight": 0.5, "loss.weights_in": "gradient"},
    "rising": {"loss.distance_matrix_weight": 30.0, "loss.schedule": "rising"},
    "falling": {
        "loss.distance_matrix_weight": 0.5,
        "loss.weights_in": "gradient",
        "loss.schedule": "falling",
    },
    "neighbours": {"loss.recipe": "neighbours", "loss.distance_matrix_weight": 1.0},
    "pictures": {
        "loss.recipe": "landmarks",
        "loss.landmarks": "emoji",
        "loss.distance_matrix_weight": 10.0,
    },
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("heads")
    torch.manual_seed(0)
    write_backbone(folder / "backbone")
    lines = [f"a {colour} {thing}" for colour in ("teal", "ochre") for thing in "kiln loom".split()]
    (folder / "anchor.txt").write_text("\n".join(lines), encoding="utf-8")
    return folder


def base(
    folder: Path, *, anchored: bool = False, head: str = "random", **validation: Any
) -> TrainConfig:
    student = {"start_from": str(folder / "backbone"), "max_tokens": 30, "head": head}
    anchor = {"captions": str(folder / "anchor.txt"), "weight": 0.5} if anchored else {}
    return captions_config(
        folder,
        student={**student, "trainable": "head"},
        data={"english_anchor": anchor},
        optimiser={"steps": STEPS, "batch_size": 16, "warmup_steps": 3, "learning_rate": 0.01},
        validation={"every_steps": 3, **validation},
    )


def trained_alone(config: TrainConfig, directory: Path) -> tuple[torch.nn.Linear, int, float, int]:
    """The head at the best checkpoint of a run, its step and score, and how long it trained."""
    result = train(config, directory=directory)
    model, _ = load_student_model(result.best_checkpoint)
    return model.head, result.best_step, result.best_score, result.step


@pytest.mark.parametrize(
    ("anchored", "head"), [(False, "random"), (True, "random"), (True, "ridge")]
)
def test_each_head_is_that_of_its_own_run(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anchored: bool, head: str
) -> None:
    seen = torch.randn(40, 384, generator=torch.Generator().manual_seed(5))
    monkeypatch.setattr(landmarks, "_of_pictures", lambda teacher, fold: seen)
    start = base(folder, anchored=anchored, head=head)
    configs = [change_config(start, {**changes}) for changes in OBJECTIVES.values()]
    heads = train_heads(begin_heads(start, device="cpu"), configs)
    assert heads is not None
    for name, config, found in zip(OBJECTIVES, configs, heads, strict=True):
        layer, step, score, steps = trained_alone(config, tmp_path / name.replace(" ", "-"))
        assert (found.best_step, found.steps, found.error) == (step, steps, ""), name
        # A caption between two answers that are equal up to rounding may change its rank.
        assert found.best_score == pytest.approx(score, abs=1e-3), name
        torch.testing.assert_close(found.weight, layer.weight.detach(), rtol=1e-3, atol=1e-4)
        torch.testing.assert_close(found.bias, layer.bias.detach(), rtol=1e-3, atol=1e-4)
    if head == "random":
        assert sum(found.best_step > 0 for found in heads) > len(heads) / 2
        best = [found.weight for found in heads]
        assert not torch.allclose(best[4], best[5], atol=1e-4), "a weight has an effect"
        assert not torch.allclose(best[0], best[-1], atol=1e-4), "landmarks have an effect"
        names = list(OBJECTIVES)
        for plain, scheduled in (("distances, harder", "rising"), ("balanced", "falling")):
            pair = best[names.index(plain)], best[names.index(scheduled)]
            assert not torch.allclose(*pair, atol=1e-4), "a schedule has an effect"


def test_patience_ends_a_head_and_not_its_neighbours(folder: Path, tmp_path: Path) -> None:
    start = base(folder, patience=1)
    rates = (1e-9, 0.02, 1.0)
    configs = [change_config(start, {"optimiser.learning_rate": rate}) for rate in rates]
    heads = train_heads(begin_heads(start, device="cpu"), configs)
    assert heads is not None
    for rate, config, found in zip(rates, configs, heads, strict=True):
        _, step, _, steps = trained_alone(config, tmp_path / str(rate))
        assert (found.best_step, found.steps) == (step, steps), rate
    assert len({head.steps for head in heads}) > 1


def test_a_head_that_runs_away_ends_alone_and_keeps_its_best(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 3.0  # of what the wild one's vectors soon are beyond, and the tame one's never

    def overflowing(vectors: torch.Tensor, *others: Any) -> Any:
        if float(vectors.detach().abs().max()) > limit:
            raise InputError("pointwise is beyond float32; divide")
        return batch_terms(vectors, *others)

    start = base(folder)
    wild = change_config(start, {"optimiser.learning_rate": 1.0})
    beginning = begin_heads(start, device="cpu")
    monkeypatch.setattr(side_by_side, "batch_terms", overflowing)
    both = train_heads(beginning, [wild, start])
    alone = train_heads(beginning, [start])
    assert both is not None
    assert alone is not None
    assert re.match("no loss can be computed at step [0-9]+, since the pointwise", both[0].error)
    assert 0 < both[0].steps < STEPS
    assert both[0].weight.isfinite().all()
    assert (both[1].error, both[1].steps) == ("", STEPS)
    torch.testing.assert_close(both[1].weight, alone[0].weight)


def test_a_stop_gives_nothing(folder: Path) -> None:
    start = base(folder)
    done: list[tuple[int, int]] = []
    stopped = train_heads(
        begin_heads(start, device="cpu"),
        [start],
        should_stop=lambda: len(done) == 4,
        on_progress=lambda *now: done.append(now),
    )
    assert stopped is None
    assert done == [(step, STEPS) for step in range(1, 5)]


def test_at_the_ratio_both_parts_pull_alike(folder: Path) -> None:
    start = base(folder, anchored=True)
    beginning = begin_heads(start, device="cpu")
    loss = replace(start.loss, distance_matrix_weight=2.0, h0_weight=2.0)
    ratio = gradient_ratio(beginning, loss)
    assert ratio > 0
    assert gradient_ratio(
        beginning, replace(loss, distance_matrix_weight=2 * ratio, h0_weight=2 * ratio)
    ) == pytest.approx(1.0, rel=1e-4)
    features, targets = beginning.batch(beginning.sampler.twin().next_batch())
    vectors = beginning.model.head(features).detach().requires_grad_()
    lengths = []
    for part in (start.loss, replace(loss, pointwise_weight=0.0)):
        total = batch_terms(vectors, targets, part, beginning.rows).total
        lengths.append(float(torch.autograd.grad(total, vectors)[0].norm()))
    assert ratio == pytest.approx(lengths[0] / lengths[1], rel=0.3), "one batch of twenty"


def test_what_has_no_gradient_has_no_ratio(folder: Path) -> None:
    start = base(folder)
    beginning = begin_heads(start, device="cpu")
    torch.nn.init.zeros_(beginning.model.head.weight)
    torch.nn.init.ones_(beginning.model.head.bias)
    with pytest.raises(InputError, match="no gradient at the beginning"):
        gradient_ratio(beginning, replace(start.loss, h0_weight=1.0))


@pytest.mark.parametrize(
    "change", [{"seed": 9}, {"optimiser.batch_size": 8}, {"validation.every_steps": 1}]
)
def test_other_differences_are_refused(folder: Path, change: dict[str, Any]) -> None:
    start = base(folder)
    beginning: Beginning = begin_heads(start, device="cpu")
    with pytest.raises(ConfigError, match="differ in more than the objective"):
        train_heads(beginning, [start, change_config(start, change)])


def test_more_than_a_head_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigError, match=r"student.trainable is 'top:1'; only heads"):
        begin_heads(change_config(base(folder), {"student.trainable": "top:1"}), device="cpu")
