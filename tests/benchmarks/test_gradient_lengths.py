"""The weights that pull as hard as the point-wise loss, as the benchmark finds them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import gradient_lengths
import pytest
import torch
from support.tiny_training import tiny_config

from tomclip.training.data.loading import training_data
from tomclip.training.initial_student import build_student
from tomclip.training.step import loss_terms

WEIGHTS = {"distance_matrix_weight": 0.0, "h0_weight": 0.0, "h1_weight": 0.0}


def test_every_term_of_every_recipe_has_a_weight_of_equal_pull() -> None:
    found = gradient_lengths.equal_pulls(tiny_config(), batches=1)
    assert len(found) == 2 * (3 + 3 + 2 + 1 + 1 + 1 + 1 + 1 + 2 + 1 + 1 + 1)
    assert all(weight > 0 for weight in found.values())


@pytest.mark.parametrize(
    "row", [("exact", "cosine", "topological_h0"), ("relative", "euclidean", "distance_matrix")]
)
def test_with_that_weight_a_term_pulls_the_vectors_as_hard_as_the_point_wise_loss(
    row: tuple[str, str, str],
) -> None:
    config = tiny_config()
    torch.manual_seed(0)
    model, tokenizer = build_student(config)
    model.eval()
    data = training_data(config, tokenizer, max_tokens=config.student.max_tokens)
    batch = data.batch(list(range(0, 96, 3)), "cpu")  # type: ignore[arg-type]
    parts = SimpleNamespace(
        model=model,
        data=SimpleNamespace(batch=lambda rows, device: batch),
        sampler=SimpleNamespace(next_batch=lambda: None),
        rows=None,
    )
    weight = gradient_lengths.measured(parts, config)[row]  # type: ignore[arg-type]
    recipe, metric, term = row
    weights = {**WEIGHTS, gradient_lengths.WEIGHT_OF[term]: weight}
    loss = replace(config.loss, recipe=recipe, metric=metric, **weights)
    vectors: list[torch.Tensor] = []
    model.head.register_forward_hook(lambda *passed: vectors.append(passed[-1]))
    terms = loss_terms(model, batch, loss, bf16=False)
    assert terms.pointwise is not None
    pulls = []
    for value in (terms.pointwise, weight * getattr(terms, term)):
        pieces = torch.autograd.grad(value, vectors, retain_graph=True)
        pulls.append(sum(float(piece.square().sum()) for piece in pieces))
    assert pulls[0] == pytest.approx(pulls[1], rel=1e-3)
