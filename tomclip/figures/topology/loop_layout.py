"""Where the points of a loop lie in the plane, and where their words stand."""

from __future__ import annotations

import numpy as np

from tomclip.figures.style.axes import spread


def plane_layout(distances: np.ndarray) -> np.ndarray:
    """Returns points (m, 2), centred at 0 and upright, whose distances come near the given ones.

    Classical multidimensional scaling: exact when the points lie in a plane; of points in more
    dimensions it keeps the two with the largest spread, the larger one upright. Signs are fixed, so
    that the same distances always give the same picture.

    Args:
        distances: (m, m), symmetric.

    References:
        Torgerson, "Multidimensional scaling: I. Theory and method", 1952.
    """
    squares = np.asarray(distances, dtype=float) ** 2
    centring = np.eye(len(squares)) - 1 / len(squares)
    values, vectors = np.linalg.eigh(-0.5 * centring @ squares @ centring)
    plane = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 0))
    largest = np.abs(plane).argmax(axis=0)
    return plane * np.where(plane[largest, [0, 1]] < 0, -1, 1)


def turned_to(points: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Returns points (m, 2) turned or mirrored, not scaled, to lie as near `target` as they can.

    References:
        Schoenemann, "A generalized solution of the orthogonal Procrustes problem", 1966.
    """
    from scipy.linalg import orthogonal_procrustes

    rotation, _ = orthogonal_procrustes(points, target)
    return points @ rotation


def label_places(
    points: np.ndarray, heights: np.ndarray, reach: float, height: float
) -> np.ndarray:
    """Returns where each point's words stand (m, 2): in a column left or right of all points.

    The half of the points that lies further left takes the left column. In a column the words keep
    the order of their points from top to bottom, and do not overlap as long as it is high enough.

    Args:
        points: (m, 2), right and up positive.
        heights: (m,) room each text needs.
        reach: distance of both columns from the middle.
        height: between the middles of the highest and the lowest text a column can hold.
    """
    places = np.empty_like(points)
    order = np.argsort(points[:, 0], kind="stable")
    left, right = np.split(order, [len(points) // 2])
    for rows, x in ((left, -reach), (right, reach)):
        rows = rows[np.argsort(points[rows, 1], kind="stable")]
        gaps = (heights[rows][1:] + heights[rows][:-1]) / 2
        places[rows, 0] = x
        places[rows, 1] = spread(points[rows, 1].tolist(), gaps.tolist(), -height / 2, height / 2)
    return places
