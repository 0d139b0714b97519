"""t-SNE by scikit-learn, on one thread: more threads add up in another order every time."""

from __future__ import annotations

import numpy as np

from tomclip.core.progress import OnProgress, begin, shares
from tomclip.geometry.layouts.parameters import Tsne

_START_SPREAD = 1e-4  # of the first coordinate, as scikit-learn's own principal components have it


def tsne_places(
    rows: np.ndarray, layout: Tsne, start: np.ndarray | None, on_progress: OnProgress | None
) -> np.ndarray:
    """Returns the map (n, 2) of rows (n, d), n >= 4, begun at `start` (n, 2) where it is given.

    The start is made as small as scikit-learn makes its own, so that points can still pass each
    other. Progress is told before and after: scikit-learn tells none in between.
    """
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    shares(on_progress)(0.05)
    begin(on_progress, "arranging points")
    model = TSNE(
        perplexity=min(layout.perplexity, max((len(rows) - 1) / 3, 1.0)),
        early_exaggeration=layout.early_exaggeration,
        metric=layout.metric,
        init=_begun(start) if start is not None else _start_of(rows, layout),  # type: ignore[arg-type]
        random_state=layout.seed,
        n_jobs=1,
    )
    with threadpool_limits(limits=1, user_api="openmp"):
        return np.asarray(model.fit_transform(rows))


def _start_of(rows: np.ndarray, layout: Tsne) -> str:
    """Returns the named start; principal components need two dimensions."""
    return "pca" if layout.start == "pca" and min(rows.shape) >= 2 else "random"


def _begun(start: np.ndarray) -> np.ndarray:
    centred = start - start.mean(axis=0)
    return (centred * (_START_SPREAD / centred[:, 0].std())).astype(np.float32)
