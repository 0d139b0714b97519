"""Vietoris-Rips persistence diagrams: one adapter per engine, one convention for all.

H0 comes from the minimum spanning tree, which keeps the zero-length bars of duplicate points; every
higher dimension comes from the engine, over the field Z/2. Bars are sorted by birth, then death,
so a bar has the same index whichever engine found it, as far as float32 tells bars apart.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.types import Diagrams, DistanceMatrix, Embeddings, PersistenceDiagram
from tomclip.topology.cloud_distances import cloud_distances
from tomclip.topology.large.streamed_tree import h0_of_tree, large_h0_diagram
from tomclip.topology.spanning_tree import minimum_spanning_tree

Engine = Callable[[np.ndarray, int], list[np.ndarray]]
MaxPoints = int | None | Literal["stated"]

POINT_LIMITS: Mapping[int, int] = MappingProxyType({0: 5000, 1: 2000, 2: 300})
"""Most points accepted by default, by highest dimension.

Seconds on one core for embeddings in a cone; points spread evenly over a high-dimensional sphere
take far longer (300 of them in 512 dimensions: 6 s for H1).
"""


def persistence_diagrams(
    points_or_distances: np.ndarray | Embeddings | DistanceMatrix,
    *,
    metric: str = "cosine",
    max_dimension: int = 1,
    engine: str = "gudhi",
    max_points: MaxPoints = "stated",
) -> Diagrams:
    """Returns the Vietoris-Rips diagrams of a cloud; the index is the homology dimension.

    The filtration value of a simplex is its longest edge (not half of it). The one class that never
    dies, the connected whole, is kept in H0 with death +inf.

    Args:
        points_or_distances: (n, d) points, Embeddings or a DistanceMatrix; n >= 3. A plain array is
            always points.
        metric: "cosine" or "euclidean", for points; a DistanceMatrix brings its own.
        max_dimension: 0, 1 or 2.
        engine: "gudhi" (float64), "ripser" (float32), or "tda" (float32, the fastest), which is
            installed with `pip install "tomclip[engines]"`. H0 is the same for all.
        max_points: Most points accepted: "stated" for `POINT_LIMITS`, a number, or None for any.
            Points are never dropped silently. For H0 alone, points above the stated limit, where
            that is lifted, are streamed in bounded memory; `large_h0_diagram` shows progress, too.

    Returns:
        max_dimension + 1 diagrams, deaths in the unit of the metric: a tuple that shows itself.

    Raises:
        InputError: for an unknown metric, engine or dimension, too few or too many points, NaN, or
            distances that are not distances.

    References:
        Bauer, "Ripser: efficient computation of Vietoris-Rips persistence barcodes", 2021.
    """
    if max_dimension not in POINT_LIMITS:
        raise InputError(f"max_dimension is {max_dimension!r}; use 0, 1 or 2")
    run = _engine(engine)
    if not max_dimension:
        h0 = h0_diagram(points_or_distances, metric=metric, max_points=max_points)
        return Diagrams([h0])
    distances = cloud_distances(
        points_or_distances, metric=metric, max_points=_accepted_points(max_points, max_dimension)
    )
    higher = run(distances.values, max_dimension)
    loops = (_diagram(pairs, k, distances) for k, pairs in enumerate(higher, start=1))
    return Diagrams((_h0(distances), *loops))


def h0_diagram(
    points_or_distances: np.ndarray | Embeddings | DistanceMatrix,
    *,
    metric: str = "cosine",
    max_points: MaxPoints = "stated",
) -> PersistenceDiagram:
    """Returns the exact H0 diagram: n bars born at 0, dying at the lengths of the spanning tree.

    Args:
        points_or_distances: As in `persistence_diagrams`.
        metric: As in `persistence_diagrams`.
        max_points: As in `persistence_diagrams`; points above the stated limit are streamed.

    Returns:
        n pairs sorted by death; the last one is essential (death +inf). Bar i < n - 1 is the i-th
        shortest edge of the tree, see `merge_of_bar`.

    Raises:
        InputError: as in `persistence_diagrams`.
    """
    accepted = _accepted_points(max_points, 0)
    n = len(points_or_distances)
    is_large = POINT_LIMITS[0] < n and (accepted is None or n <= accepted)
    if is_large and not isinstance(points_or_distances, DistanceMatrix):
        return large_h0_diagram(points_or_distances, metric=metric)
    return _h0(cloud_distances(points_or_distances, metric=metric, max_points=accepted))


def _accepted_points(max_points: MaxPoints, homology_dimension: int) -> int | None:
    return POINT_LIMITS[homology_dimension] if max_points == "stated" else max_points


def _h0(distances: DistanceMatrix) -> PersistenceDiagram:
    _, lengths = minimum_spanning_tree(distances.values)
    return h0_of_tree(lengths, distances.metric)


def _diagram(
    pairs: np.ndarray, homology_dimension: int, distances: DistanceMatrix
) -> PersistenceDiagram:
    """Returns the engine's pairs without zero-length bars, sorted by birth, then death."""
    bars = np.asarray(pairs, dtype=np.float64).reshape(-1, 2)
    bars = bars[bars[:, 1] > bars[:, 0]]
    bars = bars[np.lexsort((bars[:, 1], bars[:, 0]))]
    return PersistenceDiagram(bars, homology_dimension, distances.metric, len(distances))


def _gudhi(values: np.ndarray, max_dimension: int) -> list[np.ndarray]:
    from gudhi.sklearn.rips_persistence import RipsPersistence

    rips = RipsPersistence(
        homology_dimensions=list(range(1, max_dimension + 1)),
        input_type="full distance matrix",
        homology_coeff_field=2,
        n_jobs=1,
    )
    return rips.fit_transform([values])[0]


def _ripser(values: np.ndarray, max_dimension: int) -> list[np.ndarray]:
    from ripser import ripser

    scaled, exponent = _float32(values)
    pairs = ripser(scaled, maxdim=max_dimension, coeff=2, distance_matrix=True)["dgms"][1:]
    return [np.ldexp(bars.astype(np.float64), exponent) for bars in pairs]


def _tda(values: np.ndarray, max_dimension: int) -> list[np.ndarray]:
    try:
        from tda import persistent_homology
    except ImportError as error:
        raise InputError(
            "engine 'tda' needs the package tda; install it with "
            "pip install \"tomclip[engines]\" or use 'gudhi'"
        ) from error
    scaled, exponent = _float32(values)
    pairs = persistent_homology(scaled, max_dim=max_dimension, distance_matrix=True, parallel=False)
    return [np.ldexp(bars.astype(np.float64), exponent) for bars in pairs[1:]]


def _float32(values: np.ndarray) -> tuple[np.ndarray, int]:
    """Returns values * 2 ** -exponent, at most 1: no unit of the distances leaves float32."""
    exponent = int(np.frexp(values.max())[1])
    return np.ldexp(values, -exponent).astype(np.float32), exponent


ENGINES: Mapping[str, Engine] = MappingProxyType({"gudhi": _gudhi, "ripser": _ripser, "tda": _tda})
"""By name: (distances (n, n), max_dimension) -> the pairs of dimensions 1 .. max_dimension."""


def _engine(name: str) -> Engine:
    if name not in ENGINES:
        raise InputError(f"engine is {name!r}; use {' or '.join(map(repr, ENGINES))}")
    return ENGINES[name]
