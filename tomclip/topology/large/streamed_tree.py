"""Exact H0 of clouds whose distance matrix does not fit in memory.

The minimum spanning tree is found from tiles of the matrix, which are made by a float32 matrix
product and forgotten at once. A tile holds proven lower bounds; a pair whose bound does not rule it
out is measured in float64 (`tile_scans`), so rounding decides how many pairs are measured and never
what comes out. Two passes over the pairs are the rule:

1. Every point keeps its few nearest points. Kruskal's algorithm joins along these edges as far as
   the unseen ones cannot interfere, which leaves few components.
2. Every two components keep the shortest edge between them. Prim's algorithm joins them.

While too many components are left for a table of pairs, pass 1 is repeated between the components;
each time their number at least halves.
"""

from __future__ import annotations

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, shares
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.types import (
    Embeddings,
    Metric,
    PersistenceDiagram,
    require_finite,
    require_metric,
)
from tomclip.geometry.distances import scaled_back
from tomclip.topology.cloud_distances import SMALLEST_CLOUD
from tomclip.topology.large.tiles import Report, ScaledCloud, scaled_cloud, scan_tiles
from tomclip.topology.spanning_tree import prim

_BLOCK = 1024  # columns of a tile
_NEIGHBOURS = 8
_MOST_COMPONENTS = 2000  # whose pairs are tabled: 80 MB, and at least one measured pair each
_POINTS_PER_COMPONENT = 20  # at least, or the table costs more than another pass


def large_h0_diagram(
    points: np.ndarray | Embeddings,
    *,
    metric: str = "cosine",
    on_progress: OnProgress | None = None,
) -> PersistenceDiagram:
    """Returns the exact H0 diagram of a large cloud, as `h0_diagram`, in bounded memory.

    Args:
        points: As in `large_spanning_tree`.
        metric: As in `large_spanning_tree`.
        on_progress: As in `large_spanning_tree`.

    Returns:
        n pairs sorted by death, births 0; the last one is essential (death +inf).

    Raises:
        InputError: as in `large_spanning_tree`.
    """
    _, lengths = large_spanning_tree(points, metric=metric, on_progress=on_progress)
    return h0_of_tree(lengths, require_metric(metric))


def h0_of_tree(lengths: np.ndarray, metric: Metric) -> PersistenceDiagram:
    """Returns the H0 diagram (n, 2) whose deaths are the lengths (n - 1,) of a spanning tree."""
    deaths = np.append(np.sort(lengths), np.inf)
    pairs = np.column_stack([np.zeros(len(deaths)), deaths])
    return PersistenceDiagram(pairs, 0, metric, len(deaths))


