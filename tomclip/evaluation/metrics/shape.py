"""How far a language's cloud of texts is from a reference cloud of the same concepts.

Diagrams are computed in the original space, on at most `max_points` concepts, the same for both
clouds, and so is the rank correlation of distances; representation topology divergence (RTD) on
subsamples of 100; the other row-matched measures on every concept. Each Score says in `n` how many
were used at a time. None is bootstrapped: repeated points change a diagram.

References:
    The papers of each measure stand in `tomclip.geometry` and `tomclip.topology`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings, Metric, PersistenceDiagram, Score
from tomclip.geometry import (
    debiased_cka,
    language_gap,
    linear_cka,
    mutual_knn_overlap,
    procrustes_disparity,
    rsa_spearman,
)
from tomclip.topology import bottleneck_distance, persistence_diagrams, wasserstein_distance
from tomclip.topology.divergence import representation_topology_divergence

NEIGHBOURS = 10
RTD_SAMPLE = 100
RTD_SAMPLES = 8
DISTANCES = {"bottleneck": bottleneck_distance, "wasserstein": wasserstein_distance}
SHAPE_SCORES = (
    *(f"{name}_h{dimension}" for dimension in (0, 1) for name in DISTANCES),
    "rtd",
    "linear_cka",
    "debiased_cka",
    "mutual_knn",
    "rsa",
    "procrustes",
    "language_gap",
)
"""In the order of the report; `language_gap` only with "cosine" and clouds of one dimension."""


@dataclass(frozen=True, slots=True)
class CloudShape:
    """A cloud with the diagrams of its sample, computed once and compared many times."""

    embeddings: Embeddings
    rows: np.ndarray
    diagrams: tuple[PersistenceDiagram, ...]
    metric: Metric


def sample_rows(n: int, *, max_points: int = 300, seed: int = 0) -> np.ndarray:
    """Returns at most `max_points` of the rows 0..n-1, ascending, the same for equal arguments.

    Raises:
        InputError: when `max_points` is below 3; a diagram needs three points.
    """
    if max_points < 3:
        raise InputError(f"max_points is {max_points}; use at least 3, for example 300")
    if n <= max_points:
        return np.arange(n)
    return np.sort(np.random.default_rng(seed).choice(n, size=max_points, replace=False))


def cloud_shape(
    embeddings: Embeddings, rows: np.ndarray, *, metric: Metric = "cosine"
) -> CloudShape:
    """Returns the cloud with its H0 and H1 diagrams over `rows`, for `shape_scores_between`."""
    points = embeddings.vectors[rows]
    diagrams = persistence_diagrams(points, metric=metric, max_dimension=1)
    return CloudShape(embeddings, rows, diagrams, metric)


def shape_scores_between(
    reference: CloudShape, other: CloudShape, *, language: str, seed: int = 0
) -> tuple[Score, ...]:
    """Returns the scores of `shape_scores` for two clouds over the same concepts.

    Raises:
        InputError: when the two do not hold the same concepts in the same order and sample.
    """
    _require_matched(reference, other)
    return (
        *_diagram_scores(reference, other, language),
        _divergence_score(reference, other, language, seed),
        *_alignment_scores(reference, other, language),
    )


def shape_scores(
    reference: Embeddings,
    other: Embeddings,
    *,
    language: str,
    metric: Metric = "cosine",
    max_points: int = 300,
    seed: int = 0,
) -> tuple[Score, ...]:
    """Returns how the shape of `other` differs from that of `reference`, row-matched clouds.

    `bottleneck_h0`, `wasserstein_h0`, `bottleneck_h1`, `wasserstein_h1` are distances between
    Vietoris-Rips diagrams in the metric's unit, from 0, lower is better. `rtd` is the mean
    representation topology divergence of 8 subsamples of 100 concepts, from 0, lower is better.
    `linear_cka`, `debiased_cka`, `mutual_knn` (shared 10 nearest neighbours) and `rsa` (Spearman)
    are at most 1, higher is better. `procrustes` lies in [0, 1] and `language_gap` in [0, 2], lower
    is better; the gap, between directions, needs "cosine" and clouds of one dimension.

    Args:
        reference: (n, d) cloud, usually English; n > 10.
        other: (n, e) cloud of the same concepts, with the same ids in the same order.
        language: of `other`; written into the scores.
        metric: of diagrams and neighbours.
        max_points: most concepts that a diagram is computed on.
        seed: of the samples, the same rows for every language.

    Raises:
        InputError: when the ids differ, or there are too few concepts.
    """
    rows = sample_rows(len(reference), max_points=max_points, seed=seed)
    clouds = [reference, other]
    _require_same_ids(*clouds)
    shapes = [cloud_shape(cloud, rows, metric=metric) for cloud in clouds]
    return shape_scores_between(*shapes, language=language, seed=seed)


def _diagram_scores(reference: CloudShape, other: CloudShape, language: str) -> list[Score]:
    return [
        Score(
            name=f"{name}_h{dimension}",
            value=float(distance(a, b)),
            unit=f"{other.metric} distance",
            higher_is_better=False,
            n=len(other.rows),
            language=language,
        )
        for dimension, (a, b) in enumerate(zip(reference.diagrams, other.diagrams, strict=True))
        for name, distance in DISTANCES.items()
    ]


def _divergence_score(reference: CloudShape, other: CloudShape, language: str, seed: int) -> Score:
    found = representation_topology_divergence(
        reference.embeddings,
        other.embeddings,
        metric=other.metric,
        sample_size=RTD_SAMPLE,
        samples=RTD_SAMPLES,
        seed=seed,
    )
    return Score("rtd", found.value, higher_is_better=False, n=found.sample_size, language=language)


def _alignment_scores(reference: CloudShape, other: CloudShape, language: str) -> Iterator[Score]:
    """Yields the measures of `tomclip.geometry`; all pairs of ranks only on the diagrams' rows."""
    a, b = reference.embeddings.vectors, other.embeddings.vectors
    rows, metric, n = other.rows, other.metric, len(b)
    neighbours = mutual_knn_overlap(a, b, k=NEIGHBOURS, metric=metric)
    ranks = rsa_spearman(a[rows], b[rows], metric=metric)
    yield Score("linear_cka", linear_cka(a, b), n=n, language=language)
    yield Score("debiased_cka", debiased_cka(a, b), n=n, language=language)
    yield Score("mutual_knn", neighbours, n=n, language=language)
    yield Score("rsa", ranks, n=len(rows), language=language)
    disparity = procrustes_disparity(a, b)
    yield Score("procrustes", disparity, higher_is_better=False, n=n, language=language)
    if metric == "cosine" and a.shape[1] == b.shape[1]:
        gap = language_gap(a, b)
        yield Score("language_gap", gap, higher_is_better=False, n=n, language=language)


def _require_same_ids(reference: Embeddings, other: Embeddings) -> None:
    if reference.ids != other.ids:
        raise InputError(
            f"the reference holds {len(reference)} concepts and the other cloud {len(other)}, "
            "not the same ids in the same order; select the same concepts from both"
        )


def _require_matched(reference: CloudShape, other: CloudShape) -> None:
    _require_same_ids(reference.embeddings, other.embeddings)
    if not np.array_equal(reference.rows, other.rows) or reference.metric != other.metric:
        raise InputError(
            "the two shapes were computed on different samples or metrics; "
            "compute both with the same rows and metric"
        )
