"""How a person wants a run's curves drawn."""

from __future__ import annotations

from dataclasses import dataclass

from tomclip.figures.training.timeline import XAxis


@dataclass(frozen=True, slots=True)
class Wish:
    """Smoothing in [0, 1), steps or time along the axis, and the ids of runs to lay over it."""

    smoothing: float
    x: XAxis
    others: tuple[str, ...]
