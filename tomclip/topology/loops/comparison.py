"""The loops of one cloud followed into another cloud of the same points."""

from __future__ import annotations

from dataclasses import dataclass

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress, begin, shares
from tomclip.core.types import DistanceMatrix, PersistenceDiagram
from tomclip.topology.loops.classes import Loop, LoopClasses, loop_classes
from tomclip.topology.matching import DIAGONAL, optimal_matching
from tomclip.topology.summaries import bar_order


@dataclass(frozen=True, slots=True)
class LoopComparison:
    """What becomes of the loop of H1 bar number `bar` in another cloud of the same points.

    `there` is the life of the same loop of points in the other cloud: when it closes and when it is
    filled; equal numbers say that it never is a loop there. `matched_bar` is the bar of the other
    cloud that the optimal matching of the diagrams pairs with this one, None for the diagonal. The
    matching knows lengths only: a matched bar may be a loop of quite other points.
    """

    bar: int
    loop: Loop
    there: tuple[float, float]
    matched_bar: int | None


def compare_loops(
    here: DistanceMatrix,
    there: DistanceMatrix,
    *,
    on_progress: OnProgress | None = None,
) -> tuple[LoopComparison, ...]:
    """Returns, for every H1 bar of one cloud, its loop and what becomes of it in another cloud.

    The clouds are row-matched: row i is the same concept in both, for example a word in two
    languages. A loop with `there[0] == there[1]` is formed here and not there.

    Args:
        here: Distances of n >= 3 points; the loops are those of this cloud.
        there: Distances of the same points, of the same metric, in another space.
        on_progress: Called with (steps done, steps in all) after each cloud and each loop. An
            exception raised in it stops the work.

    Returns:
        One entry per bar of `here`, the longest bar first.

    Raises:
        InputError: for clouds of different size or metric, or distances that are not distances.
    """
    if len(here) != len(there):
        raise InputError(
            f"the clouds have {len(here)} and {len(there)} points; give row-matched clouds"
        )
    report = shares(on_progress)
    report(0.0)
    begin(on_progress, "finding loops")
    classes = loop_classes(here)
    report(0.2)
    others = loop_classes(there)
    diagrams = [
        PersistenceDiagram(found.bars, 1, cloud.metric, len(cloud))
        for found, cloud in ((classes, here), (others, there))
    ]
    partners = dict(optimal_matching(*diagrams).pairs.tolist())
    order = bar_order(diagrams[0]).tolist()
    begin(on_progress, "following loops")
    comparisons = []
    for done, bar in enumerate(order, start=1):
        comparisons.append(_compared(classes, others, bar, partners[bar]))
        report(0.4 + 0.6 * done / len(order))
    return tuple(comparisons)


def _compared(here: LoopClasses, there: LoopClasses, bar: int, partner: int) -> LoopComparison:
    loop = here.loop(bar)
    matched = None if partner == DIAGONAL else partner
    return LoopComparison(bar, loop, there.life(loop.points), matched)
