"""Weights that count in lengths of gradients, so that one means the same in any batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import torch

from tomclip.core.errors import InputError
from tomclip.core.types import LossTerms

STRUCTURAL: tuple[str, ...] = ("distance_matrix", "topological_h0", "topological_h1")
_DETACHED = (
    "loss.weights_in is 'gradient', but no gradient is asked of the student's vectors; compute the "
    "terms outside of torch.no_grad, or set loss.weights_in to 'loss'"
)


def weighted_by_gradient(
    terms: LossTerms[torch.Tensor],
    vectors: torch.Tensor,
    weights: Mapping[str, float | torch.Tensor],
) -> LossTerms[torch.Tensor]:
    """Returns the terms with a total to which each structural term adds its weight in pull.

    Each structural term is multiplied by its weight and by its scale: the length of the gradient of
    the weighted point-wise part with respect to the vectors, over that of the term's own gradient.
    So with a weight of 1 the term pulls as hard as the point-wise part, at any dimension and batch
    size. A scale is 0 where the term's own gradient is 0, and no gradient flows through it.

    Args:
        terms: Unweighted, computed from `vectors`; the point-wise one is there. Scalars, or (runs,)
            where the vectors are those of several runs, which are then scaled one by one.
        vectors: The student's, (n, d) or (runs, n, d). Their graph is kept.
        weights: By the names of the terms: numbers, or (runs,) where every run has its own.

    Returns:
        The same terms with the new `total`, and the scales in `scale_distance_matrix` and so on.

    Raises:
        InputError: when the vectors need no gradient.

    References:
        Chen et al., "GradNorm: Gradient Normalization for Adaptive Loss Balancing in Deep
        Multitask Networks", 2018, which learns such factors where this computes them.
    """
    if not vectors.requires_grad:
        raise InputError(_DETACHED)
    values = terms.as_dict()
    total = weights["pointwise"] * values["pointwise"]
    pull = _gradient_length(total, vectors)
    scales: dict[str, torch.Tensor] = {}
    for name in STRUCTURAL:
        if name in values:
            scale = _ratio(pull, _gradient_length(values[name], vectors))
            total = total + weights[name] * scale * values[name]
            scales[f"scale_{name}"] = scale
    return replace(terms, total=total, **scales)


def _gradient_length(value: torch.Tensor, vectors: torch.Tensor) -> torch.Tensor:
    """Euclidean length, one for each run, of the gradient; the runs do not touch each other."""
    gradient = None
    if value.requires_grad:
        (gradient,) = torch.autograd.grad(
            value.sum(), vectors, retain_graph=True, allow_unused=True
        )
    if gradient is None:
        return torch.zeros_like(value)
    return torch.linalg.vector_norm(gradient, dim=(-2, -1)).to(value.dtype)


def _ratio(pull: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    ratio = pull / own
    return torch.where((own == 0) | ratio.isinf(), 0.0, ratio)
