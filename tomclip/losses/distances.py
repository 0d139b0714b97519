"""Differentiable distances between the points of a batch, without NaN gradients."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tomclip.core.errors import InputError
from tomclip.core.types import require_metric


def pairwise_distances(vectors: torch.Tensor, *, metric: str = "euclidean") -> torch.Tensor:
    """Returns the distances between all rows of a batch, or of each language's batch.

    Distances come from coordinate differences, not from a matrix product, so the diagonal and the
    distance of duplicates are exactly 0 and the matrix is exactly symmetric. The gradient is a
    subgradient that is 0 where the distance is 0.

    Args:
        vectors: (n, d) or (languages, n, d), n >= 1. float64 is kept; any other floating type is
            computed in float32.
        metric: "euclidean", or "cosine" for 1 - cosine similarity, in [0, 2].

    Returns:
        (n, n) or (languages, n, n) in float32 or float64, non-negative, in the unit of the metric.

    Raises:
        InputError: when the metric is unknown, or a row has length 0 and the metric is "cosine".
    """
    points = metric_points(vectors, require_metric(metric), check_values=True)
    return distances_between(points, metric)


def edge_lengths(
    vectors: torch.Tensor, edges: torch.Tensor, *, metric: str = "euclidean"
) -> torch.Tensor:
    """Returns the lengths of some edges, at a cost that grows with the edges and not with n^2.

    Agrees with `pairwise_distances` up to rounding, and has the same subgradient 0 at length 0.

    Args:
        vectors: (n, d) or (languages, n, d).
        edges: (k, 2) or (languages, k, 2) int64 rows of `vectors`. When only one of the two has
            languages, the other serves all of them.
        metric: As in `pairwise_distances`.

    Returns:
        (k,) or (languages, k) in float32 or float64.

    Raises:
        InputError: As `pairwise_distances`.
    """
    points = metric_points(vectors, require_metric(metric), check_values=True)
    return lengths_between(points, edges, metric)


def full_precision(vectors: torch.Tensor) -> torch.Tensor:
    """Returns `vectors` as they are when float64, and in float32 otherwise."""
    return vectors if vectors.dtype == torch.float64 else vectors.float()


def on_host(values: torch.Tensor) -> bool:
    """Whether reading `values` costs the host nothing, because they lie in its memory."""
    return values.device.type == "cpu"


def metric_points(vectors: torch.Tensor, metric: str, *, check_values: bool) -> torch.Tensor:
    """Returns the points whose Euclidean distances the metric is made of: unit rows for cosine.

    Raises:
        InputError: when values are checked, and a row has length 0 and the metric is "cosine".
    """
    points = full_precision(vectors)
    if metric == "euclidean":
        return points
    lengths = torch.linalg.vector_norm(points, dim=-1, keepdim=True)
    if check_values:
        _require_directions(lengths.detach().squeeze(dim=-1))
    return points / lengths


def distances_between(points: torch.Tensor, metric: str) -> torch.Tensor:
    """Returns the distances (..., n, n) of `metric_points` (..., n, d)."""
    distances: torch.Tensor = _PairwiseEuclidean.apply(points)  # type: ignore[assignment]
    return distances.square() / 2 if metric == "cosine" else distances


def lengths_between(points: torch.Tensor, edges: torch.Tensor, metric: str) -> torch.Tensor:
    """Returns the lengths (..., k) of `edges` (..., k, 2) between `metric_points` (..., n, d)."""
    n, d = points.shape[-2:]
    if points.ndim > 2:
        starts = torch.arange(0, points.shape[0] * n, n, device=points.device)
        edges = edges + starts[:, None, None]
    # Gathers rows like points[edges], with a backward that sums in a fixed order.
    first, second = F.embedding(edges, points.reshape(-1, d)).unbind(dim=-2)
    difference = first - second
    if metric == "cosine":
        return difference.square().sum(dim=-1) / 2
    return torch.linalg.vector_norm(difference, dim=-1)


def _require_directions(lengths: torch.Tensor) -> None:
    if bool(lengths.all()):
        return
    *_, row = (lengths == 0).nonzero()[0].tolist()
    raise InputError(
        f"row {row} has length 0, so its cosine distance is undefined; "
        "remove it or use the metric 'euclidean'"
    )


class _PairwiseEuclidean(torch.autograd.Function):
    """Euclidean distance matrices whose backward is one matrix product.

    With weights w_ij = (g_ij + g_ji) / D_ij, and 0 where D_ij = 0, the gradient of row i is
    sum_j w_ij (x_i - x_j).
    """

    @staticmethod
    def forward(ctx, points: torch.Tensor) -> torch.Tensor:
        distances = _host_distances(points) if on_host(points) else _device_distances(points)
        ctx.save_for_backward(points, distances)
        return distances

    @staticmethod
    def backward(ctx, *grad_outputs: torch.Tensor) -> torch.Tensor:
        (gradient,) = grad_outputs
        points, distances = ctx.saved_tensors
        return _distance_gradient(points, distances, gradient)


def _distance_gradient(
    points: torch.Tensor, distances: torch.Tensor, gradient: torch.Tensor
) -> torch.Tensor:
    if points.ndim == 3 and on_host(points):  # cloud by cloud, so that each stays in the cache
        parts = zip(points, distances, gradient, strict=True)
        return torch.stack([_distance_gradient(x, length, grad) for x, length, grad in parts])
    weights = _plus_transpose(gradient) / distances.masked_fill(distances == 0, torch.inf)
    centred = points - points.mean(dim=-2, keepdim=True)
    with torch.autocast(points.device.type, enabled=False):
        return weights.sum(dim=-1, keepdim=True) * centred - weights @ centred


def _host_distances(points: torch.Tensor) -> torch.Tensor:
    """By pdist, which computes each pair once but takes one cloud at a time."""
    if points.ndim == 3:
        return torch.stack([_host_distances(cloud) for cloud in points])
    n = len(points)
    above = torch.ones(n, n, dtype=torch.bool).triu_(diagonal=1)
    upper = points.new_zeros(n, n).masked_scatter_(above, torch.pdist(points))
    return _plus_transpose(upper)


def _plus_transpose(matrices: torch.Tensor) -> torch.Tensor:
    """Adds each matrix to its transpose.

    Reading a transpose in place misses the cache at every entry (24 ms at n = 2048, against 4).
    The CPU copies that of a single matrix block by block.
    """
    return matrices + matrices.mT.contiguous()


def _device_distances(points: torch.Tensor) -> torch.Tensor:
    return torch.cdist(points, points, compute_mode="donot_use_mm_for_euclid_dist")
