"""Terms of both clouds together: how they join the same rows, and how near one is to the other."""

from __future__ import annotations

import torch

from tomclip.losses.cloud import Cloud, require_paired, require_same_space
from tomclip.losses.device_tree import spanning_trees
from tomclip.losses.distances import distances_between, lengths_between
from tomclip.losses.pointwise import squared_difference


def joining_divergence(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns how much earlier the rows join when either side may join them.

    With every distance the smaller of both sides', rows join no later than in either. Each side
    counts the mean length of its minimum spanning tree less that of this joint one; the term is the
    mean of both. Unlike the divergence that `tomclip.topology` measures, which divides each side by
    a quantile of its own, both are in the teacher's unit: the term says how long a connection is,
    and the unit takes no part in the gradient.

    Returns:
        Scalar, or (languages,); >= 0 up to rounding, in units of the teacher's mean distance. 0
        exactly when every threshold joins the same rows on both sides.

    Raises:
        InputError: when the clouds differ in size.

    References:
        Tulchinskii et al., "RTD-Lite: Scalable Topological Analysis for Comparing Weighted Graphs
        in Learning Tasks", 2025; Barannikov et al., "Representation topology divergence", 2022.
    """
    require_paired(student, teacher, "H0 divergence")
    common = torch.promote_types(student.points.dtype, teacher.points.dtype)
    sides = [side.distances.detach().to(common) for side in (student, teacher)]
    joint = spanning_trees(torch.minimum(*sides))
    here, there = (side.lengths(side.tree_edges).mean(dim=-1) for side in (student, teacher))
    shared = torch.minimum(*(side.lengths(joint).to(common) for side in (student, teacher)))
    return ((here + there) / 2 - shared.mean(dim=-1)) / teacher.scale


def cross_distance_mse(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean squared difference of student-teacher distances from the teacher's own.

    Over the n (n - 1) pairs of different rows i, j: the distance of student row i from teacher row
    j against that of teacher row i from teacher row j. So each student row is placed by its
    distances from frozen points.

    Returns:
        Scalar, or (languages,); >= 0, in squared units of the teacher's mean distance.

    Raises:
        InputError: when the clouds differ in size or dimension.
    """
    require_paired(student, teacher, "distance-matrix")
    require_same_space(student, teacher, "distance-matrix")
    n = len(student)
    to_teacher = distances_between(_union(student, teacher), student.metric)[..., n:]
    gaps = squared_difference(to_teacher[..., :n, :], to_teacher[..., n:, :])
    different = ~torch.eye(n, dtype=torch.bool, device=gaps.device)
    return (gaps * different).sum(dim=(-2, -1)) / teacher.scale.square() / (n * (n - 1))


def joining_length(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean length at which the student's points join the teacher's cloud.

    The bars of Cross-Barcode_0(student, teacher): the minimum spanning tree of all points together
    in which the teacher's are one, at distance 0 from each other. Its n edges attach a student
    point to the nearest teacher point or to another student point. The sizes may differ. That every
    part of the teacher's cloud is reached is not asked.

    Returns:
        Scalar, or (languages,); >= 0, in units of the teacher's mean distance. 0 exactly when all
        student points coincide with teacher points.

    Raises:
        InputError: when the clouds differ in dimension.

    References:
        Barannikov et al., "Manifold Topology Divergence: a Framework for Comparing Data Manifolds",
        2021, which compares them by the next dimension, Cross-Barcode_1.
    """
    require_same_space(student, teacher, "H0 cross")
    n, points = len(student), _union(student, teacher)
    distances = distances_between(points.detach(), student.metric)
    joins = distances[..., :n, n:].min(dim=-1)
    # Vertex 0 is the teacher's cloud, vertex i + 1 student point i.
    graph = torch.nn.functional.pad(distances[..., :n, :n], (1, 0, 1, 0))
    graph[..., 0, 1:] = graph[..., 1:, 0] = joins.values
    first, second = spanning_trees(graph).sort(dim=-1).values.unbind(dim=-1)
    attached = n + joins.indices.gather(-1, second - 1)
    edges = torch.stack([torch.where(first == 0, attached, first - 1), second - 1], dim=-1)
    return lengths_between(points, edges, student.metric).mean(dim=-1) / teacher.scale


def _union(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Points (..., n + m, d): the student's, then the teacher's."""
    common = torch.promote_types(student.points.dtype, teacher.points.dtype)
    own = teacher.points.to(common)
    own = own.expand(*student.batch_shape, *own.shape[-2:])
    return torch.cat([student.points.to(common), own], dim=-2)
