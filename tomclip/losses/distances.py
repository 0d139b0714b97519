"""Differentiable distances between the points of a batch, without NaN gradients."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tomclip.errors import InputError
from tomclip.types import require_metric


def pairwise_distances(vectors: torch.Tensor, *, metric: str = "euclidean") -> torch.Tensor:
    """Returns the distances between all rows of a batch.

    Distances come from coordinate differences, not from a matrix product, so the diagonal and the
    distance of duplicates are exactly 0 and the matrix is exactly symmetric. The gradient is a
    subgradient that is 0 where the distance is 0.

    Args:
        vectors: (n, d), n >= 1. float64 is kept; any other floating type is computed in float32.
        metric: "euclidean", or "cosine" for 1 - cosine similarity, in [0, 2].

    Returns:
        (n, n) in float32 or float64, non-negative, in the unit of the metric.

    Raises:
        InputError: when the metric is unknown, or a row has length 0 and the metric is "cosine".
    """
    if require_metric(metric) == "cosine":
        return _PairwiseEuclidean.apply(_unit_rows(vectors)).square() / 2
    return _PairwiseEuclidean.apply(full_precision(vectors))


def edge_lengths(
    vectors: torch.Tensor, edges: torch.Tensor, *, metric: str = "euclidean"
) -> torch.Tensor:
    """Returns the lengths of some edges, at a cost that grows with the edges and not with n^2.

    Agrees with `pairwise_distances` up to rounding, and has the same subgradient 0 at length 0.

    Args:
        vectors: (n, d).
        edges: (k, 2) int64 rows of `vectors`.
        metric: As in `pairwise_distances`.

    Returns:
        (k,) in float32 or float64.

    Raises:
        InputError: As `pairwise_distances`.
    """
    cosine = require_metric(metric) == "cosine"
    points = _unit_rows(vectors) if cosine else full_precision(vectors)
    # Gathers rows like points[edges], with a backward that sums in a fixed order.
    ends = F.embedding(edges, points)
    difference = ends[:, 0] - ends[:, 1]
    if cosine:
        return difference.square().sum(dim=1) / 2
    return torch.linalg.vector_norm(difference, dim=1)


def full_precision(vectors: torch.Tensor) -> torch.Tensor:
    """Returns `vectors` as they are when float64, and in float32 otherwise."""
    return vectors if vectors.dtype == torch.float64 else vectors.float()


def _unit_rows(vectors: torch.Tensor) -> torch.Tensor:
    points = full_precision(vectors)
    lengths = torch.linalg.vector_norm(points, dim=1, keepdim=True)
    if bool((lengths == 0).any()):
        row = int((lengths == 0).flatten().nonzero()[0])
        raise InputError(
            f"row {row} has length 0, so its cosine distance is undefined; "
            "remove it or use the metric 'euclidean'"
        )
    return points / lengths


class _PairwiseEuclidean(torch.autograd.Function):
    """Euclidean distance matrix whose backward is one matrix product.

    With weights w_ij = (g_ij + g_ji) / D_ij, and 0 where D_ij = 0, the gradient of row i is
    sum_j w_ij (x_i - x_j).
    """

    @staticmethod
    def forward(ctx, points: torch.Tensor) -> torch.Tensor:
        n = len(points)
        above = torch.ones(n, n, dtype=torch.bool, device=points.device).triu_(diagonal=1)
        upper = points.new_zeros(n, n).masked_scatter_(above, torch.pdist(points))
        distances = upper + upper.T
        ctx.save_for_backward(points, distances)
        return distances

    @staticmethod
    def backward(ctx, *grad_outputs: torch.Tensor) -> torch.Tensor:
        (gradient,) = grad_outputs
        points, distances = ctx.saved_tensors
        weights = (gradient + gradient.T) / distances.masked_fill(distances == 0, torch.inf)
        centred = points - points.mean(dim=0)
        with torch.autocast(points.device.type, enabled=False):
            return weights.sum(dim=1, keepdim=True) * centred - weights @ centred
