"""Which precision a run computes in."""

from __future__ import annotations

from typing import Literal

import torch


def uses_bf16(precision: Literal["auto", "fp32", "bf16"], device: str) -> bool:
    """Returns whether the student runs under bfloat16 autocast; "auto": on a card that has it."""
    if precision == "auto":
        return device == "cuda" and torch.cuda.is_bf16_supported()
    return precision == "bf16"
