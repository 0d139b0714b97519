"""How much memory training takes, and what to do when there is not enough."""

from __future__ import annotations

import psutil
import torch

from tomclip.core.errors import RunError
from tomclip.encoders.student.encoder import StudentModel
from tomclip.training.hardware.gradient_cache import LENGTH_GROUPS, embed_groups, length_groups


def memory_in_use(device: str) -> dict[str, int]:
    """Returns what is recorded of memory, without waiting for the device.

    Returns:
        On a GPU `memory_bytes`, the most that tensors took there since the process began, and
        `memory_total_bytes`, what the card has. Elsewhere `memory_bytes`, what the process holds in
        main memory now.
    """
    if device != "cuda":
        return {"memory_bytes": psutil.Process().memory_info().rss}
    card = torch.cuda.current_device()
    return {
        "memory_bytes": torch.cuda.max_memory_allocated(card),
        "memory_total_bytes": torch.cuda.get_device_properties(card).total_memory,
    }


def out_of_memory(
    model: StudentModel,
    batch: tuple[torch.Tensor, ...],
    *,
    step: int,
    accumulation: int,
    bf16: bool,
) -> RunError:
    """Returns the error of a step that did not fit, with the accumulation that fits if any does."""
    fits = fitting_accumulation(model, batch, tried=accumulation, bf16=bf16, first=step == 1)
    advice = "train a smaller student, or on a device with more memory"
    if fits is not None:
        advice = f"optimiser.accumulation {fits} fits: set it and start anew"
    return RunError(
        f"the device's memory ran out at step {step}, with optimiser.accumulation {accumulation}; "
        f"{advice}"
    )


def fitting_accumulation(
    model: StudentModel,
    batch: tuple[torch.Tensor, ...],
    *,
    tried: int,
    bf16: bool,
    first: bool,
) -> int | None:
    """Returns the least of 2, 4, 8, ... times `tried` whose longest piece fits in memory, or None.

    It is tried, forward and backward. At the first step room is kept for AdamW's two moments of
    every weight, which come with its end.
    """
    ids, mask, _ = batch
    pieces = 2 * tried
    while pieces <= len(ids):
        model.zero_grad(set_to_none=True)
        if _fits(model, ids, mask, pieces, bf16, moments=2 if first else 0):
            return pieces
        pieces *= 2
    return None


def _fits(
    model: StudentModel,
    ids: torch.Tensor,
    mask: torch.Tensor,
    pieces: int,
    bf16: bool,
    *,
    moments: int,
) -> bool:
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    longest = length_groups(mask, max(pieces, LENGTH_GROUPS))[-max(1, LENGTH_GROUPS // pieces) :]
    if ids.device.type == "cuda":
        torch.cuda.empty_cache()
    try:
        kept = [torch.empty_like(weight) for weight in trained for _ in range(moments)]
        with torch.autocast(ids.device.type, torch.bfloat16, enabled=bf16):
            vectors = embed_groups(model, ids, mask, longest).float()
        vectors.sum().backward()
        del kept
    except torch.OutOfMemoryError:
        return False
    return True
