"""Maps of a cloud to the plane. A map is a picture: scores and diagrams use the original space."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any, Literal, get_args

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, begin, shares
from tomclip.core.reading.numbers import require_finite, unit_rows
from tomclip.core.types import Embeddings, require_metric
from tomclip.geometry.distances import vectors_of

Method = Literal["umap", "pca"]
METHODS: tuple[Method, ...] = get_args(Method)

_SMALLEST_SPECTRAL = 10  # UMAP's spectral start fails or warns on smaller clouds


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
    """Returns a two-dimensional map of the cloud, the same one for the same input and seed.

    `initial` makes maps comparable by eye: UMAP starts from it; PCA, whose axes are only defined
    up to sign and order, is rotated or reflected onto it without changing a distance.

    Args:
        vectors: (n, d) vectors, n >= 3.
        method: "umap" or "pca".
        seed: Seed of UMAP; PCA is deterministic.
        neighbours: UMAP's neighbourhood size, at least 2; clouds with fewer others use all of them.
        minimum_distance: UMAP's smallest distance between points of the map, in [0, 1].
        metric: "cosine" or "euclidean"; PCA with "cosine" works on the unit-length rows.
        initial: (n, 2) map of the same items to start from or to align with.
        on_progress: Called with (steps done, steps in all), where a step is a thousandth of the
            work. An exception raised in it stops the work.

    Returns:
        Coordinates (n, 2) float32, without unit.

    Raises:
        InputError: for an unknown method or metric, fewer than 3 points, identical points, NaN, a
            zero vector with "cosine", or settings out of range.

    References:
        McInnes, Healy and Melville, "UMAP: uniform manifold approximation and projection", 2018.
    """
    rows = _checked_rows(vectors, metric)
    start = None if initial is None else _checked_initial(initial, len(rows))
    report = shares(on_progress)
    report(0.0)
    if method == "pca":
        xy = _pca(rows, start)
    elif method == "umap":
        settings = _umap_settings(len(rows), neighbours, minimum_distance, seed, metric)
        xy = _umap(rows, start, settings, on_progress)
    else:
        raise InputError(f"method is {method!r}; use {' or '.join(map(repr, METHODS))}")
    report(1.0)
    return np.ascontiguousarray(xy, dtype=np.float32)


def _checked_rows(vectors: np.ndarray | Embeddings, metric: str) -> np.ndarray:
    rows = vectors_of(vectors)
    if len(rows) < 3:
        raise InputError(f"{len(rows)} points came; a map needs at least 3")
    if require_metric(metric) == "cosine":
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


def _pca(rows: np.ndarray, start: np.ndarray | None) -> np.ndarray:
    from sklearn.decomposition import PCA

    width = min(2, *rows.shape)
    xy = PCA(n_components=width, svd_solver="full").fit_transform(rows)
    xy = np.pad(xy, ((0, 0), (0, 2 - width)))
    if start is None:
        return xy
    from scipy.linalg import orthogonal_procrustes

    rotation, _ = orthogonal_procrustes(xy, start - start.mean(axis=0))
    return xy @ rotation


def _umap_settings(
    n: int, neighbours: int, minimum_distance: float, seed: int, metric: str
) -> dict[str, Any]:
    if neighbours < 2:
        raise InputError(f"neighbours is {neighbours}; give at least 2")
    if not 0 <= minimum_distance <= 1:
        raise InputError(f"minimum_distance is {minimum_distance}; give a number from 0 to 1")
    return {
        "n_neighbors": min(neighbours, n - 1),
        "min_dist": minimum_distance,
        "metric": metric,
        "random_state": seed,
        "n_jobs": 1,
        "init": "spectral" if n >= _SMALLEST_SPECTRAL else "pca",
    }


def _umap(
    rows: np.ndarray,
    start: np.ndarray | None,
    settings: dict[str, Any],
    on_progress: OnProgress | None,
) -> np.ndarray:
    from umap import UMAP

    shares(on_progress)(0.05)
    begin(on_progress, "finding neighbours")
    if start is not None:
        settings["init"] = start
    stream, pace = _EpochStream(), _Pace(0.1)
    arranging = shares(on_progress, 0.2, 1.0)

    def ask() -> None:
        if stream.share:
            begin(on_progress, "arranging points")
        arranging(stream.share)

    pace.ask = ask
    settings["tqdm_kwds"] = {
        "file": stream,
        "mininterval": pace,
        "bar_format": "{n}/{total}",
        "disable": on_progress is None,
    }
    return np.asarray(UMAP(**settings).fit_transform(rows))


class _EpochStream(io.StringIO):
    """The text stream UMAP's progress bar writes to; knows the share of finished epochs.

    UMAP has no callback. It forwards `tqdm_kwds` to its bar, whose `file` and `bar_format` are
    public, so the stream receives "\\r120/500". Text of any other form is ignored.
    """

    share = 0.0

    def write(self, text: str) -> int:
        if match := re.search(r"(\d+)/(\d+)", text):
            done, total = map(int, match.groups())
            self.share = min(done / max(total, 1), 1.0)
        return len(text)


class _Pace(float):
    """The seconds between two redraws of the bar, which compares with them between two epochs.

    That is where the work can be stopped: while the bar writes it holds a lock, which an exception
    would leave locked for every later bar and for the end of the process.
    """

    ask: Callable[[], None]

    def __le__(self, elapsed: float) -> bool:
        self.ask()
        return float(self) <= elapsed
