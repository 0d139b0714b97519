"""Differentiable distances between the points of a batch, without NaN gradients."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F

from tomclip.core.errors import InputError
from tomclip.core.types import require_metric

_SMALL, _LARGE = 2.0**-20, 2.0**50
"""Largest coordinates between these need no scaling: squares and their sums stay in float32."""

_EXACT = "donot_use_mm_for_euclid_dist"
_BAND = 128  # rows; wider ones compute more of the lower half for nothing, narrower ones wait more
_CLOSE = 0.05  # of |x|^2 + |y|^2: rounding grows by at most its inverse
_FEW = 1 / 32  # of the pairs of a band: one gathered pair costs as much as some 40 in order


def pairwise_distances(vectors: torch.Tensor, *, metric: str = "euclidean") -> torch.Tensor:
    """Returns the distances between all rows of a batch, or of each language's batch.

    The diagonal and the distance of duplicates are exactly 0, the matrix is exactly symmetric, and
    equal input gives equal bits. On the CPU distances of more than 128 points come from a matrix
    product of centred points, and from coordinate differences wherever the product would cost
    digits: close pairs keep the same relative precision as far ones, a few millionths in float32.
    The gradient is a subgradient that is 0 where the distance is 0.

    Args:
        vectors: (n, d) or (languages, n, d), n >= 1. float64 is kept; any other floating type is
            computed in float32.
        metric: "euclidean", or "cosine" for 1 - cosine similarity, in [0, 2].

    Returns:
        (n, n) or (languages, n, n) in float32 or float64, non-negative, in the unit of the metric.

    Raises:
        InputError: when the metric is unknown, a row has length 0 and the metric is "cosine", or a
            distance is NaN or beyond the largest number of its type.
    """
    points = metric_points(vectors, require_metric(metric), check_values=True)
    return _require_finite(distances_between(points, metric), "distances")


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
    return _require_finite(lengths_between(points, edges, metric), "edge lengths")


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
    points, _ = _in_range(points, dim=-1)
    lengths = torch.linalg.vector_norm(points, dim=-1, keepdim=True)
    if check_values:
        _require_directions(lengths.detach().squeeze(dim=-1))
    return points / lengths


def distances_between(points: torch.Tensor, metric: str) -> torch.Tensor:
    """Returns the distances (..., n, n) of `metric_points` (..., n, d)."""
    if metric == "cosine":
        return _euclidean(points).square() / 2
    points, unit = _in_range(points, dim=(-2, -1))
    distances = _euclidean(points)
    return distances if unit is None else distances * unit


def _euclidean(points: torch.Tensor) -> torch.Tensor:
    return _PairwiseEuclidean.apply(points)  # type: ignore[return-value]


def lengths_between(points: torch.Tensor, edges: torch.Tensor, metric: str) -> torch.Tensor:
    """Returns the lengths (..., k) of `edges` (..., k, 2) between `metric_points` (..., n, d)."""
    n, d = points.shape[-2:]
    points, unit = (points, None) if metric == "cosine" else _in_range(points, dim=(-2, -1))
    if points.ndim > 2:
        starts = torch.arange(0, points.shape[0] * n, n, device=points.device)
        edges = edges + starts[:, None, None]
    # Gathers rows like points[edges], with a backward that sums in a fixed order.
    first, second = F.embedding(edges, points.reshape(-1, d)).unbind(dim=-2)
    difference = first - second
    if metric == "cosine":
        return difference.square().sum(dim=-1) / 2
    lengths = torch.linalg.vector_norm(difference, dim=-1)
    return lengths if unit is None else lengths * unit.squeeze(dim=-1)


def _in_range(
    points: torch.Tensor, *, dim: int | tuple[int, int]
) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Returns points whose squares stay in range, and the power of two that they were divided by.

    One power for each slice over `dim`; None where the points are returned as they are. Dividing by
    a power of two changes no digit.
    """
    if on_host(points) and _needs_no_scaling(points.detach(), dim):
        return points, None
    largest = points.detach().abs().amax(dim, keepdim=True)
    least = math.frexp(torch.finfo(points.dtype).tiny)[1]
    exponent = (torch.frexp(largest).exponent - 1).clamp(min=least)
    unit = torch.ldexp(torch.ones_like(largest), exponent)
    return points / unit, unit


