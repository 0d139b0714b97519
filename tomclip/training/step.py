"""One optimisation step."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

from tomclip.config import LossConfig
from tomclip.core.errors import InputError, RunError
from tomclip.encoders.student.encoder import StudentModel
from tomclip.training.hardware.distributed import ALONE, Processes
from tomclip.training.hardware.gradient_cache import embed, embed_by_length
from tomclip.training.objective import BatchRows, Terms, batch_terms

Batch = tuple[torch.Tensor, ...]


def loss_terms(
    model: StudentModel,
    batch: Batch,
    config: LossConfig,
    *,
    bf16: bool,
    rows: BatchRows | None = None,
) -> Terms:
    """Returns the objective's terms on (ids, attention mask, teacher vectors); topology in fp32."""
    ids, mask, targets = batch
    with torch.autocast(ids.device.type, torch.bfloat16, enabled=bf16):
        vectors = embed_by_length(model, ids, mask)
    return batch_terms(vectors.float(), targets, config, rows)


def optimisation_step(
    model: StudentModel,
    batch: Batch,
    config: LossConfig,
    optimiser: torch.optim.Optimizer,
    *,
    step: int,
    bf16: bool,
    gradient_clip: float,
    accumulation: int = 1,
    processes: Processes = ALONE,
    rows: BatchRows | None = None,
) -> dict[str, float]:
    """Updates the model once; returns the terms before the update and the gradient's norm.

    Args:
        model: The student.
        batch: Token ids and attention mask of this process's texts, teacher vectors of all.
        config: The objective; it sees the whole batch.
        optimiser: Of the model's parameters.
        step: Number of this step, for the errors.
        bf16: Whether the student computes under bfloat16 autocast.
        gradient_clip: Largest norm of the gradient.
        accumulation: Pieces in which this process embeds its texts.
        processes: Among which the batch is shared.
        rows: What the batch's rows are; None: pairs alone.

    Raises:
        RunError: naming the term and `step`, when a loss or the gradient is NaN or infinite; the
            model is not updated. When another process has ended.
    """
    try:
        if accumulation == 1 and processes.count == 1:
            terms = loss_terms(model, batch, config, bf16=bf16, rows=rows)
            backward: Callable[[], object] = terms.total.backward
        else:
            terms, backward = _shared_terms(
                model, batch, config, bf16, accumulation, processes, rows
            )
    except InputError as error:
        raise RunError(
            f"no loss term can be computed at step {step}, since the {str(error).partition(';')[0]}"
            "; continue from the last checkpoint with lower weights in control/weights.json, or "
            "start anew with a lower learning rate"
        ) from error
    values = {name: float(value.detach()) for name, value in terms.as_dict().items()}
    for name in sorted(values, key="total".__eq__):  # the total last: a term explains it
        _require_finite(f"the loss term '{name}'", values[name], step)
    optimiser.zero_grad(set_to_none=True)
    backward()
    norm = float(torch.nn.utils.clip_grad_norm_(model.parameters(), gradient_clip))
    _require_finite("the gradient's norm", norm, step)
    optimiser.step()
    return {**values, "gradient_norm": norm}


def _shared_terms(
    model: StudentModel,
    batch: Batch,
    config: LossConfig,
    bf16: bool,
    accumulation: int,
    processes: Processes,
    rows: BatchRows | None,
) -> tuple[Terms, Callable[[], object]]:
    """Returns the whole batch's terms, and what brings their gradient to the weights."""
    ids, mask, targets = batch
    embedding = embed(model, ids, mask, pieces=accumulation, bf16=bf16)
    vectors = processes.gathered(embedding.vectors).requires_grad_()
    terms = batch_terms(vectors, targets, config, rows)

    def backward() -> None:
        (gradient,) = torch.autograd.grad(terms.total, vectors)
        embedding.backward(gradient[processes.part(len(vectors))])
        processes.sum_gradients(model)

    return terms, backward


def _require_finite(what: str, value: float, step: int) -> None:
    if not math.isfinite(value):
        raise RunError(
            f"{what} became {value} at step {step}; lower loss weights in control/weights.json and "
            "continue from the last checkpoint, or start anew with a lower learning rate"
        )
