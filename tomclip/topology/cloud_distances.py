"""What topology accepts as a cloud: points, embeddings or distances, checked once at the border."""

from __future__ import annotations

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import require_finite
from tomclip.core.types import DistanceMatrix, Embeddings, require_metric
from tomclip.geometry.distances import distance_matrix

SMALLEST_CLOUD = 3
_SYMMETRY_TOLERANCE = 1e-9


def cloud_distances(
    points_or_distances: np.ndarray | Embeddings | DistanceMatrix,
    *,
    metric: str = "cosine",
    max_points: int | None = None,
) -> DistanceMatrix:
    """Returns the checked true distances (`scale` 1, float64) of a cloud of at least 3 points.

    Args:
        points_or_distances: A plain array is always (n, d) points, also when it is square; wrap
            distances in `DistanceMatrix`, whose own metric then counts.
        metric: "cosine" or "euclidean", for points.
        max_points: Most points accepted; None accepts any number.

    Raises:
        InputError: for fewer than 3 points, more than `max_points`, NaN or infinity, an unknown
            metric, or distances that are not square, symmetric, non-negative with a zero diagonal.
    """
    _require_size(len(points_or_distances), max_points)
    if isinstance(points_or_distances, DistanceMatrix):
        return true_distances(points_or_distances)
    return distance_matrix(points_or_distances, metric=metric)


def true_distances(distances: DistanceMatrix) -> DistanceMatrix:
    """Returns the matrix with its scale multiplied in and `scale` 1, after checking it.

    Raises:
        InputError: when `distances` is no DistanceMatrix, has fewer than 3 points, is not square,
            symmetric and non-negative with a zero diagonal, or holds NaN or infinity.
    """
    if not isinstance(distances, DistanceMatrix):
        raise InputError(
            f"distances came as {type(distances).__name__}; make them with "
            "geometry.distance_matrix or wrap them in DistanceMatrix"
        )
    values = np.asarray(distances.values, dtype=np.float64) * distances.scale
    if values.ndim != 2 or values.shape[0] != values.shape[1]:
        raise InputError(f"distances have shape {values.shape}; give a square (n, n) matrix")
    _require_size(len(values), None)
    require_finite(values, "distances")
    _require_dissimilarity(values)
    return DistanceMatrix(values, require_metric(distances.metric))


def _require_size(n: int, max_points: int | None) -> None:
    if n < SMALLEST_CLOUD:
        raise InputError(f"{n} points came; a persistence diagram needs at least {SMALLEST_CLOUD}")
    if max_points is not None and n > max_points:
        raise InputError(
            f"{n} points came where {max_points} are accepted; "
            "choose fewer points, or pass max_points=None and expect to wait"
        )


def _require_dissimilarity(values: np.ndarray) -> None:
    if np.diagonal(values).any() or (values < 0).any():
        raise InputError(
            "distances have a negative entry or a diagonal other than zero; "
            "give distances, not similarities"
        )
    gap = float(np.abs(values - values.T).max())
    if gap > _SYMMETRY_TOLERANCE * float(values.max()):
        raise InputError(
            f"distances are not symmetric (largest gap {gap:.3g}); use (values + values.T) / 2"
        )