def large_spanning_tree(
    points: np.ndarray | Embeddings,
    *,
    metric: str = "cosine",
    on_progress: OnProgress | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the edges and lengths of a minimum spanning tree of a large cloud.

    Time O(n^2 d), mostly that of two float32 matrix products over half the pairs; longer where many
    pairs cannot be told apart in float32 (near duplicates, equidistant points). Memory beside the
    points: one float32 copy, and at most about 200 MB.

    Args:
        points: (n, d) finite numbers, n >= 3. float32 and float64 arrays, `numpy.memmap` included,
            are read where they are.
        metric: "cosine" or "euclidean".
        on_progress: Called with (steps done, steps in all), where a step is a thousandth of the
            work, many times a second; what it raises ends the work.

    Returns:
        Edges (n - 1, 2) int64 in no particular order, and their lengths (n - 1,) float64 in the
        unit of the metric, computed as `geometry.distance_matrix` does. Among trees of equal
        length which one is returned may depend on the order of the points.

    Raises:
        InputError: for an unknown metric, another shape, fewer than 3 points, NaN or infinity, or a
            zero vector with "cosine".
    """
    rows = _checked_rows(points)
    table = max(1, min(len(rows) // _POINTS_PER_COMPONENT, _MOST_COMPONENTS))
    return _spanning_tree(rows, require_metric(metric), on_progress, most_components=table)


def _spanning_tree(
    rows: np.ndarray,
    metric: Metric,
    on_progress: OnProgress | None = None,
    *,
    block: int = _BLOCK,
    neighbours: int = _NEIGHBOURS,
    most_components: int,
) -> tuple[np.ndarray, np.ndarray]:
    cloud = scaled_cloud(rows, metric, block, shares(on_progress, 0.0, 0.0))
    labels, count, done = np.arange(len(rows)), len(rows), 0.0
    edges = []
    while count > most_components:
        report = shares(on_progress, done, (1 + done) / 2)
        joined, labels = _join_nearest(cloud, labels, neighbours, report)
        edges.append(joined)
        count, done = int(labels.max()) + 1, (1 + done) / 2
    report = shares(on_progress, done, 1.0)
    if count > 1:
        edges.append(_join_components(cloud, labels, count, report))
    report(1.0)
    tree = np.concatenate(edges)
    return tree, _edge_lengths(cloud, tree)


def _join_nearest(
    cloud: ScaledCloud, labels: np.ndarray, neighbours: int, report: Report
) -> tuple[np.ndarray, np.ndarray]:
    """Returns tree edges (m, 2) among those to the nearest points, and the components they leave.

    At least half of the components disappear: each one's shortest edge is among those of its
    points.
    """
    from tomclip.topology.large.scans import join_certain, keep_nearest

    n = len(cloud)
    order = np.argsort(labels, kind="stable")
    values = np.full((n, neighbours), np.inf)
    ids = np.zeros((n, neighbours), dtype=np.int64)
    reach = np.full(n, np.inf, dtype=np.float32)
    scan_tiles(cloud, order, labels[order], keep_nearest, (values, ids, reach), report)
    found = np.isfinite(values)
    edges = np.column_stack([np.repeat(order, found.sum(axis=1)), ids[found]])
    by_length = np.argsort(values[found], kind="stable")
    edges, lengths = edges[by_length], values[found][by_length]
    certain = np.full(int(labels.max()) + 1, np.inf)
    np.minimum.at(certain, labels[order], values[:, -1])
    taken, root = join_certain(labels[edges], lengths, certain)
    return edges[taken], np.unique(root, return_inverse=True)[1][labels]


def _join_components(
    cloud: ScaledCloud, labels: np.ndarray, count: int, report: Report
) -> np.ndarray:
    """Returns the edges (count - 1, 2) that join the components to one tree."""
    from tomclip.topology.large.scans import keep_shortest

    order = np.argsort(labels, kind="stable")
    values = np.full((count, count), np.inf)
    ends = np.zeros((count, count, 2), dtype=np.int32)
    reach = np.full((count, count), np.inf, dtype=np.float32)
    np.fill_diagonal(reach, -np.inf)
    scan_tiles(cloud, order, labels[order], keep_shortest, (values, ends, reach), report)
    pairs = prim(values)
    return ends[pairs[:, 0], pairs[:, 1]].astype(np.int64)


def _checked_rows(points: np.ndarray | Embeddings) -> np.ndarray:
    rows = np.asarray(points.vectors if isinstance(points, Embeddings) else points)
    if rows.ndim != 2 or not rows.size:
        raise InputError(f"points have shape {rows.shape}; give one row per item: (n, d)")
    if len(rows) < SMALLEST_CLOUD:
        raise InputError(
            f"{len(rows)} points came; a persistence diagram needs at least {SMALLEST_CLOUD}"
        )
    if rows.dtype not in (np.float32, np.float64):
        rows = rows.astype(np.float32 if rows.dtype == np.float16 else np.float64)
    require_finite(rows, "points")
    return np.ascontiguousarray(rows)


def _edge_lengths(cloud: ScaledCloud, edges: np.ndarray) -> np.ndarray:
    """Returns the lengths (m,) as `geometry.distance_matrix` computes them."""
    lengths = np.empty(len(edges))
    for start in range(0, len(edges), cloud.block):
        part = slice(start, start + cloud.block)
        ends = [cloud.rows[edges[part, side]].astype(np.float64) for side in (0, 1)]
        if cloud.metric == "euclidean":
            gaps = ends[0] * cloud.factors[0] - ends[1] * cloud.factors[0]
            exponent = 1 - int(np.frexp(cloud.factors[0])[1])
            lengths[part] = scaled_back(np.linalg.norm(gaps, axis=1), exponent)
        else:
            gaps = unit_rows(ends[0]) - unit_rows(ends[1])
            lengths[part] = np.minimum(np.einsum("ij,ij->i", gaps, gaps) / 2, 2.0)
    return lengths