def _needs_no_scaling(points: torch.Tensor, dim: int | tuple[int, int]) -> bool:
    if dim != -1 and points.ndim == 2:  # one number, without a copy of the points
        low, high = map(float, points.aminmax())
        return _SMALL <= max(-low, high) <= _LARGE
    low, high = map(float, points.abs().amax(dim).aminmax())
    return low >= _SMALL and high <= _LARGE


def _require_finite(values: torch.Tensor, what: str) -> torch.Tensor:
    if bool(values.detach().isfinite().all()):
        return values
    raise InputError(
        f"{what} are NaN or beyond {values.dtype}; give finite vectors, smaller ones or float64"
    )


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
    """Computes each pair once; of many points in bands of rows, which stay in the cache."""
    if points.ndim == 3:
        return torch.stack([_host_distances(cloud) for cloud in points])
    n = len(points)
    if n <= _BAND:
        above = torch.ones(n, n, dtype=torch.bool).triu_(diagonal=1)
        return _plus_transpose(points.new_zeros(n, n).masked_scatter_(above, torch.pdist(points)))
    centred = points - points.mean(dim=0)
    squares = centred.square().sum(dim=1)
    distances = points.new_empty(n, n)
    with torch.autocast(points.device.type, enabled=False):
        for start in range(0, n, _BAND):
            stop = min(start + _BAND, n)
            band = _band_distances(points, centred, squares, start, stop)
            distances[start:stop, start:] = band
            distances[stop:, start:stop] = band[:, stop - start :].T
    return distances


def _band_distances(
    points: torch.Tensor, centred: torch.Tensor, squares: torch.Tensor, start: int, stop: int
) -> torch.Tensor:
    """Returns the distances (stop - start, n - start) of some rows from themselves and all below.

    |x - y|^2 = |x|^2 + |y|^2 - 2 x.y loses digits where it is much smaller than |x|^2 + |y|^2.
    """
    squared = torch.addmm(squares[start:], centred[start:stop], centred[start:].T, alpha=-2)
    squared += squares[start:stop, None]
    own = squared[:, : stop - start]  # a view
    own.fill_diagonal_(torch.inf)
    if squared.min() <= 2 * _CLOSE * squares.max():
        close = squared <= _CLOSE * (squares[start:stop, None] + squares[start:])
        _measure(squared, close, points, start)
    squared.sqrt_()
    own.triu_(diagonal=1)
    own += own.T.clone()
    return squared


def _measure(squared: torch.Tensor, close: torch.Tensor, points: torch.Tensor, start: int) -> None:
    """Writes the exact squared distances of the close pairs, or of all pairs where many are."""
    if int(close.sum()) > _FEW * close.numel():
        band = points[start : start + len(squared)]
        squared.copy_(torch.cdist(band, points[start:], compute_mode=_EXACT).square_())
    else:
        first, second = close.nonzero(as_tuple=True)
        gaps = points[start:][first] - points[start:][second]
        squared[first, second] = gaps.square_().sum(dim=1)


def _plus_transpose(matrices: torch.Tensor) -> torch.Tensor:
    """Adds each matrix to its transpose.

    Reading a transpose in place misses the cache at every entry (24 ms at n = 2048, against 4).
    The CPU copies that of a single matrix block by block.
    """
    return matrices + matrices.mT.contiguous()


def _device_distances(points: torch.Tensor) -> torch.Tensor:
    return torch.cdist(points, points, compute_mode=_EXACT)
