"""A batch embedded in pieces gives the update of the batch embedded at once."""

from __future__ import annotations

import copy

import pytest
import torch
from support.tiny_training import recorded, tiny_config, train_losses

from tomclip.core.errors import RunError
from tomclip.encoders.student.encoder import StudentModel, pad_batch
from tomclip.losses import RECIPES
from tomclip.runs import read_status
from tomclip.training import train
from tomclip.training.hardware.gradient_cache import PiecewiseEmbedding
from tomclip.training.initial_student import build_student
from tomclip.training.step import optimisation_step
from tomclip.training.worker.preparation import checkpoint_activations

LOSS = {"recipe": "exact", "distance_matrix_weight": 0.5, "h0_weight": 0.5, "h1_weight": 0.1}


def student(dropout: float = 0.3) -> StudentModel:
    torch.manual_seed(0)
    shape = {"hidden_size": 32, "layers": 2, "heads": 2, "intermediate_size": 64}
    model, _ = build_student(tiny_config(student={**shape, "dropout": dropout}))
    return model.train()


def texts(n: int = 22) -> tuple[torch.Tensor, ...]:
    """Returns ids and mask of texts of 3 to 12 tokens, and targets."""
    generator = torch.Generator().manual_seed(1)
    lengths = torch.randint(1, 11, (n,), generator=generator).tolist()
    rows = [[0, *torch.randint(5, 90, (k,), generator=generator).tolist(), 2] for k in lengths]
    return *pad_batch(rows, 1), torch.randn(n, 384, generator=generator)


def updated(
    model: StudentModel, accumulation: int, *, bf16: bool = False, **changes: object
) -> dict[str, torch.Tensor]:
    """Returns the weights after two steps, and torch's generator."""
    model = copy.deepcopy(model)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    config = tiny_config(loss={**LOSS, **changes}).loss
    torch.manual_seed(7)
    ids, mask, targets = texts()
    for step in (1, 2):
        optimisation_step(
            model,
            (ids, mask, targets),
            config,
            optimiser,
            step=step,
            bf16=bf16,
            gradient_clip=1e6,
            accumulation=accumulation,
        )
    return {**model.state_dict(), "generator": torch.get_rng_state()}


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("accumulation", [2, 3, 4])
def test_pieces_give_the_update_of_the_whole_batch(accumulation: int, recipe: str) -> None:
    model = student()
    whole = updated(model, 1, recipe=recipe)
    pieces = updated(model, accumulation, recipe=recipe)
    for name, value in whole.items():
        torch.testing.assert_close(pieces[name], value, rtol=0, atol=1e-6, msg=name)
    assert not torch.equal(whole["head.weight"], model.head.weight)


@pytest.mark.parametrize("accumulation", [7, 22])
def test_more_pieces_than_length_groups_change_nothing_without_dropout(accumulation: int) -> None:
    model = student(dropout=0.0)
    whole, pieces = updated(model, 1), updated(model, accumulation)
    for name, value in whole.items():
        torch.testing.assert_close(pieces[name], value, rtol=0, atol=1e-6, msg=name)


def test_pieces_give_the_update_of_the_whole_batch_under_bfloat16() -> None:
    model = student()
    whole, pieces = updated(model, 1, bf16=True), updated(model, 4, bf16=True)
    for name, value in whole.items():
        torch.testing.assert_close(pieces[name], value, rtol=0, atol=1e-4, msg=name)


@pytest.mark.parametrize("accumulation", [1, 4])
def test_gradient_checkpointing_changes_no_update(accumulation: int) -> None:
    model = student()
    whole = updated(model, 1)
    checkpoint_activations(model)
    checkpointed = updated(model, accumulation)
    for name, value in whole.items():
        torch.testing.assert_close(checkpointed[name], value, rtol=0, atol=1e-6, msg=name)


def test_every_piece_drops_the_same_units_the_second_time() -> None:
    model = student()
    ids, mask, _ = texts()
    embedding = PiecewiseEmbedding(model, ids, mask, pieces=9, bf16=False)
    seen: list[torch.Tensor] = []
    hook = model.head.register_forward_hook(lambda _, __, output: seen.append(output.detach()))
    embedding.backward(torch.ones_like(embedding.vectors))
    hook.remove()
    order = torch.argsort(mask.sum(dim=1), stable=True)
    assert torch.equal(torch.cat(seen), embedding.vectors[order])


def test_no_more_than_a_piece_has_a_graph_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    model, (ids, mask, _) = student(), texts()
    sizes: list[tuple[bool, int]] = []

    def noted(module: torch.nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
        sizes.append((torch.is_grad_enabled(), len(inputs[0])))

    model.head.register_forward_pre_hook(noted)
    embedding = PiecewiseEmbedding(model, ids, mask, pieces=11, bf16=False)
    assert {graph for graph, _ in sizes} == {False}
    embedding.backward(torch.ones_like(embedding.vectors))
    assert {size for graph, size in sizes if graph} == {2}


def test_a_run_in_pieces_has_the_losses_of_a_run_without(tmp_path) -> None:
    optimiser = {"steps": 4, "batch_size": 32, "learning_rate": 3e-3, "warmup_steps": 2}
    train(tiny_config(optimiser=optimiser), directory=tmp_path / "whole")
    train(tiny_config(optimiser={**optimiser, "accumulation": 4}), directory=tmp_path / "pieces")
    assert train_losses(tmp_path / "pieces") == pytest.approx(
        train_losses(tmp_path / "whole"), rel=1e-5
    )


def out_of_memory_above(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    """Makes a forward pass that keeps a graph fail as a full card does, above `rows` texts."""
    real = StudentModel.pooled

    def pooled(
        self: StudentModel, words: torch.Tensor, mask: torch.Tensor, *, depth: int = 0
    ) -> torch.Tensor:
        if torch.is_grad_enabled() and len(words) > rows:
            raise torch.OutOfMemoryError("full")
        return real(self, words, mask, depth=depth)

    monkeypatch.setattr(StudentModel, "pooled", pooled)


@pytest.mark.parametrize(
    ("rows", "advice"),
    [(3, "optimiser.accumulation 16 fits: set it"), (0, "train a smaller student")],
)
def test_a_full_memory_is_one_sentence_with_what_would_fit(
    rows: int, advice: str, tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out_of_memory_above(monkeypatch, rows)
    with pytest.raises(RunError, match=f"ran out at step 1, with .*accumulation 1; {advice}"):
        train(tiny_config(), directory=tmp_path / "run")
    assert advice in (read_status(tmp_path / "run").error or "")


def test_a_student_that_cannot_be_compiled_trains_as_it_is(
    tmp_path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise RuntimeError("no compiler")

    optimiser = {"steps": 2, "batch_size": 32, "learning_rate": 3e-3}
    train(tiny_config(optimiser=optimiser), directory=tmp_path / "plain")
    monkeypatch.setattr(torch.nn.Module, "compile", refuse)
    train(tiny_config(optimiser={**optimiser, "compile": True}), directory=tmp_path / "asked")
    (event,) = recorded(tmp_path / "asked", "compile")
    assert event.values["error"] == "RuntimeError: no compiler"
    assert train_losses(tmp_path / "asked") == train_losses(tmp_path / "plain")
