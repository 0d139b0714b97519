"""Distance-matrix terms: the student's batch against the teacher's, entry by entry."""

from __future__ import annotations

import torch

from tomclip.losses.cloud import Cloud, require_paired


def distance_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean squared difference of distances, in units of the teacher's mean distance.

    Over the n (n - 1) off-diagonal entries. The unit is detached: no gradient flows through it.

    Returns:
        Scalar >= 0 without unit.

    Raises:
        InputError: when the clouds differ in size.
    """
    require_paired(student, teacher, "distance-matrix")
    n = len(student)
    difference = (student.distances - teacher.distances) / teacher.scale
    return difference.square().sum() / (n * (n - 1))


def kept_distance_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the published term: mean squared difference of the kept graphs' weights.

    Over all n^2 entries, where an edge that one side dropped counts as 0 on that side.

    Returns:
        Scalar in [0, 1].

    Raises:
        InputError: when the clouds differ in size.
    """
    require_paired(student, teacher, "distance-matrix")
    return (student.kept.weights - teacher.kept.weights).square().mean()
