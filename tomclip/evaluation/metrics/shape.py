"""How far a language's cloud of texts is from a reference cloud of the same concepts.

Diagrams are computed in the original space, on at most `max_points` concepts, the same for both
clouds, and so is the rank correlation of distances; representation topology divergence (RTD) on
subsamples of 100; the other row-matched measures on every concept. Each Score says in `n` how many
were used at a time. None is bootstrapped: repeated points change a diagram.

References:
    The papers of each measure stand in `tomclip.geometry` and `tomclip.topology`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.core.scores import ENDINGS, SHAPE_SCORES, Reference, score_kind
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


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CloudShape(ArrayRecord):
    """A cloud with the diagrams of its sample, computed once and compared many times."""

    embeddings: Embeddings
    rows: np.ndarray
    diagrams: tuple[PersistenceDiagram, ...]
    metric: Metric


Measure: TypeAlias = Callable[[CloudShape, CloudShape, int], tuple[float, int]]
Distance: TypeAlias = Callable[[PersistenceDiagram, PersistenceDiagram], float]


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
    reference: CloudShape,
    other: CloudShape,
    *,
    language: str,
    seed: int = 0,
    against: Reference = "english",
    names: Sequence[str] = SHAPE_SCORES,
) -> tuple[Score, ...]:
    """Returns the scores of `shape_scores` for two clouds over the same concepts.

    Args:
        reference: the cloud that `other` is compared with.
        other: the cloud of `language`.
        language: written into the scores.
        seed: of the subsamples.
        against: what `reference` is; the names of scores against the teacher say so.
        names: which of `SHAPE_SCORES` to measure.

    Raises:
        InputError: when the two do not hold the same concepts in the same order and sample.
    """
    _require_matched(reference, other)
    found = []
    for name in names:
        if _can_be_measured(name, reference, other):
            value, n = MEASURES[name](reference, other, seed)
            kind = score_kind(name + ENDINGS[against])
            found.append(kind.score(value, language=language, n=n, metric=other.metric))
    return tuple(found)


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


def _diagrams(distance: Distance, dimension: int) -> Measure:
    def measure(a: CloudShape, b: CloudShape, seed: int) -> tuple[float, int]:
        return distance(a.diagrams[dimension], b.diagrams[dimension]), len(b.rows)

    return measure


def _all_rows(compare: Callable[[np.ndarray, np.ndarray], float]) -> Measure:
    def measure(a: CloudShape, b: CloudShape, seed: int) -> tuple[float, int]:
        return compare(a.embeddings.vectors, b.embeddings.vectors), len(b.embeddings)

    return measure


def _divergence(a: CloudShape, b: CloudShape, seed: int) -> tuple[float, int]:
    found = representation_topology_divergence(
        a.embeddings,
        b.embeddings,
        metric=b.metric,
        sample_size=RTD_SAMPLE,
        samples=RTD_SAMPLES,
        seed=seed,
    )
    return found.value, found.sample_size


def _neighbours(a: CloudShape, b: CloudShape, seed: int) -> tuple[float, int]:
    x, y = a.embeddings.vectors, b.embeddings.vectors
    return mutual_knn_overlap(x, y, k=NEIGHBOURS, metric=b.metric), len(y)


def _rank_correlation(a: CloudShape, b: CloudShape, seed: int) -> tuple[float, int]:
    """Compares all pairs of distances, of which there are many: on the diagrams' rows only."""
    x, y = a.embeddings.vectors[a.rows], b.embeddings.vectors[b.rows]
    return rsa_spearman(x, y, metric=b.metric), len(y)


MEASURES: Mapping[str, Measure] = {
    "bottleneck_h0": _diagrams(bottleneck_distance, 0),
    "wasserstein_h0": _diagrams(wasserstein_distance, 0),
    "bottleneck_h1": _diagrams(bottleneck_distance, 1),
    "wasserstein_h1": _diagrams(wasserstein_distance, 1),
    "rtd": _divergence,
    "linear_cka": _all_rows(linear_cka),
    "debiased_cka": _all_rows(debiased_cka),
    "mutual_knn": _neighbours,
    "rsa": _rank_correlation,
    "procrustes": _all_rows(procrustes_disparity),
    "language_gap": _all_rows(language_gap),
}
"""By the name of a shape score, its value and how many items were used."""


def _can_be_measured(name: str, a: CloudShape, b: CloudShape) -> bool:
    same_space = a.embeddings.vectors.shape[1] == b.embeddings.vectors.shape[1]
    return name != "language_gap" or (b.metric == "cosine" and same_space)


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
