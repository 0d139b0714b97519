"""Representation topology divergence: where two row-matched clouds join their points differently.

A bar of one diagram says nothing about which points make it, so two clouds can have equal diagrams
and group other points. The divergence compares the same points under two sets of distances, and
counts how long each connection of one is missing in the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress
from tomclip.core.results import ArrayRecord
from tomclip.core.types import DistanceMatrix, Embeddings, PersistenceDiagram
from tomclip.geometry.distances import distance_matrix, vectors_of
from tomclip.topology.rips import persistence_diagrams

UNIT_QUANTILE = 0.9
SMALLEST_SAMPLE = 3


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Divergence(ArrayRecord):
    """A mean over `samples` subsamples of `sample_size` points, and its standard error.

    `per_sample` (samples,) holds the value of each. The error is NaN when there is one sample. The
    value grows with `sample_size`: compare values of the same size only.
    """

    value: float
    standard_error: float
    sample_size: int
    samples: int
    per_sample: np.ndarray


def representation_topology_divergence(
    a: np.ndarray | Embeddings,
    b: np.ndarray | Embeddings,
    *,
    metric: str = "cosine",
    sample_size: int = 100,
    samples: int = 10,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> Divergence:
    """Returns RTD(a, b): the total length of the cross-barcode, both directions averaged.

    Distances of a subsample are divided by their 0.9 quantile (over the full matrix, as published;
    by the largest where so many points are equal that the quantile is 0), so the value is free of
    scale. See `cross_barcode` for the bars. It is 0 for clouds with proportional distances,
    symmetric in a and b, and has no upper bound.

    Args:
        a: (n, d) vectors or Embeddings, n >= 3.
        b: (n, e) vectors of the same items in the same order.
        metric: "cosine" or "euclidean" (as in the paper).
        sample_size: Items in a subsample, drawn without repetition; 100 take about 0.02 s, 500 some
            seconds. When there are no more items than that, all of them are taken once.
        samples: Subsamples, >= 1.
        seed: Of the subsamples, the same items for equal n: differences between encoders vary less
            than the values.
        on_progress: Called with (steps done, steps in all) after every cross-barcode. An
            exception raised in it stops the work.

    Returns:
        A value >= 0, lower is more alike.

    Raises:
        InputError: for unmatched rows, too few items or samples, or what `distance_matrix` refuses.

    References:
        Barannikov, Trofimov, Balabin and Burnaev, "Representation topology divergence: a method for
        comparing neural network representations", ICML 2022, sections 2.3 to 2.5.
    """
    first, second = vectors_of(a), vectors_of(b)
    _require_matched(len(first), len(second), sample_size, samples)
    drawn = _subsamples(len(first), sample_size, samples, seed)
    values = np.zeros(len(drawn))
    for i, rows in enumerate(drawn):
        here, there = (_unit_distances(cloud[rows], metric) for cloud in (first, second))
        for direction, sides in enumerate([(here, there), (there, here)], start=1):
            bars = cross_barcode(*sides).pairs
            values[i] += (bars[:, 1] - bars[:, 0]).sum() / 2
            if on_progress is not None:
                on_progress(2 * i + direction, 2 * len(drawn))
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else float("nan")
    return Divergence(
        float(values.mean()), float(error), len(drawn[0]), len(drawn), per_sample=values
    )


def cross_barcode(a: DistanceMatrix, b: DistanceMatrix) -> PersistenceDiagram:
    """Returns R-Cross-Barcode_1(a, b): bars of the connections that b makes before a does.

    The points are doubled. The first copies, all at distance 0, stand for "joined in a already";
    the second copies lie min(a, b) apart; first copy i and second copy j lie a[i, j] apart when
    i <= j, and are not joined when i > j. H1 of that graph's flag filtration is born where b, but
    not yet a, joins two groups of points, and dies where a joins them too.

    The missing edges get the largest entry of a. That is exact: at this value first copy 1 is
    joined to every vertex already, so the complex is a cone, without homology, and stays one.

    Args:
        a: (n, n) distances, n >= 3.
        b: (n, n) distances of the same items in the same unit.

    Returns:
        An H1 diagram; its n_points is n.

    Raises:
        InputError: for matrices of different size or metric, or what `persistence_diagrams`
            refuses.
    """
    if a.values.shape != b.values.shape or a.metric != b.metric:
        raise InputError(
            f"distances of shape {a.values.shape} ({a.metric}) and {b.values.shape} ({b.metric}) "
            "came; give the same items and metric on both sides"
        )
    here, there = a.values * a.scale, b.values * b.scale
    n = len(here)
    across = np.where(np.triu(np.ones((n, n), dtype=bool)), here, here.max())
    doubled = np.block([[np.zeros((n, n)), across], [across.T, np.minimum(here, there)]])
    graph = DistanceMatrix(doubled, a.metric)
    bars = persistence_diagrams(graph, max_dimension=1)[1].pairs
    return PersistenceDiagram(bars, 1, a.metric, n, filtration="cross-barcode")


def _unit_distances(points: np.ndarray, metric: str) -> DistanceMatrix:
    distances = distance_matrix(points, metric=metric)
    quantile = float(np.quantile(distances.values, UNIT_QUANTILE))
    unit = quantile or float(distances.values.max()) or 1.0
    return DistanceMatrix(distances.values / unit, distances.metric)


def _subsamples(n: int, sample_size: int, samples: int, seed: int) -> list[np.ndarray]:
    if n <= sample_size:
        return [np.arange(n)]
    rng = np.random.default_rng(seed)
    return [rng.choice(n, size=sample_size, replace=False) for _ in range(samples)]


def _require_matched(n: int, m: int, sample_size: int, samples: int) -> None:
    if n != m:
        raise InputError(
            f"the clouds have {n} and {m} rows; give the same items in the same order on both sides"
        )
    if min(n, sample_size) < SMALLEST_SAMPLE:
        raise InputError(
            f"sample_size is {sample_size} for {n} rows; "
            f"both must be at least {SMALLEST_SAMPLE}, for example 100"
        )
    if samples < 1:
        raise InputError(f"samples is {samples}; give at least 1")
