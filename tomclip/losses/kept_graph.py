"""The published recipe's graph: the short edges of a batch, rescaled by the longest of them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import torch

from tomclip.losses.device_tree import spanning_trees

STD_SCALE = 0.5
_EPSILON = 1e-8


@dataclass(frozen=True, eq=False)
class KeptGraph:
    """Weights of the kept graph and the two kinds of its edges.

    `weights` is (..., n, n) in [0, 1), where 0 means "no edge", so duplicates are not linked.
    """

    weights: torch.Tensor

    @cached_property
    def forest_deaths(self) -> tuple[torch.Tensor, ...]:
        """For each language the weights (k,) of the minimum spanning forest."""
        n = self.weights.shape[-1]
        first, second = self._tree.reshape(-1, n - 1, 2).unbind(dim=-1)
        languages = torch.arange(len(first), device=first.device)[:, None]
        deaths = self.weights.reshape(-1, n, n)[languages, first, second]
        return tuple(values[values > 0] for values in deaths)

    @cached_property
    def cycle_births(self) -> tuple[torch.Tensor, ...]:
        """For each language the weights (m,) of every other kept edge.

        These are births of graph cycles, not Vietoris-Rips H1.
        """
        n = self.weights.shape[-1]
        others = (self.weights.detach() > 0).triu(diagonal=1).reshape(-1, n * n)
        lower, higher = self._tree.reshape(-1, n - 1, 2).sort(dim=-1).values.unbind(dim=-1)
        others.scatter_(1, lower * n + higher, False)
        weights = self.weights.reshape(-1, n * n)
        return tuple(row[mask] for row, mask in zip(weights, others, strict=True))

    @cached_property
    def _tree(self) -> torch.Tensor:
        """A tree in which missing edges are infinitely long; without those it is the forest."""
        fixed = self.weights.detach()
        return spanning_trees(fixed.masked_fill(fixed == 0, torch.inf))


def kept_graph(distances: torch.Tensor) -> KeptGraph:
    """Returns the thresholded, rescaled graph of a batch, differentiable in `distances`.

    Edges up to mean - 0.5 std are kept, both over all n^2 entries with the zero diagonal and the
    unbiased std. Weights are divided by the largest kept distance + 1e-8, and that maximum is
    differentiated too.

    Args:
        distances: Symmetric (..., n, n) with a zero diagonal, n >= 2.

    References:
        You, Kang and Jung, "Topological Alignment of Shared Vision-Language Embedding Space", 2025.
    """
    fixed = distances.detach()
    mean = fixed.mean(dim=(-2, -1), keepdim=True)
    spread = torch.linalg.vector_norm(fixed - mean, dim=(-2, -1), keepdim=True)
    std = spread / math.sqrt(fixed.shape[-1] ** 2 - 1)
    kept = distances.masked_fill(fixed > mean - STD_SCALE * std, 0.0)
    longest = kept.flatten(start_dim=-2).max(dim=-1).values[..., None, None]
    return KeptGraph(kept / (longest + _EPSILON))
