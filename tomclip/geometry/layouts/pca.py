"""Principal components: the one map whose distances are a projection's."""

from __future__ import annotations

import numpy as np


def pca_places(rows: np.ndarray, start: np.ndarray | None) -> np.ndarray:
    """Returns the first two principal components (n, 2); a missing second one is 0.

    Their axes are only defined up to sign and order: with a `start` (n, 2) they are rotated or
    reflected onto it, without changing a distance.
    """
    from sklearn.decomposition import PCA

    width = min(2, *rows.shape)
    xy = PCA(n_components=width, svd_solver="full").fit_transform(rows)
    xy = np.pad(xy, ((0, 0), (0, 2 - width)))
    if start is None:
        return xy
    from scipy.linalg import orthogonal_procrustes

    rotation, _ = orthogonal_procrustes(xy, start - start.mean(axis=0))
    return xy @ rotation
