"""Distance-matrix terms: the student's batch against the teacher's, entry by entry."""

from __future__ import annotations

import torch

from tomclip.losses.cloud import Cloud, require_paired
from tomclip.losses.pointwise import squared_difference


def distance_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean squared difference of distances, in units of the teacher's mean distance.

    Over the n (n - 1) off-diagonal entries. The unit is detached: no gradient flows through it.

    Returns:
        Scalar, or (languages,); >= 0, without unit.

    Raises:
        InputError: when the clouds differ in size.
    """
    require_paired(student, teacher, "distance-matrix")
    n = len(student)
    gaps = squared_difference(student.distances, teacher.distances).sum(dim=(-2, -1))
    return gaps / teacher.scale.square() / (n * (n - 1))


def kept_distance_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the published term: mean squared difference of the kept graphs' weights.

    Over all n^2 entries, where an edge that one side dropped counts as 0 on that side.

    Returns:
        Scalar, or (languages,); in [0, 1].

    Raises:
        InputError: when the clouds differ in size.
    """
    require_paired(student, teacher, "distance-matrix")
    return squared_difference(student.kept.weights, teacher.kept.weights).mean(dim=(-2, -1))
