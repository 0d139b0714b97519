"""Exact optimal-transport distances between small diagrams, differentiable in their points."""

from __future__ import annotations

import torch
from scipy.optimize import linear_sum_assignment


def uniform_wasserstein(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Returns the 2-Wasserstein distance between two uniform point clouds on a line.

    The root of the integral of the squared difference of the quantile functions. Both are step
    functions, so the integral is a finite sum: over the ranks when the counts agree, and over the
    merged grid of k / n and l / m otherwise.

    Args:
        first: (..., n) values in any order, n >= 1.
        second: (..., m) values in any order, m >= 1.

    Returns:
        (...) >= 0 in the unit of the values, with gradient 0 where it is 0.

    References:
        Peyre and Cuturi, "Computational Optimal Transport", 2019, remark 2.30.
    """
    first, second = first.sort(stable=True).values, second.sort(stable=True).values
    n, m = first.shape[-1], second.shape[-1]
    if n == m:
        return root((first - second).square().mean(dim=-1))
    # Breakpoints in units of 1 / (n m), where they are whole numbers. One that both have comes
    # twice, with an interval of width 0 between.
    left = torch.arange(n, device=first.device) * m
    right = torch.arange(m, device=first.device) * n
    starts = torch.cat([left, right]).sort().values
    widths = torch.diff(starts, append=torch.full_like(starts[:1], n * m)).to(first.dtype)
    gaps = first[..., starts // m] - second[..., starts // n]
    return root((gaps.square() * widths).sum(dim=-1) / (n * m))


def diagram_wasserstein(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """Returns the 2-Wasserstein distance between two persistence diagrams.

    Euclidean ground distance; a point may be matched to its projection on the diagonal, at squared
    cost (death - birth)^2 / 2. The matching is found outside autograd and is optimal.

    Args:
        first: (k, 2) finite birth-death pairs; k = 0 is the empty diagram.
        second: (m, 2) likewise.

    Returns:
        Scalar >= 0 in the unit of the filtration, with gradient 0 where it is 0.

    References:
        Cohen-Steiner et al., "Lipschitz Functions Have L_p-Stable Persistence", 2010, section 2.
    """
    first_to_diagonal = (first[:, 1] - first[:, 0]).square() / 2
    second_to_diagonal = (second[:, 1] - second[:, 0]).square() / 2
    costs = (first[:, None] - second[None, :]).square().sum(dim=2)
    # What a match saves over sending both points to the diagonal; never worth it when positive.
    saved = (costs - first_to_diagonal[:, None] - second_to_diagonal[None, :]).clamp(max=0)
    rows, columns = linear_sum_assignment(saved.detach().cpu().numpy())
    matched = torch.zeros_like(costs, dtype=torch.bool)
    matched[rows, columns] = saved[rows, columns] < 0
    return root(
        costs[matched].sum()
        + first_to_diagonal[~matched.any(dim=1)].sum()
        + second_to_diagonal[~matched.any(dim=0)].sum()
    )


def root(value: torch.Tensor) -> torch.Tensor:
    """Returns the square roots of non-negative values, with the subgradient 0 at 0."""
    zero = value == 0
    return torch.where(zero, 0.0, torch.where(zero, 1.0, value).sqrt())
