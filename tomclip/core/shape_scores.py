"""The shape scores: how far a cloud of texts is from a reference cloud of the same concepts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

DISTANCE = "distance"
"""The unit of a score in the unit of its metric."""
Bounds: TypeAlias = tuple[float | None, float | None]


class ShapeScore(NamedTuple):
    """What is written of a shape score, whatever cloud it is compared with; see `ScoreKind`."""

    title: str
    column: str
    explanation: str
    unit: str
    bounds: Bounds
    higher_is_better: bool


SHAPES: Mapping[str, ShapeScore] = {
    "bottleneck_h0": ShapeScore(
        "bottleneck distance, H0",
        "bottleneck H0",
        "the worst merge of components",
        DISTANCE,
        (0, None),
        False,
    ),
    "wasserstein_h0": ShapeScore(
        "Wasserstein distance, H0",
        "Wasserstein H0",
        "all merges of components together",
        DISTANCE,
        (0, None),
        False,
    ),
    "bottleneck_h1": ShapeScore(
        "bottleneck distance, H1", "bottleneck H1", "the worst loop", DISTANCE, (0, None), False
    ),
    "wasserstein_h1": ShapeScore(
        "Wasserstein distance, H1",
        "Wasserstein H1",
        "all loops together",
        DISTANCE,
        (0, None),
        False,
    ),
    "rtd": ShapeScore(
        "topology divergence (RTD)",
        "RTD",
        "concepts joined in one and not yet in the other",
        "",
        (0, None),
        False,
    ),
    "linear_cka": ShapeScore(
        "linear CKA", "linear CKA", "the same geometry, concept by concept", "", (0, 1), True
    ),
    "debiased_cka": ShapeScore(
        "debiased CKA",
        "debiased CKA",
        "linear CKA, 0 for unrelated clouds of any size",
        "",
        (None, 1),
        True,
    ),
    "mutual_knn": ShapeScore(
        "shared nearest neighbours", "mutual kNN", "the same 10 neighbours", "", (0, 1), True
    ),
    "rsa": ShapeScore(
        "rank correlation of distances (RSA)",
        "RSA",
        "the same pairs near and far",
        "",
        (-1, 1),
        True,
    ),
    "procrustes": ShapeScore(
        "Procrustes disparity",
        "Procrustes",
        "what the best rotation and scale leave",
        "",
        (0, 1),
        False,
    ),
    "language_gap": ShapeScore(
        "language gap",
        "language gap",
        "how far apart the centres of the texts are",
        "",
        (0, 2),
        False,
    ),
}
