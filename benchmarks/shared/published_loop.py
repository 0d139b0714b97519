"""The published training step in its plainest form: what `train_step.py` measures ours against.

fp32, every caption padded to 77 tokens, the published losses by one Python loop over the kept edges
and by random projections. Written from the formulas; see docs/losses.md. It is no slower than it
must be: edges are sorted by numpy, and the loop reads each of them once.

References:
    You, Kang and Jung, "Topological Alignment of Shared Vision-Language Embedding Space", 2025.
"""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from tomclip.core.types import LossTerms
from tomclip.encoders.student.encoder import StudentModel

CONTEXT = 77
STD_SCALE = 0.5
PROJECTIONS = 50


def published_step(
    model: StudentModel,
    batch: tuple[torch.Tensor, ...],
    optimiser: torch.optim.Optimizer,
    *,
    topology: bool,
) -> None:
    """Updates the model once on (ids, attention mask, teacher vectors), with or without topology.

    Without it only the point-wise term is computed. Ids and mask are (n, 77).
    """
    ids, mask, targets = batch
    optimiser.zero_grad(set_to_none=True)
    vectors = model(ids, mask)
    loss = published_loss(vectors, targets).total if topology else F.mse_loss(vectors, targets)
    loss.backward()
    optimiser.step()


def published_loss(
    student: torch.Tensor,
    teacher: torch.Tensor,
    *,
    distance_matrix_weight: float = 0.01,
    h0_weight: float = 0.01,
    h1_weight: float = 0.0,
    projections: int = PROJECTIONS,
) -> LossTerms[torch.Tensor]:
    """Returns every term of the published objective and the total, H1 also where its weight is 0.

    Args:
        student: (n, d).
        teacher: (n, d), without gradient.
        distance_matrix_weight: Weight of the distance-matrix term, >= 0.
        h0_weight: Weight of the term on the forests' deaths, >= 0.
        h1_weight: Weight of the term on the births of graph cycles, >= 0.
        projections: Random directions of the sliced Wasserstein distance, >= 1.
    """
    graphs = [kept_weights(side) for side in (student, teacher)]
    (deaths, births), (teacher_deaths, teacher_births) = map(graph_diagrams, graphs)
    pointwise = F.mse_loss(student, teacher)
    matrices = F.mse_loss(graphs[0], graphs[1])
    h0 = sliced_wasserstein(deaths, teacher_deaths, projections)
    h1 = sliced_wasserstein(births, teacher_births, projections)
    total = pointwise + distance_matrix_weight * matrices + h0_weight * h0 + h1_weight * h1
    return LossTerms(
        total=total,
        pointwise=pointwise,
        distance_matrix=matrices,
        topological_h0=h0,
        topological_h1=h1,
    )


def kept_weights(points: torch.Tensor) -> torch.Tensor:
    """Returns (n, n): distances up to mean - 0.5 std over the longest of them, 0 for the others."""
    distances = torch.cdist(points, points)
    threshold = distances.mean() - STD_SCALE * distances.std()
    kept = torch.where(distances <= threshold, distances, 0.0)
    return kept / (kept.max() + 1e-8)


def graph_diagrams(weights: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns the points (0, death) of the spanning forest and (birth, 0) of every other edge.

    Kruskal's algorithm over the kept edges of (n, n) `weights`, shortest first. A graph without
    such edges has the origin as its diagram.
    """
    fixed = weights.detach().cpu().numpy()
    first, second = np.nonzero(np.triu(fixed, k=1))
    order = np.argsort(fixed[first, second], kind="stable")
    component = list(range(len(fixed)))
    deaths, births = [], []
    for i, j in zip(first[order].tolist(), second[order].tolist(), strict=True):
        here, there = _component_of(i, component), _component_of(j, component)
        if here == there:
            births.append(weights[i, j])
        else:
            component[here] = there
            deaths.append(weights[i, j])
    origin = [weights.new_zeros(())]
    deaths, births = torch.stack(deaths or origin), torch.stack(births or origin)
    return (
        torch.stack([torch.zeros_like(deaths), deaths], dim=1),
        torch.stack([births, torch.zeros_like(births)], dim=1),
    )


def sliced_wasserstein(
    first: torch.Tensor, second: torch.Tensor, projections: int = PROJECTIONS
) -> torch.Tensor:
    """Returns the sliced 2-Wasserstein distance of (n, 2) and (m, 2), as uniform point clouds.

    The root of the mean over random directions of the squared distance on a line.
    """
    directions = F.normalize(torch.randn(2, projections, device=first.device), dim=0)
    directions = directions.to(first.dtype)
    lines = [(points @ directions).sort(dim=0).values for points in (first, second)]
    levels = [
        torch.arange(1, len(line) + 1, device=line.device, dtype=line.dtype) / len(line)
        for line in lines
    ]
    merged = torch.cat(levels).sort().values
    widths = torch.diff(merged, prepend=merged.new_zeros(1))
    places = [torch.searchsorted(level, merged).clamp(max=len(level) - 1) for level in levels]
    gaps = lines[0][places[0]] - lines[1][places[1]]
    return (widths[:, None] * gaps.square()).sum(dim=0).mean().sqrt()


def _component_of(point: int, component: list[int]) -> int:
    while component[point] != point:
        component[point] = component[component[point]]
        point = component[point]
    return point
