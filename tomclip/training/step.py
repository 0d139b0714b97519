"""One optimisation step."""

from __future__ import annotations

import math

import torch

from tomclip.config import LossConfig
from tomclip.encoders.student import StudentModel
from tomclip.errors import InputError, RunError
from tomclip.losses import alignment_loss
from tomclip.types import LossTerms

LENGTH_GROUPS = 4


def embed_by_length(
    model: StudentModel, ids: torch.Tensor, mask: torch.Tensor, *, groups: int = LENGTH_GROUPS
) -> torch.Tensor:
    """Returns what `model(ids, mask)` returns, with little computed on padding.

    Rows of like length go through the network together, each group cut to its longest row. The
    batch stays one batch for the losses.
    """
    lengths = mask.sum(dim=1)
    order = torch.argsort(lengths, stable=True)
    parts = []
    for rows in order.tensor_split(min(groups, len(order))):
        width = int(lengths[rows[-1]])
        parts.append(model(ids[rows, :width], mask[rows, :width]))
    return torch.cat(parts)[torch.argsort(order)]


def loss_terms(
    model: StudentModel, batch: tuple[torch.Tensor, ...], config: LossConfig, *, bf16: bool
) -> LossTerms[torch.Tensor]:
    """Returns the objective's terms on (ids, attention mask, teacher vectors); topology in fp32."""
    ids, mask, targets = batch
    with torch.autocast(ids.device.type, torch.bfloat16, enabled=bf16):
        vectors = embed_by_length(model, ids, mask)
    return alignment_loss(
        vectors.float(),
        targets,
        recipe=config.recipe,
        metric=config.metric,
        pointwise=config.pointwise,
        pointwise_weight=config.pointwise_weight,
        distance_matrix_weight=config.distance_matrix_weight,
        h0_weight=config.h0_weight,
        h1_weight=config.h1_weight,
        temperature=config.temperature,
        h1_points=config.h1_points,
        # Looking for NaN would wait for the device; `optimisation_step` finds it in the terms.
        check_values=vectors.device.type == "cpu",
    )


def optimisation_step(
    model: StudentModel,
    batch: tuple[torch.Tensor, ...],
    config: LossConfig,
    optimiser: torch.optim.Optimizer,
    *,
    step: int,
    bf16: bool,
    gradient_clip: float,
) -> dict[str, float]:
    """Updates the model once; returns the terms before the update and the gradient's norm.

    Raises:
        RunError: naming the term and `step`, when a loss or the gradient is NaN or infinite; the
            model is not updated.
    """
    try:
        terms = loss_terms(model, batch, config, bf16=bf16)
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
    terms.total.backward()
    norm = float(torch.nn.utils.clip_grad_norm_(model.parameters(), gradient_clip))
    _require_finite("the gradient's norm", norm, step)
    optimiser.step()
    return {**values, "gradient_norm": norm}


def _require_finite(what: str, value: float, step: int) -> None:
    if not math.isfinite(value):
        raise RunError(
            f"{what} became {value} at step {step}; lower loss weights in control/weights.json and "
            "continue from the last checkpoint, or start anew with a lower learning rate"
        )
