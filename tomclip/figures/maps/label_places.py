"""Where labels stand beside their points, so that none covers another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord

GAP = 1.5
"""Pixels that stay free between two labels."""
REACHES = (4, 7, 11, 16, 23, 31, 41, 53, 68, 86, 108, 134, 166, 204, 250, 306, 374)
"""How far from its point a label is tried, in pixels: nearest first."""
DIRECTIONS = 24


class NoRoom(InputError):
    """The labels do not fit into the panel."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Label(ArrayRecord):
    """A label to place, in pixels from the lower left of its panel.

    Attributes:
        anchor: (2,) what it names.
        size: (2,) width and height.
        wished: (k, 2) centres to try before all others, best first; k may be 0.
    """

    anchor: np.ndarray
    size: np.ndarray
    wished: np.ndarray


def label_places(
    labels: Sequence[Label], panel: tuple[float, float], marks: np.ndarray
) -> np.ndarray:
    """Returns the centre (n, 2) of every label: inside the panel, and apart from the others.

    Each takes the nearest place to its anchor that is free, the first labels first; places that
    cover no mark are preferred.

    Args:
        labels: in the order in which they choose.
        panel: width and height in pixels.
        marks: (m, 2) centres of marks that had better stay seen.

    Raises:
        NoRoom: when a label finds no free place.
    """
    centres = np.empty((0, 2))
    sizes = np.empty((0, 2))
    for label in labels:
        tried = _candidates(label, panel)
        free = tried[~_overlaps(tried, label.size, centres, sizes, GAP)]
        if not len(free):
            raise NoRoom(
                f"{len(labels)} labels do not fit into {panel[0]:.0f} x {panel[1]:.0f} pixels; "
                "show fewer concepts, groups or languages"
            )
        covering = _overlaps(free, label.size, marks, np.full_like(marks, 6.0), 0.0)
        centres = np.vstack([centres, free[np.argmin(covering)]])
        sizes = np.vstack([sizes, label.size])
    return centres


def _candidates(label: Label, panel: tuple[float, float]) -> np.ndarray:
    """Returns the centres (k, 2) that lie inside the panel, those that are tried first first."""
    turns = np.arange(DIRECTIONS) * 2 * np.pi / DIRECTIONS
    rays = np.column_stack([np.cos(turns), np.sin(turns)])
    reaches = np.array(REACHES, dtype=float)[:, None, None]
    around = label.anchor + rays * (label.size / 2) + rays * reaches
    tried = np.vstack([label.wished.reshape(-1, 2), around.reshape(-1, 2)])
    half = label.size / 2
    within = (tried >= half) & (tried <= np.array(panel) - half)
    return tried[np.all(within, axis=1)]


def _overlaps(
    tried: np.ndarray, size: np.ndarray, centres: np.ndarray, sizes: np.ndarray, gap: float
) -> np.ndarray:
    """Returns (k,) whether a rectangle of this size at each place reaches into another one."""
    if not len(centres):
        return np.zeros(len(tried), dtype=bool)
    apart = np.abs(tried[:, None] - centres[None])
    least = (size + sizes) / 2 + gap
    covering: np.ndarray = np.all(apart < least[None], axis=2)
    return np.any(covering, axis=1)
