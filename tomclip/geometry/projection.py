"""Maps of a cloud to the plane. A map is a picture: scores and diagrams use the original space."""

from __future__ import annotations

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, shares
from tomclip.core.reading.numbers import require_finite, unit_rows
from tomclip.core.types import Embeddings, require_metric
from tomclip.geometry.distances import vectors_of
from tomclip.geometry.layouts.pacmap import pacmap_places
from tomclip.geometry.layouts.parameters import (
    METHODS,
    Layout,
    Method,
    Pacmap,
    Tsne,
    Umap,
    layout_of,
)
from tomclip.geometry.layouts.pca import pca_places
from tomclip.geometry.layouts.tsne import tsne_places
from tomclip.geometry.layouts.umap import umap_places

__all__ = ["METHODS", "Method", "lay_out", "project"]

_FEWEST = {"tsne": 4, "pacmap": 6}


def project(
    vectors: np.ndarray | Embeddings,
    *,
    method: str = "umap",
    seed: int = 0,
    neighbours: int = 15,
    minimum_distance: float = 0.1,
    metric: str = "cosine",
    initial: np.ndarray | None = None,
    on_progress: OnProgress | None = None,
) -> np.ndarray:
    """Returns a two-dimensional map of the cloud: `lay_out` with the most usual parameters.

    Args:
        vectors: (n, d) vectors, n >= 3.
        method: "umap", "pacmap", "tsne" or "pca".
        seed: of everything random; PCA is deterministic.
        neighbours: size of a neighbourhood of UMAP or PaCMAP, at least 2.
        minimum_distance: UMAP's smallest distance between points of the map, in [0, 1].
        metric: "cosine" or "euclidean".
        initial, on_progress: see `lay_out`.

    Returns:
        Coordinates (n, 2) float32, without unit.

    Raises:
        InputError: as `lay_out`; also for an unknown method or metric, or settings out of range.
    """
    layout = layout_of(
        method,
        seed=seed,
        neighbours=neighbours,
        minimum_distance=minimum_distance,
        metric=require_metric(metric),
    )
    return lay_out(vectors, layout, initial=initial, on_progress=on_progress)


def lay_out(
    vectors: np.ndarray | Embeddings,
    layout: Layout,
    *,
    initial: np.ndarray | None = None,
    on_progress: OnProgress | None = None,
) -> np.ndarray:
    """Returns a two-dimensional map of the cloud, the same one for the same input and layout.

    `initial` makes maps comparable by eye: UMAP, PaCMAP and t-SNE start from it; PCA, whose axes
    are only defined up to sign and order, is rotated or reflected onto it without changing a
    distance.

    Args:
        vectors: (n, d) vectors; n >= 3, for t-SNE 4 and for PaCMAP 6.
        layout: the method and its parameters: `Umap`, `Pacmap`, `Tsne` or `Pca`.
        initial: (n, 2) map of the same items to start from or to align with.
        on_progress: Called with (steps done, steps in all), where a step is a thousandth of the
            work. An exception raised in it stops the work.

    Returns:
        Coordinates (n, 2) float32, without unit.

    Raises:
        InputError: for too few points, identical points, NaN, or a zero vector with "cosine".
        MissingExtra: for PaCMAP where its package is not installed.
    """
    rows = _checked_rows(vectors, layout)
    start = None if initial is None else _checked_initial(initial, len(rows))
    report = shares(on_progress)
    report(0.0)
    xy = _places(rows, layout, start, on_progress)
    report(1.0)
    return np.ascontiguousarray(xy, dtype=np.float32)


def _places(
    rows: np.ndarray, layout: Layout, start: np.ndarray | None, on_progress: OnProgress | None
) -> np.ndarray:
    if isinstance(layout, Umap):
        return umap_places(rows, layout, start, on_progress)
    if isinstance(layout, Tsne):
        return tsne_places(rows, layout, start, on_progress)
    if isinstance(layout, Pacmap):
        return pacmap_places(rows, layout, start, on_progress)
    return pca_places(rows, start)


def _checked_rows(vectors: np.ndarray | Embeddings, layout: Layout) -> np.ndarray:
    rows = vectors_of(vectors)
    fewest = _FEWEST.get(layout.method, 3)
    if len(rows) < fewest:
        raise InputError(f"{len(rows)} points came; a {layout.title} map needs at least {fewest}")
    if layout.metric == "cosine":
        rows = unit_rows(rows)
    if np.allclose(rows, rows[0], rtol=0.0, atol=1e-12 * np.abs(rows).max()):
        raise InputError(f"all {len(rows)} points are identical; a map needs at least two places")
    return rows


def _checked_initial(initial: np.ndarray, n: int) -> np.ndarray:
    start = np.asarray(initial, dtype=np.float32)
    if start.shape != (n, 2):
        raise InputError(f"initial has shape {start.shape}; give one place per point: ({n}, 2)")
    require_finite(start, "initial places")
    if (np.ptp(start, axis=0) == 0).any():
        raise InputError(
            "initial places lie on one vertical or horizontal line; give a map with two extents"
        )
    return start
