"""Which pair of bars decides a bottleneck distance."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from tomclip.topology.diagram_distances import bottleneck_distance
from tomclip.types import PersistenceDiagram

Bar = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DecidingMatch:
    """The farthest pair of the best matching: its two (birth, death) ends and their distance.

    An end that is not a bar is the point of the diagonal that the other bar is matched to.
    """

    first: Bar
    second: Bar
    distance: float


def deciding_match(a: PersistenceDiagram, b: PersistenceDiagram) -> DecidingMatch | None:
    """Returns the matched pair that decides the bottleneck distance of the finite bars.

    The matching is persim's; essential bars are left out. None when neither has a finite bar, or
    the diagrams are equal.

    Raises:
        InputError: when dimension or metric differ, or a diagram is malformed.

    References:
        Efrat, Itai and Katz, "Geometry helps in bottleneck matching", 2001.
    """
    import persim

    bottleneck_distance(a, b)  # refuses what cannot be compared
    if not len(a.finite) or not len(b.finite):
        return _longest_to_diagonal(a, b)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, matching = persim.bottleneck(a.finite, b.finite, matching=True)
    i, j, distance = max(matching, key=lambda row: row[2])
    if distance <= 0:
        return None
    first = tuple(map(float, a.finite[int(i)])) if i >= 0 else _on_diagonal(b.finite[int(j)])
    second = tuple(map(float, b.finite[int(j)])) if j >= 0 else _on_diagonal(a.finite[int(i)])
    return DecidingMatch(first, second, float(distance))  # type: ignore[arg-type]


def _on_diagonal(bar: np.ndarray) -> Bar:
    middle = float(bar.mean())
    return (middle, middle)


def _longest_to_diagonal(a: PersistenceDiagram, b: PersistenceDiagram) -> DecidingMatch | None:
    bars = np.concatenate([a.finite, b.finite])
    if not len(bars):
        return None
    bar = bars[np.argmax(bars[:, 1] - bars[:, 0])]
    ends = ((float(bar[0]), float(bar[1])), _on_diagonal(bar))
    first, second = ends if len(a.finite) else ends[::-1]
    return DecidingMatch(first, second, float(bar[1] - bar[0]) / 2)
