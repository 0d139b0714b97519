"""A component term that looks inside the groups of the teacher's batch, one tree a group."""

from __future__ import annotations

import math

import numpy as np
import torch
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from tomclip.losses.cloud import Cloud, require_paired
from tomclip.losses.device_tree import spanning_trees
from tomclip.losses.pointwise import squared_difference
from tomclip.losses.transport import root


def groups_of(cloud: Cloud) -> torch.Tensor:
    """Returns the group of each row: what its minimum spanning tree leaves connected when cut.

    The ceil(sqrt(n)) - 1 longest edges are cut; of equally long ones those stay that stand first
    in `tree_edges`. So there are always ceil(sqrt(n)) groups, and single points may be some.

    Returns:
        (..., n) int64 from 0 on, on the cloud's device; equal input gives equal groups.
    """
    tree = cloud.tree_edges
    order = cloud.lengths(tree).detach().argsort(dim=-1, stable=True)
    shortest = order[..., : len(cloud) - _groups(len(cloud))]
    kept = tree.gather(-2, shortest[..., None].expand(*shortest.shape, 2))
    edges = kept.reshape(-1, *kept.shape[-2:]).cpu().numpy()
    labels = np.stack([_components(one, len(cloud)) for one in edges])
    return torch.from_numpy(labels).reshape(*cloud.batch_shape, len(cloud)).to(tree.device)


def cluster_h0_wasserstein(student: Cloud, teacher: Cloud) -> torch.Tensor:
    """Returns the mean distance of tree lengths within the groups of the teacher's batch.

    In each of `groups_of(teacher)` both sides have a minimum spanning tree of the group's rows
    alone; the group counts the 2-Wasserstein distance between their lengths as uniform clouds, and
    is weighted by its edges. Single points count nothing. Which row translates which enters through
    membership only: rows that change places within a group change nothing.

    Returns:
        Scalar, or (languages,); >= 0, in units of the teacher's mean distance.

    Raises:
        InputError: when the clouds differ in size.

    References:
        Zahn, "Graph-theoretical methods for detecting and describing Gestalt clusters", 1971, for
        groups as a cut spanning tree.
    """
    require_paired(student, teacher, "H0 clusters")
    groups = groups_of(teacher)
    (found, member), (wanted, _) = (_sorted_lengths(side, groups) for side in (student, teacher))
    gaps = squared_difference(found, wanted)
    edges, sums = (
        gaps.new_zeros(*gaps.shape[:-1], len(teacher)).scatter_add(-1, member, values)
        for values in (torch.ones_like(gaps), gaps)
    )
    counted = edges * root(sums / edges.clamp(min=1))
    return counted.sum(dim=-1) / gaps.shape[-1] / teacher.scale


def _groups(n: int) -> int:
    return math.isqrt(n - 1) + 1


def _components(edges: np.ndarray, n: int) -> np.ndarray:
    graph = csr_array((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def _sorted_lengths(cloud: Cloud, groups: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Lengths (..., n - groups) of all groups' trees, by group and then by length, and the groups.

    A tree of the whole batch that crosses from group to group only where it must holds one tree of
    each group, and one crossing less than there are groups.
    """
    n = len(cloud)
    apart = groups[..., :, None] != groups[..., None, :]
    edges = spanning_trees(cloud.distances.detach().masked_fill(apart, torch.inf))
    lengths = cloud.lengths(edges)
    groups = groups.expand(*cloud.batch_shape, n)
    first, second = (groups.gather(-1, ends) for ends in edges.unbind(dim=-1))
    group = torch.where(first == second, first, n)  # crossings come last
    by_length = lengths.detach().argsort(dim=-1, stable=True)
    by_group = group.gather(-1, by_length).argsort(dim=-1, stable=True)
    order = by_length.gather(-1, by_group)[..., : n - _groups(n)]
    return lengths.gather(-1, order), group.gather(-1, order)
