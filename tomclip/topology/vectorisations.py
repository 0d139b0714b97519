"""Persistence diagrams as vectors of one length: landscapes and images.

Both use finite bars only. The one essential bar of H0, which every cloud has, says nothing and is
left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.core.types import PersistenceDiagram

DEFAULT_BANDWIDTH = 1 / 20
"""Standard deviation of a bar's spot, as a share of the longest bar, when none is given."""

FAR = 9.0
"""Standard deviations beyond which a normal distribution has no mass in float64."""


def landscape(diagram: PersistenceDiagram, grid: np.ndarray, *, levels: int = 5) -> np.ndarray:
    """Returns the first persistence landscapes of a diagram, sampled on a grid.

    Each finite bar is a tent: max(0, min(t - birth, death - t)). The k-th landscape is at every t
    the k-th largest tent. GUDHI's `Landscape` is this times sqrt(2), on evenly spaced grids.

    Args:
        diagram: A diagram; essential bars are left out.
        grid: (g,) finite filtration values, in any order.
        levels: How many landscapes, at least 1; beyond the number of bars they are 0.

    Returns:
        Values (levels, g) >= 0, falling with the level, in the unit of the filtration.

    Raises:
        InputError: for a grid that is not a list of finite numbers, or no level.

    References:
        Bubenik, "Statistical topological data analysis using persistence landscapes", JMLR 2015,
        definition 3.
    """
    values = checked_grid(grid)
    if levels < 1:
        raise InputError(f"levels is {levels}; use a whole number from 1, for example 5")
    births, deaths = diagram.finite.T
    tents = np.minimum(values - births[:, None], deaths[:, None] - values)
    tallest = np.sort(np.maximum(tents, 0.0), axis=0)[::-1][:levels]
    return np.pad(tallest, [(0, levels - len(tallest)), (0, 0)])


def checked_grid(grid: np.ndarray) -> np.ndarray:
    """Returns the grid (g,) as float64.

    Raises:
        InputError: when it is not a list of finite numbers.
    """
    values = np.asarray(grid, dtype=np.float64)
    if values.ndim != 1 or not values.size or not np.isfinite(values).all():
        raise InputError(f"the grid has shape {values.shape}; give a list of finite numbers")
    return values


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PersistenceImages(ArrayRecord):
    """Images of m diagrams on one grid, so that equal pixels mean the same.

    `values` is (m, r, c): row i holds the i-th lowest persistence, column j the j-th lowest birth.
    The ranges are the outer edges of the pixels, in the unit of the filtration; `bandwidth` is the
    standard deviation of the spots, `homology_dimension` that of the diagrams.
    """

    values: np.ndarray
    birth_range: tuple[float, float]
    persistence_range: tuple[float, float]
    bandwidth: float
    homology_dimension: int


def persistence_image(
    diagrams: Sequence[PersistenceDiagram],
    *,
    resolution: int = 32,
    bandwidth: float | None = None,
) -> PersistenceImages:
    """Returns the persistence images of several diagrams on their common grid.

    Every finite bar is a normal distribution at (birth, death - birth), with weight
    (death - birth) / longest bar of all. A pixel holds the weighted mass over its area. Pixels are
    squares; the grid reaches from 0 to the longest bar, and from the earliest birth to the latest
    or up to one pixel beyond. Mass outside the grid is cut off, so a bar on its edge shows half.

    In H0 every bar is born at 0: the image is then one column, which holds all mass along the
    births. That goes for any diagrams whose births are all equal.

    Args:
        diagrams: At least one, all of one dimension, metric and filtration; essential bars are left
            out.
        resolution: Pixels r along the persistence, at least 1.
        bandwidth: Standard deviation in the unit of the filtration; None for 1/20 of the longest
            bar.

    Returns:
        Values (m, r, c), c = 1 when all births are equal. (m, r, 1) zeros when no diagram has a
        finite bar of positive length.

    Raises:
        InputError: for no diagram, diagrams of different kinds, no pixel or a bandwidth <= 0.

    References:
        Adams et al., "Persistence images: a stable vector representation of persistent homology",
        JMLR 2017, section 4.
    """
    _require_one_kind(diagrams)
    _require_settings(resolution, bandwidth)
    bars = [_off_diagonal(diagram) for diagram in diagrams]
    births, deaths = np.concatenate(bars).T
    if not len(births):
        return PersistenceImages(
            np.zeros((len(bars), resolution, 1)),
            (0.0, 0.0),
            (0.0, 0.0),
            0.0,
            diagrams[0].homology_dimension,
        )
    longest, first = float((deaths - births).max()), float(births.min())
    spread = bandwidth or DEFAULT_BANDWIDTH * longest
    pixel = longest / resolution
    columns = int(np.ceil((births.max() - first) / pixel))
    in_pixels = [(pairs - first) / pixel for pairs in bars]
    values = _images(in_pixels, columns, resolution, spread / pixel)
    births_seen = (first, first + columns * pixel)
    return PersistenceImages(
        values, births_seen, (0.0, longest), spread, diagrams[0].homology_dimension
    )


def _off_diagonal(diagram: PersistenceDiagram) -> np.ndarray:
    bars = diagram.finite
    return bars[bars[:, 1] > bars[:, 0]]


def _images(bars: Sequence[np.ndarray], columns: int, rows: int, spread: float) -> np.ndarray:
    """Returns the images (m, rows, columns) of bars in units of a pixel; one column for 0.

    Whole pixels: persim rounds a resolution that is not whole down.
    """
    from persim import PersistenceImager

    margin = 0 if columns else int(np.ceil(FAR * spread))
    imager = PersistenceImager(
        birth_range=(-margin, columns + margin),
        pers_range=(0, rows),
        pixel_size=1,
        weight="persistence",
        weight_params={"n": 1.0},
        kernel_params={"sigma": [[spread**2, 0.0], [0.0, spread**2]]},
    )
    images = np.array([imager.transform(pairs, skew=True) for pairs in bars], np.float64) / rows
    if not columns:
        images = images.sum(axis=1, keepdims=True)
    return images.transpose(0, 2, 1)


def _require_one_kind(diagrams: Sequence[PersistenceDiagram]) -> None:
    kinds = {(d.homology_dimension, d.metric, d.filtration) for d in diagrams}
    if len(kinds) != 1:
        raise InputError(
            f"{len(diagrams)} diagrams of {len(kinds)} kinds came; "
            "give at least one, all of the same dimension, metric and filtration"
        )


def _require_settings(resolution: int, bandwidth: float | None) -> None:
    if resolution < 1:
        raise InputError(f"resolution is {resolution}; use a whole number from 1, for example 32")
    if bandwidth is not None and not 0 < bandwidth < np.inf:
        raise InputError(f"bandwidth is {bandwidth}; give a positive number or None")
