"""Topological terms: components (H0) and cycles (H1) of the student's batch against the teacher's.

Every function takes two clouds and returns a scalar >= 0 without unit, or one per language:
distances are in units of the teacher's mean distance, or of each side's largest kept distance in
the published recipe. Clouds of several languages need a teacher of the same languages or one
teacher for all; anything else is refused with InputError.
"""

from __future__ import annotations

import math

import torch

from tomclip.losses.cloud import Cloud, by_language, require_comparable, require_paired
from tomclip.losses.transport import diagram_wasserstein, uniform_wasserstein


def h0_wasserstein(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the 2-Wasserstein distance between the exact H0 deaths, as uniform point clouds.

    The deaths are the lengths of the minimum spanning tree of all points. The clouds may differ in
    size, and no point goes to the diagonal.
    """
    require_comparable(student, teacher)
    deaths = [cloud.lengths(cloud.tree_edges) for cloud in (student, teacher)]
    return uniform_wasserstein(*deaths) / teacher.scale


def h1_wasserstein(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the 2-Wasserstein distance between the Vietoris-Rips H1 diagrams over sqrt(n - 1).

    Diagrams of the first `h1_points` rows; n is the larger number of rows looked at. Dividing by
    the root of the number of H0 bars keeps the term from growing with the batch. Sizes may differ.
    """
    shape = require_comparable(student, teacher)
    return by_language(_h1_wasserstein, student.languages, teacher.languages, shape)


def h0_edges_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean squared difference of the lengths of both sides' tree edges.

    Each edge is a pair of row indices, measured in both clouds: the mean over the student's tree
    and the mean over the teacher's, averaged. So it uses which row translates which.

    Raises:
        InputError: when the clouds differ in size.

    References:
        Moor et al., "Topological Autoencoders", 2020, eq. 2-4 (there a sum).
    """
    require_paired(student, teacher, "H0 edges")
    return _mean_of_sides(student, teacher, [student.tree_edges, teacher.tree_edges])


def h1_edges_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the same for the edges at which Vietoris-Rips H1 classes are born and die.

    Critical edges of the first `h1_points` rows. A side without cycles adds 0.

    Raises:
        InputError: when the clouds differ in size.
    """
    require_paired(student, teacher, "H1 edges")
    return by_language(_h1_edges_mse, student.languages, teacher.languages, student.batch_shape)


def kept_h0_distance(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the published H0 term: W2 of the kept graphs' forest deaths over sqrt(2).

    The published sliced 2-Wasserstein distance sees points (0, death) on one axis, so it equals
    this in the limit of many projections.
    """
    shape = require_comparable(student, teacher)
    return by_language(_on_one_axis, student.kept.forest_deaths, teacher.kept.forest_deaths, shape)


def kept_cycle_distance(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the published "H1" term: W2 of the kept graphs' cycle births over sqrt(2).

    Points (birth, 0) for every kept edge outside the forest. These are births of graph cycles, not
    Vietoris-Rips H1.
    """
    shape = require_comparable(student, teacher)
    return by_language(_on_one_axis, student.kept.cycle_births, teacher.kept.cycle_births, shape)


def _h1_wasserstein(student: Cloud, teacher: Cloud) -> torch.Tensor:
    diagrams = [
        torch.stack([cloud.lengths(edges) for edges in cloud.cycle_edges], dim=1) / teacher.scale
        for cloud in (student, teacher)
    ]
    bars = max(student.cycle_points, teacher.cycle_points) - 1
    return diagram_wasserstein(*diagrams) / math.sqrt(bars)


def _h1_edges_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    critical = [torch.cat(cloud.cycle_edges) for cloud in (student, teacher)]
    return _mean_of_sides(student, teacher, critical)


def _mean_of_sides(student: Cloud, teacher: Cloud, sides: list[torch.Tensor]) -> torch.Tensor:
    means = [
        (student.lengths(edges) - teacher.lengths(edges)).square().sum(dim=-1)
        / max(edges.shape[-2], 1)
        for edges in sides
    ]
    return (means[0] + means[1]) / 2 / teacher.scale.square()


def _on_one_axis(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    """W2 over sqrt(2); as published, an empty diagram stands for one point at the origin."""
    first, second = (
        values if len(values) else torch.cat([values, values.new_zeros(1)])
        for values in (first, second)
    )
    return uniform_wasserstein(first, second) / math.sqrt(2)
