"""float32 products of trained layers by oneDNN, where the CPU multiplies 512 bits at a time.

torch gives float32 products on x86 to MKL, which uses half of that on processors that are not
Intel's. oneDNN, which torch brings too, uses all of it, on any of them. The sums are float32 in
either, in another order. Students that start from nothing keep torch's own products, so that
their runs repeat bit for bit.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

from tomclip.encoders.student.encoder import StudentModel

NARROWEST = 64
"""Layers with fewer inputs or outputs, such as LoRA's additions, gain nothing."""


def is_available() -> bool:
    """Returns whether this CPU has 512-bit registers, and torch a float32 product by oneDNN."""
    return (
        torch.backends.cpu.get_cpu_capability() == "AVX512"
        and torch.backends.mkldnn.is_available()
        and hasattr(torch.ops.mkldnn, "_linear_pointwise")
    )


def use_onednn(model: StudentModel) -> int:
    """Lets the layers that gradients pass through multiply by oneDNN; returns how many they are.

    None in a student without a prior, and none where that is not available. Layers below
    `frozen_depth` stay as they are, and so do the states that the cache keeps of them.
    """
    if model.settings.prior is None or not is_available():
        return 0
    below = {id(part) for step in model.steps.below(model.frozen_depth) for part in step.modules()}
    chosen = [
        part
        for part in model.backbone.modules()
        if type(part) is nn.Linear and id(part) not in below and min(part.weight.shape) >= NARROWEST
    ]
    for part in chosen:
        part.__class__ = _Linear
    return len(chosen)


class _Linear(nn.Linear):
    """A linear layer of the same tensors."""

    def forward(self, input: Tensor) -> Tensor:
        """Returns (..., out) of (..., in); what is not float32 on a CPU as `nn.Linear` does."""
        kinds = {(part.device.type, part.dtype) for part in (input, self.weight)}
        if torch.is_autocast_enabled("cpu") or kinds != {("cpu", torch.float32)}:
            return super().forward(input)
        return _Product.apply(input, self.weight, self.bias)  # type: ignore[return-value]


class _Product(torch.autograd.Function):
    """states @ weight.T + bias with its first derivative."""

    @staticmethod
    def forward(ctx: Any, states: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        ctx.save_for_backward(states, weight)
        return product(states, weight, bias)

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        states, weight = ctx.saved_tensors
        of_states, of_weight, of_bias = ctx.needs_input_grad
        rows = gradient.reshape(-1, gradient.shape[-1])
        given = states.reshape(-1, states.shape[-1])
        return (
            product(gradient, weight.t()) if of_states else None,
            product(rows.t(), given.t()) if of_weight else None,
            rows.sum(dim=0) if of_bias else None,
        )


def product(left: Tensor, right: Tensor, bias: Tensor | None = None) -> Tensor:
    """Returns left @ right.T + bias, (..., n) of (..., k), (n, k) and (n,), float32, by oneDNN."""
    return torch.ops.mkldnn._linear_pointwise(left, right, bias, "none", [], "")
