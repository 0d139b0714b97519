"""Distance-matrix terms that ask how each caption sees the others, not how far away they are.

The first two compare the distance matrices row by row, without the diagonal, and do not change when
all distances of a side are multiplied by a constant or grow by one: only which are long and which
are short counts. The third asks how each caption sees points that are in no batch, the landmarks.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F

from tomclip.core.errors import InputError
from tomclip.losses.cloud import Cloud, require_paired
from tomclip.losses.distances import full_precision
from tomclip.losses.pointwise import squared_difference

WIDTH = 0.5
"""Width of soft neighbourhoods, in standard deviations of all distances of their side.

A share of the mean distance would not do: in many dimensions distances concentrate, and all other
captions would be neighbours alike. Of 128 points a row then has, in the median, 5 to 45 effective
neighbours (exp of the entropy) from 8 isotropic dimensions to the vectors of the emoji teacher."""

_FLAT = 64.0
"""Distances whose deviation is below this many units of rounding count as equal."""


def relative_distance_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean squared difference of relative distances.

    The relative distances of a row are its n - 1 distances to the other rows less their mean, over
    their deviation; 0 where all are equal. So a row counts 2 - 2 r, r its correlation with the
    teacher's row, or 1 where all distances of one side are equal.

    Returns:
        Scalar, or (languages,); in [0, 4], without unit.

    Raises:
        InputError: when the clouds differ in size.

    References:
        Park et al., "Relational Knowledge Distillation", 2019, sec. 3.2.1, which divides by the
        mean of the batch where this subtracts the mean of a row and divides by its deviation.
    """
    require_paired(student, teacher, "distance-matrix")
    gaps = squared_difference(_standardised(student), _standardised(teacher))
    return gaps.mean(dim=(-2, -1))


def neighbour_divergence(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean divergence of the student's soft neighbours from the teacher's.

    The soft neighbours of a row are a distribution over the other rows, the softmax of
    -distance / (`WIDTH` * deviation of all distances of that side), or all others alike where no
    distances differ. A row counts the Kullback-Leibler divergence of the student's from the
    teacher's: their cross-entropy less the teacher's entropy. The student's deviation is
    differentiated too.

    Returns:
        Scalar, or (languages,), in nats; >= 0 up to rounding, 0 when all rows agree.

    Raises:
        InputError: when the clouds differ in size.

    References:
        Hinton and Roweis, "Stochastic Neighbor Embedding", 2002, eq. 1-4, with squared distances
        and a width per row; Passalis and Tefas, "Learning Deep Representations with Probabilistic
        Knowledge Transfer", 2018, eq. 3-8, which compares two such embeddings of one batch.
    """
    require_paired(student, teacher, "distance-matrix")
    return mean_divergence(soft_neighbours(student), soft_neighbours(teacher))


def landmark_divergence(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean divergence of what rows see among landmarks, student from teacher.

    What a row sees is a distribution over the landmarks: the softmax of its cosine similarity to
    each, over `WIDTH` * deviation of the teacher's similarities to them. A row counts the
    Kullback-Leibler divergence of the student's from the teacher's. With pictures as landmarks that
    is the bipartite structure of captions and pictures; where the teacher's cloud has none, its own
    rows are the landmarks. Cosine, whatever the metric: so are captions and pictures compared.

    Returns:
        Scalar, or (languages,), in nats; >= 0 up to rounding, 0 when all rows agree.

    Raises:
        InputError: when the clouds differ in size, or the landmarks are of another dimension than
            a side.
    """
    require_paired(student, teacher, "landmarks")
    landmarks = teacher.vectors if teacher.landmarks is None else teacher.landmarks
    of_student, of_teacher = (_similarities(side, landmarks) for side in (student, teacher))
    deviation, _ = _deviation(of_teacher.detach(), dim=(-2, -1))
    found, wanted = (
        (values / (WIDTH * deviation)).log_softmax(dim=-1) for values in (of_student, of_teacher)
    )
    return mean_divergence(found, wanted)


def mean_divergence(found: torch.Tensor, wanted: torch.Tensor) -> torch.Tensor:
    """Returns the divergence (...) of `found` from `wanted`, logarithms (..., n, k), over rows."""
    common = torch.promote_types(found.dtype, wanted.dtype)
    found, wanted = found.to(common), wanted.to(common)
    # Both sum to 1, so their difference adds nothing to a row; with it each entry is >= 0, and its
    # gradient is exactly 0 where the sides agree.
    entries = wanted.exp() * (wanted - found) + (found.exp() - wanted.exp())
    return entries.sum(dim=-1).mean(dim=-1)


def _similarities(cloud: Cloud, landmarks: torch.Tensor) -> torch.Tensor:
    """Cosine similarities (..., n, k) of a cloud's rows to landmarks."""
    if landmarks.shape[-1] != cloud.vectors.shape[-1]:
        raise InputError(
            f"landmarks are of shape {tuple(landmarks.shape)} and a row has "
            f"{cloud.vectors.shape[-1]} dimensions; give (k, {cloud.vectors.shape[-1]})"
        )
    directions = F.normalize(full_precision(landmarks).to(cloud.vectors), dim=-1)
    with torch.autocast(cloud.vectors.device.type, enabled=False):
        return F.normalize(cloud.vectors, dim=-1) @ directions.mT


def soft_neighbours(cloud: Cloud) -> torch.Tensor:
    """Returns the logarithms (..., n, n - 1) of each row's distribution over the others."""
    rows = _to_others(cloud)
    deviation, flat = _deviation(rows, dim=(-2, -1))
    return torch.where(flat, 0.0, -rows / (WIDTH * deviation)).log_softmax(dim=-1)


def _standardised(cloud: Cloud) -> torch.Tensor:
    """Relative distances (..., n, n - 1); rows without a deviation are 0."""
    rows = _to_others(cloud)
    deviation, flat = _deviation(rows, dim=-1)
    return torch.where(flat, 0.0, (rows - rows.mean(dim=-1, keepdim=True)) / deviation)


def _deviation(rows: torch.Tensor, dim: int | tuple[int, int]) -> tuple[torch.Tensor, torch.Tensor]:
    """Standard deviation over `dim`, and where it is rounding alone; there the first is 1."""
    variance = rows.var(dim=dim, correction=0, keepdim=True)
    flat = variance <= (_FLAT * torch.finfo(rows.dtype).eps) ** 2
    return torch.where(flat, 1.0, variance).sqrt(), flat


def _to_others(cloud: Cloud) -> torch.Tensor:
    """Each row's distances to the others, (..., n, n - 1), over the longest of the cloud.

    That unit is detached and drops out of both terms; it keeps squares and sums in range.
    """
    matrix, n = cloud.distances, len(cloud)
    longest = matrix.detach().amax(dim=(-2, -1), keepdim=True)
    # Without its first entry the matrix is n - 1 runs of n entries and one of the diagonal.
    runs = matrix.flatten(start_dim=-2)[..., 1:].unflatten(-1, (n - 1, n + 1))[..., :-1]
    rows = runs.flatten(start_dim=-2).unflatten(-1, (n, n - 1))
    return rows / torch.where(longest == 0, 1.0, longest)
