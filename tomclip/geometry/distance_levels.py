"""Distances as ranks in which ties up to rounding are ties."""

from __future__ import annotations

import numpy as np
from scipy.spatial.distance import squareform

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.geometry.distances import binary_exponent, distance_matrix, vectors_of

# Distances of a rotated simplex in up to 512 dimensions differ by this many last places of the
# longest row at most: 20 where the rotation and the distances are float64, 2.6 of the rows' own
# places where those were rounded to float32.
_LAST_PLACES, _LAST_PLACES_AS_GIVEN = 32, 4


def distance_levels(rows: np.ndarray | Embeddings, metric: str) -> np.ndarray:
    """Returns the rank (n, n) of every distance among the different ones, symmetric, from 0.

    Distances that rounding of the coordinates can make unequal are the same. A level spans
    no more than that rounding, counted from its shortest distance.

    Raises:
        InputError: when all distances are the same.
    """
    distances = distance_matrix(rows, metric=metric).values
    pairs = squareform(distances, checks=False)
    values, inverse = np.unique(pairs, return_inverse=True)
    levels = _levels(values, _rounding_of(rows, metric))
    if levels[-1] == 0:
        raise InputError(
            f"all pairs of a cloud lie {values[0]:.3g} apart; ranks need different distances"
        )
    return squareform(levels[inverse])


def _levels(values: np.ndarray, width: float) -> np.ndarray:
    """Returns the level of each of the increasing values: the same within `width`."""
    starts = np.concatenate([[True], np.diff(values) > width])
    chain = np.cumsum(starts) - 1
    lowest = values[starts][chain]
    # A chain of neighbours that is longer than the width is cut into steps of it.
    steps = np.floor((values - lowest) / width) if width > 0 else np.zeros(len(values))
    changes = starts[1:] | (steps[1:] != steps[:-1])
    return np.concatenate([[0], np.cumsum(changes)])


def _rounding_of(rows: np.ndarray | Embeddings, metric: str) -> float:
    """Returns how far apart equal distances may come out, by the precision the rows came in."""
    given = np.asarray(rows.vectors if isinstance(rows, Embeddings) else rows)
    places = _LAST_PLACES * float(np.finfo(np.float64).eps)
    if np.issubdtype(given.dtype, np.floating) and given.dtype.itemsize < 8:
        places = _LAST_PLACES_AS_GIVEN * float(np.finfo(given.dtype).eps)
    if metric == "cosine":
        return places
    vectors = vectors_of(rows)
    exponent = binary_exponent(vectors)
    longest = np.linalg.norm(np.ldexp(vectors, -exponent), axis=1).max()
    return places * float(np.ldexp(longest, exponent))
