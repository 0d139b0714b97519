"""How far the groups of a map keep to themselves, for those who hear the figure."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.spatial import KDTree

from tomclip.figures.maps.points import Points
from tomclip.figures.style.context import FigureContext

_GROUPED = {"language": "language", "category": "category"}


def mixing_finding(maps: Mapping[str, np.ndarray], points: Points, context: FigureContext) -> str:
    """Returns for how many points the nearest one on the map is of the same group.

    Groups that lie apart reach 100 %; groups that lie one upon the other what chance gives. It is
    about the map as it is drawn, not about the original space.

    Args:
        maps: (n, 2) places by encoder name; one map may have any name.
        points: the n rows. Where their groups are no languages or categories, or there is one
            group only, there is nothing to say.
        context: knows the shown titles.
    """
    what = _GROUPED.get(points.colour_by, "")
    names, groups = np.unique(points.groups.astype(str), return_inverse=True)
    if not what or len(names) < 2:
        return ""
    shares = {name: _same_group(xy, groups) for name, xy in maps.items()}
    said = ", ".join(
        f"{context.encoder(name)} {share:.0f} %" if len(maps) > 1 else f"{share:.0f} %"
        for name, share in shares.items()
    )
    chance = _by_chance(np.bincount(groups))
    return (
        f"Points whose nearest point on the map is of the same {what}: {said}; "
        f"by chance {chance:.0f} %"
    )


def _same_group(xy: np.ndarray, groups: np.ndarray) -> float:
    """Returns the percentage of points whose nearest other point is of their group."""
    near = np.asarray(KDTree(xy).query(xy, k=2)[1])
    own = np.arange(len(xy))
    others = np.where(near[:, 0] == own, near[:, 1], near[:, 0])
    return float(100 * np.mean(groups[others] == groups))


def _by_chance(sizes: np.ndarray) -> float:
    """Returns the percentage that points strewn without order would have."""
    n = int(sizes.sum())
    return float(100 * (sizes * (sizes - 1)).sum() / (n * (n - 1)))
