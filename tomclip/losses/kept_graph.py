"""The published recipe's graph: the short edges of a batch, rescaled by the longest of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from tomclip.topology.spanning_tree import prim

STD_SCALE = 0.5
_EPSILON = 1e-8


@dataclass(frozen=True, slots=True, eq=False)
class KeptGraph:
    """Weights of the kept graph and the two kinds of its edges.

    `weights` is (n, n) in [0, 1), where 0 means "no edge", so duplicates are not linked.
    `forest_deaths` (k,) are the weights of its minimum spanning forest and `cycle_births` (m,)
    those of every other kept edge: births of graph cycles, not Vietoris-Rips H1.
    """

    weights: torch.Tensor
    forest_deaths: torch.Tensor
    cycle_births: torch.Tensor


def kept_graph(distances: torch.Tensor) -> KeptGraph:
    """Returns the thresholded, rescaled graph of a batch, differentiable in `distances`.

    Edges up to mean - 0.5 std are kept, both over all n^2 entries with the zero diagonal and the
    unbiased std. Weights are divided by the largest kept distance + 1e-8, and that maximum is
    differentiated too.

    Args:
        distances: Symmetric (n, n) with a zero diagonal, n >= 2.

    References:
        You, Kang and Jung, "Topological Alignment of Shared Vision-Language Embedding Space", 2025.
    """
    fixed = distances.detach()
    threshold = fixed.mean() - STD_SCALE * fixed.std()
    kept = distances.masked_fill(fixed > threshold, 0.0)
    weights = kept / (kept.max() + _EPSILON)
    forest, others = _split_edges(weights.detach())
    return KeptGraph(weights, weights[forest], weights[others])


def _split_edges(weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Masks (n, n) of the minimum spanning forest and of the other edges, each edge once.

    The minimum spanning tree in which missing edges are infinitely long, less those edges, is the
    minimum spanning forest of the present ones.
    """
    present = weights > 0
    tree = prim(weights.masked_fill(~present, torch.inf).cpu().numpy())
    lower, higher = torch.from_numpy(tree).to(weights.device).sort(dim=1).values.unbind(dim=1)
    in_tree = torch.zeros_like(present)
    in_tree[lower, higher] = True
    return in_tree & present, present.triu(diagonal=1) & ~in_tree
