"""UMAP: its settings, and its progress, for which it has no callback."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import numpy as np

from tomclip.core.progress import OnProgress, begin, shares
from tomclip.geometry.layouts.parameters import Umap
from tomclip.geometry.nearest import nearest_others

_SMALLEST_SPECTRAL = 10  # UMAP's spectral start fails or warns on smaller clouds
_COMPILED = (
    "fast_knn_indices",
    "smooth_knn_dist",
    "compute_membership_strengths",
    "_nb_optimize_layout_euclidean_single_epoch",
)
"""What UMAP has numba compile in every process, and does not keep."""
SEARCHED_ABOVE, EXACT_UP_TO = 4_096, 40_000
"""Points above which UMAP finds neighbours by a search, whose compilation takes every process 25 s,
and up to which finding them exactly takes less than that (`benchmarks/first_map.py`)."""


def umap_places(
    rows: np.ndarray, layout: Umap, start: np.ndarray | None, on_progress: OnProgress | None
) -> np.ndarray:
    """Returns the map (n, 2) of rows (n, d), n >= 3, begun at `start` (n, 2) where it is given."""
    from umap import UMAP

    keep_compiled()
    finding = shares(on_progress, 0.05, 0.2)
    finding(0.0)
    begin(on_progress, "finding neighbours")
    settings = _settings(len(rows), layout)
    if SEARCHED_ABOVE < len(rows) <= EXACT_UP_TO:
        settings["precomputed_knn"] = _neighbourhoods(
            rows, settings["n_neighbors"], layout.metric, lambda done, n: finding(done / n)
        )
    if start is not None:
        settings["init"] = start
    stream, pace = _EpochStream(), _Pace(0.1)
    arranging = shares(on_progress, 0.2, 1.0)

    def ask() -> None:
        if stream.share:
            begin(on_progress, "arranging points")
        arranging(stream.share)

    pace.ask = ask
    settings["tqdm_kwds"] = {
        "file": stream,
        "mininterval": pace,
        "bar_format": "{n}/{total}",
        "disable": on_progress is None,
    }
    # Exact neighbours come without the index that would place further points; there are none. Said
    # for the whole process: what holds for a block only is not safe where several threads warn.
    warnings.filterwarnings("ignore", message="precomputed_knn")
    return np.asarray(UMAP(**settings).fit_transform(rows))


def _neighbourhoods(
    rows: np.ndarray, size: int, metric: str, on_progress: OnProgress
) -> tuple[np.ndarray, np.ndarray, None]:
    """Returns rows (n, size) of each item and its nearest others, and their distances."""
    others, distances = nearest_others(rows, size - 1, metric, on_progress=on_progress)
    own = np.arange(len(rows))[:, None]
    zeros = np.zeros((len(rows), 1))
    return np.hstack([own, others]), np.hstack([zeros, distances]).astype(np.float32), None


@cache
def keep_compiled() -> None:
    """Has numba keep on disk what it compiles for UMAP, where it keeps UMAP's other functions.

    Compiling takes most of a small map's time, and is then done once for a machine instead of in
    every process. Where nothing can be written, or a version of UMAP has other functions, they are
    compiled as before.
    """
    from umap import layouts, umap_

    for name in _COMPILED:
        function: Any = getattr(umap_, name, None) or getattr(layouts, name, None)
        if hasattr(function, "enable_caching"):
            with suppress(RuntimeError):  # numba found no folder to write to
                function.enable_caching()


def _settings(n: int, layout: Umap) -> dict[str, Any]:
    spectral = layout.start == "spectral"
    return {
        "n_neighbors": min(layout.neighbours, n - 1),
        "min_dist": layout.minimum_distance,
        "metric": layout.metric,
        "random_state": layout.seed,
        "n_jobs": 1,
        "init": "pca" if spectral and n < _SMALLEST_SPECTRAL else layout.start,
    }


class _EpochStream(io.StringIO):
    """The text stream UMAP's progress bar writes to; knows the share of finished epochs.

    UMAP has no callback. It forwards `tqdm_kwds` to its bar, whose `file` and `bar_format` are
    public, so the stream receives "\\r120/500". Text of any other form is ignored.
    """

    share = 0.0

    def write(self, text: str) -> int:
        if match := re.search(r"(\d+)/(\d+)", text):
            done, total = map(int, match.groups())
            self.share = min(done / max(total, 1), 1.0)
        return len(text)


class _Pace(float):
    """The seconds between two redraws of the bar, which compares with them between two epochs.

    That is where the work can be stopped: while the bar writes it holds a lock, which an exception
    would leave locked for every later bar and for the end of the process.
    """

    ask: Callable[[], None]

    def __le__(self, elapsed: float) -> bool:
        self.ask()
        return float(self) <= elapsed
