"""Spanning trees of batches of distance matrices, found on the device where the matrices lie.

On the CPU that is Prim's algorithm, matrix by matrix. Elsewhere it is Boruvka's algorithm in tensor
operations whose shapes and number depend on n only: the host never waits for a value, and a step
can be captured in a CUDA graph.
"""

from __future__ import annotations

import numpy as np
import torch

from tomclip.losses.distances import on_host
from tomclip.topology.spanning_tree import prim


def spanning_trees(distances: torch.Tensor) -> torch.Tensor:
    """Returns the edges of the minimum spanning tree of each matrix.

    Equal input gives equal edges. On clouds with tied distances the two algorithms may choose
    different edges, never different lengths.

    Args:
        distances: Symmetric (n, n) or (languages, n, n), n >= 2, without gradient; +inf marks a
            missing edge and is chosen only where nothing else connects. The diagonal is not read.

    Returns:
        Edges (n - 1, 2) or (languages, n - 1, 2), int64, on the same device.
    """
    if not on_host(distances):
        return boruvka(distances)
    n = distances.shape[-1]
    trees = [prim(matrix) for matrix in distances.reshape(-1, n, n).numpy()]
    return torch.from_numpy(np.stack(trees)).reshape(*distances.shape[:-2], n - 1, 2)


def boruvka(distances: torch.Tensor) -> torch.Tensor:
    """Returns what `spanning_trees` does, on any device, without waiting for it.

    Every round joins each component to another along its shortest edge, so floor(log2 n) rounds
    are enough. Edges are ordered by (length, lower vertex, higher vertex). No two are equal in that
    order, so the choice is unique and makes no cycle.

    Args:
        distances: As in `spanning_trees`; NaN counts as the largest finite number, so that a
            diverged batch still gets a tree, and NaN lengths from it.

    Returns:
        Edges as (lower, higher) vertex, in lexicographic order.

    References:
        Boruvka, "O jistem problemu minimalnim", 1926; Vineet et al., "Fast minimum spanning tree
        for large graphs on the GPU", 2009.
    """
    n = distances.shape[-1]
    largest = torch.finfo(distances.dtype).max
    # Infinite from here on means "within a component", so missing edges become finite.
    outgoing = torch.nan_to_num(distances, nan=largest, posinf=largest).reshape(-1, n, n)
    component = torch.arange(n, device=distances.device).repeat(len(outgoing), 1)
    joins = torch.full_like(component, _no_edge(n))
    for doublings in range(n.bit_length() - 1):
        # Each component has at least 2^doublings vertices by now, which bounds their number.
        joins, component = _round(outgoing, component, joins, components=n >> doublings)
    # Every component but the last has joined another once, along one edge of the tree.
    codes = joins.sort(dim=1).values[:, : n - 1]
    return torch.stack([codes // n, codes % n], dim=-1).reshape(*distances.shape[:-2], n - 1, 2)


def _no_edge(n: int) -> int:
    """A code after all codes lower * n + higher of real edges, and still two vertices."""
    return n * n - 1


def _round(
    outgoing: torch.Tensor, component: torch.Tensor, joins: torch.Tensor, *, components: int
) -> tuple[torch.Tensor, torch.Tensor]:
    """Joins every component to its nearest one; components are named by one of their vertices."""
    n = outgoing.shape[-1]
    vertices = torch.arange(n, device=component.device).expand_as(component)
    outgoing.masked_fill_(component[:, :, None] == component[:, None, :], torch.inf)
    code = _shortest_edges(outgoing, component, vertices)
    ends = component.gather(1, code // n), component.gather(1, code % n)
    # One end lies in the component itself, the other in the one it joins.
    parent = torch.where(code < _no_edge(n), ends[0] + ends[1] - vertices, vertices)
    # Two components that choose each other choose the same edge: the lower one stays.
    stays = (parent.gather(1, parent) == vertices) & (vertices < parent)
    parent = torch.where(stays, vertices, parent)
    joins = torch.where(parent != vertices, code, joins)
    for _ in range((components - 1).bit_length()):
        parent = parent.gather(1, parent)
    return joins, parent.gather(1, component)


def _shortest_edges(
    outgoing: torch.Tensor, component: torch.Tensor, vertices: torch.Tensor
) -> torch.Tensor:
    """Codes (languages, n) of the first edge in the order that leaves the component named so."""
    n = outgoing.shape[-1]
    # The first of equal minima in a row is the first in the order, among the edges of that vertex.
    lengths, neighbour = outgoing.min(dim=2)
    codes = torch.minimum(vertices, neighbour) * n + torch.maximum(vertices, neighbour)
    shortest = torch.full_like(lengths, torch.inf).scatter_reduce(1, component, lengths, "amin")
    chosen = (lengths == shortest.gather(1, component)) & (lengths < torch.inf)
    codes = codes.masked_fill(~chosen, _no_edge(n))
    nothing = torch.full_like(codes, _no_edge(n))
    return nothing.scatter_reduce(1, component, codes, "amin")
