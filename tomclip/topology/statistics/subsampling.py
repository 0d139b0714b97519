"""Large clouds by way of few points: landmarks that cover the cloud, and averages over samples.

Landmarks are one subset with a proven error. An average landscape says what a random sample of a
stated size looks like and how much samples differ; it does not fall for single outliers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial.distance import cdist

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.results import ArrayRecord, Shown
from tomclip.core.types import DistanceMatrix, Embeddings, PersistenceDiagram, require_metric
from tomclip.geometry.distances import vectors_of
from tomclip.topology.cloud_distances import SMALLEST_CLOUD, true_distances
from tomclip.topology.rips import persistence_diagrams
from tomclip.topology.vectorisations import checked_grid, landscape

if TYPE_CHECKING:
    import pandas as pd

GRID_SIZE = 200

DistancesFrom = Callable[[int], np.ndarray]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Landmarks(ArrayRecord):
    """Rows of a cloud, in the order chosen, and how far they leave any point.

    `covering_radius` is the largest distance of a point to its nearest landmark, in the unit of the
    metric. The first k rows are the landmarks that `count=k` gives.
    """

    rows: np.ndarray
    covering_radius: float

    def __len__(self) -> int:
        return len(self.rows)


def maxmin_landmarks(
    points_or_distances: np.ndarray | Embeddings | DistanceMatrix,
    count: int,
    *,
    metric: str = "cosine",
    seed: int = 0,
    start: int | None = None,
    on_progress: OnProgress | None = None,
) -> Landmarks:
    """Returns landmarks by farthest-point sampling: each is the point farthest from those before.

    Their covering radius is at most twice that of the best choice of `count` points. It bounds the
    error of every diagram of the landmarks L of a cloud X, essential bars included:

        d_B(X, L) <= 2 * covering_radius        with Euclidean distances,

    because the clouds are within that Hausdorff distance and a simplex enters at its longest edge.
    Cosine distance is no metric; the bound holds for its chord, sqrt(2 * distance): the diagrams of
    the unit rows in Euclidean distance are within 2 * sqrt(2 * covering_radius).

    Memory O(n d) for points: the distance matrix is never formed.

    Args:
        points_or_distances: (n, d) points, Embeddings or a DistanceMatrix.
        count: Landmarks, 1 to n.
        metric: "cosine" or "euclidean", for points; a DistanceMatrix brings its own.
        seed: Draws the first landmark.
        start: Row of the first landmark, instead of a draw.
        on_progress: Called with (steps done, steps in all) after every landmark. An exception
            raised in it stops the work.

    Returns:
        `count` different rows; a tie goes to the lowest row.

    Raises:
        InputError: for a count or start out of range, an unknown metric, or points or distances
            that `persistence_diagrams` refuses.

    References:
        Gonzalez, "Clustering to minimize the maximum intercluster distance", 1985; de Silva and
        Carlsson, "Topological estimation using witness complexes", 2004; Chazal, de Silva and
        Oudot, "Persistence stability for geometric complexes", 2014.
    """
    n = len(points_or_distances)
    if not 1 <= count <= n:
        raise InputError(f"count is {count} for {n} points; use 1 to {n} landmarks")
    if start is not None and not 0 <= start < n:
        raise InputError(f"start is {start} for {n} points; give a row from 0 to {n - 1}")
    distances_from = _distances_from(points_or_distances, metric)
    rows = [int(np.random.default_rng(seed).integers(n)) if start is None else start]
    nearest = distances_from(rows[0])
    while len(rows) < count:
        nearest[rows[-1]] = -np.inf  # a chosen row is not chosen again, duplicates may be
        rows.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, distances_from(rows[-1]))
        if on_progress is not None:
            on_progress(len(rows), count)
    return Landmarks(np.array(rows), max(0.0, float(nearest.max())))


def _distances_from(
    points_or_distances: np.ndarray | Embeddings | DistanceMatrix, metric: str
) -> DistancesFrom:
    """Returns the function that gives the distances (n,) of all points from one row."""
    if isinstance(points_or_distances, DistanceMatrix):
        values = true_distances(points_or_distances).values
        return lambda row: values[row].copy()
    rows = vectors_of(points_or_distances)
    if require_metric(metric) == "euclidean":
        return lambda row: cdist(rows, rows[row : row + 1])[:, 0]
    units = unit_rows(rows)
    return lambda row: cdist(units, units[row : row + 1], "sqeuclidean")[:, 0] / 2


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class AverageLandscape(ArrayRecord, Shown):
    """The mean landscape of random samples of `sample_size` points each, of one dimension.

    `grid` is (g,), `mean` and `standard_error` are (levels, g), all in the unit of the filtration.
    The standard error is pointwise and that of the mean over `samples` samples of this cloud; it
    does not include that the cloud itself is one draw.
    """

    grid: np.ndarray
    mean: np.ndarray
    standard_error: np.ndarray
    homology_dimension: int
    sample_size: int
    samples: int

    def __repr__(self) -> str:
        of = f"{self.samples} samples of {self.sample_size} points"
        return f"AverageLandscape(H{self.homology_dimension}, {len(self.mean)} levels, {of})"

    def to_frame(self) -> pd.DataFrame:
        """Returns a row per level, from 1, and grid value: level, filtration and the two curves."""
        import pandas as pd

        levels, places = self.mean.shape
        columns = {
            "level": np.repeat(np.arange(1, levels + 1), places),
            "filtration": np.tile(self.grid, levels),
            "mean": self.mean.ravel(),
            "standard_error": self.standard_error.ravel(),
        }
        return pd.DataFrame(columns)


def average_landscape(
    points: np.ndarray | Embeddings,
    *,
    sample_size: int,
    samples: int,
    grid: np.ndarray | None = None,
    homology_dimension: int = 1,
    levels: int = 5,
    metric: str = "cosine",
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> AverageLandscape:
    """Returns the mean persistence landscape of repeated random samples of a large cloud.

    Every sample is drawn without replacement, so it costs what a cloud of `sample_size` points
    costs. The mean depends on that size: compare averages of one size only.

    Args:
        points: (n, d) points or Embeddings.
        sample_size: Points of a sample, 3 to n; the stated limits of `persistence_diagrams` hold.
        samples: How many samples, at least 2.
        grid: (g,) filtration values; None for 200 from the earliest birth to the last death of all
            samples. Give one grid to compare clouds.
        homology_dimension: 0, 1 or 2.
        levels: How many landscapes, at least 1.
        metric: "cosine" or "euclidean".
        seed: Of the draws.
        on_progress: Called with (steps done, steps in all) after every sample. An exception
            raised in it stops the work.

    Raises:
        InputError: for a sample size, a number of samples, a grid or levels out of range, and as
            `persistence_diagrams`.

    References:
        Chazal, Fasy, Lecci, Michel, Rinaldo and Wasserman, "Subsampling methods for persistent
        homology", ICML 2015.
    """
    rows = points.vectors if isinstance(points, Embeddings) else np.asarray(points)
    _require_samples(len(rows), sample_size, samples)
    generator = np.random.default_rng(seed)
    diagrams = []
    for i in range(samples):
        sample = rows[np.sort(generator.choice(len(rows), sample_size, replace=False))]
        diagrams.append(
            persistence_diagrams(sample, metric=metric, max_dimension=homology_dimension)[-1]
        )
        if on_progress is not None:
            on_progress(i + 1, samples)
    values = _common_grid(diagrams) if grid is None else checked_grid(grid)
    curves = np.stack([landscape(diagram, values, levels=levels) for diagram in diagrams])
    error = curves.std(axis=0, ddof=1) / np.sqrt(samples)
    return AverageLandscape(
        values, curves.mean(axis=0), error, homology_dimension, sample_size, samples
    )


def _common_grid(diagrams: list[PersistenceDiagram]) -> np.ndarray:
    bars = np.concatenate([diagram.finite for diagram in diagrams])
    ends = (bars.min(), bars.max()) if len(bars) else (0.0, 1.0)
    return np.linspace(*ends, GRID_SIZE)


def _require_samples(n: int, sample_size: int, samples: int) -> None:
    if not SMALLEST_CLOUD <= sample_size <= n:
        raise InputError(
            f"sample_size is {sample_size} for {n} points; use {SMALLEST_CLOUD} to {n}"
        )
    if samples < 2:
        raise InputError(f"samples is {samples}; use at least 2, for example 100")
