"""Maps laid onto one another: Procrustes superposition of clouds whose rows are the same items."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from scipy.linalg import orthogonal_procrustes

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings
from tomclip.geometry.distances import vectors_of

Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True, eq=False)
class Superposition:
    """A cloud laid onto another one, and what keeps the two apart.

    Attributes:
        places: (n, k) float32 coordinates in the frame of the other cloud; they cannot be written.
        disparity: sum of the squared distances left between matching rows, divided by that of the
            other cloud's rows to their centre; in [0, 1]. 0 means equal in shape, 1 that nothing
            better was found than to draw all rows into the centre.
    """

    places: np.ndarray
    disparity: float


def superpose(cloud: np.ndarray | Embeddings, onto: np.ndarray | Embeddings) -> Superposition:
    """Returns `cloud` turned, reflected, scaled and shifted as near to `onto` as that can bring it.

    The sum of the squared distances between matching rows is the least possible, and its share
    `disparity` is the same in both directions. A map's place, size and orientation have no meaning;
    its shape has, and none of these changes it.

    Args:
        cloud: (n, k) coordinates, n >= 2.
        onto: (n, k) coordinates of the same items in the same order.

    Raises:
        InputError: for clouds of different shapes, fewer than 2 rows, NaN, or rows that are all
            equal.

    References:
        Gower, "Generalized Procrustes analysis", Psychometrika 1975; Schönemann, "A generalized
        solution of the orthogonal Procrustes problem", Psychometrika 1966.
    """
    moving, fixed = vectors_of(cloud), vectors_of(onto)
    if moving.shape != fixed.shape:
        raise InputError(
            f"the clouds have shapes {moving.shape} and {fixed.shape}; give the same items in the "
            "same order, with equally many coordinates"
        )
    start, _ = _standardised(moving)
    goal, size = _standardised(fixed)
    rotation, scale = orthogonal_procrustes(start, goal)
    nearest = scale * start @ rotation
    places = (size * nearest + fixed.mean(axis=0)).astype(np.float32)
    places.setflags(write=False)
    return Superposition(places, float(np.clip(((nearest - goal) ** 2).sum(), 0.0, 1.0)))


def superpose_all(
    clouds: Mapping[Key, np.ndarray], *, onto: Key | None = None
) -> dict[Key, Superposition]:
    """Returns every cloud laid onto one of them, which stays where it is.

    Args:
        clouds: at least one; see `superpose`.
        onto: key of the one that stays; None takes the first.

    Raises:
        InputError: as `superpose`; also when there is no cloud, or none with this key.
    """
    fixed = next(iter(clouds), None) if onto is None else onto
    if fixed is None or fixed not in clouds:
        known = ", ".join(map(repr, clouds)) or "none"
        raise InputError(f"no cloud {onto!r} to lay the others onto; there are: {known}")
    return {key: superpose(cloud, clouds[fixed]) for key, cloud in clouds.items()}


def _standardised(rows: np.ndarray) -> tuple[np.ndarray, float]:
    """Returns the rows around their centre with Frobenius norm 1, and the norm that they had."""
    if len(rows) < 2 or (rows == rows[0]).all():
        raise InputError(f"all {len(rows)} rows are equal; give a cloud with at least two places")
    centred = rows - rows.mean(axis=0)
    largest = float(np.abs(centred).max())
    centred = centred / largest
    norm = float(np.linalg.norm(centred))
    return centred / norm, norm * largest
