"""PaCMAP by the package `pacmap`, an extra that is imported when it is asked for."""

from __future__ import annotations

import logging
from importlib.util import find_spec

import numpy as np

from tomclip.core.extras import extras_named
from tomclip.core.progress import OnProgress, begin, shares
from tomclip.geometry.layouts.parameters import Pacmap


def pacmap_available() -> bool:
    """Returns whether the package is installed; nothing is imported."""
    return find_spec("pacmap") is not None


def pacmap_places(
    rows: np.ndarray, layout: Pacmap, start: np.ndarray | None, on_progress: OnProgress | None
) -> np.ndarray:
    """Returns the map (n, 2) of rows (n, d), n >= 6, begun at `start` (n, 2) where it is given.

    Rows of length 1 are compared by their Euclidean distance, which orders pairs as the cosine
    does. Progress is told before and after: the package tells none in between.
    """
    with extras_named():
        from pacmap import PaCMAP
    from threadpoolctl import threadpool_limits

    shares(on_progress)(0.05)
    begin(on_progress, "arranging points")
    logging.getLogger("pacmap.pacmap").setLevel(logging.ERROR)  # it warns that a seed was set
    model = PaCMAP(
        n_components=2,
        n_neighbors=min(layout.neighbours, _most_neighbours(len(rows), layout)),
        MN_ratio=layout.mid_near,
        FP_ratio=layout.further,
        random_state=layout.seed,
    )
    with threadpool_limits(limits=1, user_api="openmp"):  # its index is made in another order else
        return np.asarray(
            model.fit_transform(
                np.ascontiguousarray(rows, dtype=np.float32),
                init=layout.start if start is None else start,
            )
        )


def _most_neighbours(n: int, layout: Pacmap) -> int:
    """Returns how many near pairs a point may have, so that all its pairs find other points."""
    return max(int((n - 1) / (1 + layout.mid_near + layout.further)), 1)
