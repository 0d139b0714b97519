"""The diagrams of samples of a cloud, at their own size or with it divided out."""

from __future__ import annotations

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, silent
from tomclip.core.types import Diagrams, DistanceMatrix, Embeddings
from tomclip.geometry.distances import distance_matrix, vectors_of
from tomclip.topology.rips import persistence_diagrams


def sample_diagrams(
    cloud: np.ndarray | Embeddings,
    rows: np.ndarray,
    *,
    max_dimension: int = 1,
    metric: str = "cosine",
    scaled: bool = False,
    on_progress: OnProgress | None = None,
) -> list[Diagrams]:
    """Returns the diagrams of each sample of the cloud, 0 to `max_dimension`.

    Args:
        cloud: (n, d) vectors or Embeddings.
        rows: (samples, size) rows of the cloud, such as those of `dealt_rows`.
        max_dimension: As in `persistence_diagrams`.
        metric: "cosine" or "euclidean".
        scaled: Divide the distances of every sample by their median; the diagrams' unit is that
            median then.
        on_progress: Called with (samples done, samples in all) after every one. An exception raised
            in it stops the work.

    Raises:
        InputError: for what `persistence_diagrams` refuses, and with `scaled` for a sample half of
            whose distances are 0.
    """
    vectors, report = vectors_of(cloud), on_progress or silent
    found = []
    for done, part in enumerate(rows, start=1):
        points = distance_matrix(vectors[part], metric=metric)
        points = _of_median_one(points) if scaled else points
        found.append(persistence_diagrams(points, max_dimension=max_dimension))
        report(done, len(rows))
    return found


def _of_median_one(distances: DistanceMatrix) -> DistanceMatrix:
    median = float(np.median(distances.values[np.triu_indices(len(distances), 1)]))
    if median == 0:
        raise InputError(
            f"half of the distances in a sample of {len(distances)} points are 0, so they have no "
            "median to be divided by; give different points, or scaled=False"
        )
    return DistanceMatrix(distances.values / median, distances.metric)
