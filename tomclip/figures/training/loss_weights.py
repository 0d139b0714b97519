"""The weights of the loss terms, which a person may change while a run goes on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tomclip.core.errors import InputError
from tomclip.core.types import Event

SHORT_TITLES = {
    "pointwise": "point-wise",
    "distance_matrix": "matrix",
    "topological_h0": "H0",
    "topological_h1": "H1",
}
TERM_OF_WEIGHT = {
    "pointwise_weight": "pointwise",
    "distance_matrix_weight": "distance_matrix",
    "h0_weight": "topological_h0",
    "h1_weight": "topological_h1",
}


@dataclass(frozen=True, slots=True)
class WeightChange:
    """A loss weight changed during a run.

    Attributes:
        step: the last step taken with the old weight.
        term: "pointwise", "distance_matrix", "topological_h0" or "topological_h1".
        before: the old weight.
        after: the new weight.
        seconds: since the run started.
    """

    step: float
    term: str
    before: float
    after: float
    seconds: float = 0.0

    @property
    def label(self) -> str:
        """What is written at the line, for example "H0 0.01 → 0.1"."""
        return f"{SHORT_TITLES.get(self.term, self.term)} {self.before:g} → {self.after:g}"


def weights_by_term(weights: Mapping[str, float]) -> dict[str, float]:
    """Returns the weights by term; a key is a term or a setting such as "h0_weight".

    Raises:
        InputError: when a key is neither.
    """
    named = {TERM_OF_WEIGHT.get(key, key): float(weight) for key, weight in weights.items()}
    unknown = sorted(set(named) - set(SHORT_TITLES))
    if unknown:
        raise InputError(
            f"weights came for {', '.join(unknown)}; use {', '.join([*TERM_OF_WEIGHT])}"
        )
    return named


def weight_changes(
    start: Mapping[str, float], moments: Iterable[tuple[float, float, Mapping[str, float]]]
) -> list[WeightChange]:
    """Returns what changed at each moment, in order; a weight set to what it was is no change.

    Args:
        start: weights at the start of the run, as in `weights_by_term`.
        moments: (last step before, seconds since the start, new weights), in order of time.
    """
    present, changes = weights_by_term(start), []
    for step, seconds, weights in moments:
        for term, after in weights_by_term(weights).items():
            before = present.get(term, 0.0)
            if after != before:
                changes.append(WeightChange(step, term, before, after, seconds))
            present[term] = after
    return changes


def changes_of(events: Iterable[Event], start: Mapping[str, float]) -> list[WeightChange]:
    """Returns the loss weights that were changed during a run, in the order of its events."""
    moments, seconds = [], 0.0
    for event in events:
        if event.split == "train":
            seconds = float(event.values.get("seconds", seconds))
        elif event.split == "control" and "weights" in event.values:
            moments.append((float(event.step), seconds, event.values["weights"]))
    return weight_changes(start, moments)


def weights_in_force(
    steps: np.ndarray, start: Mapping[str, float], changes: Sequence[WeightChange]
) -> pd.DataFrame:
    """Returns the weight of every term at each step, one column per term that ever had one."""
    table = pd.DataFrame(index=range(len(steps)))
    initial = weights_by_term(start)
    for term in SHORT_TITLES:
        own = sorted((c for c in changes if c.term == term), key=lambda change: change.step)
        first = own[0].before if own else initial.get(term, 0.0)
        values = np.array([first, *(change.after for change in own)])
        if values.any():
            passed = np.searchsorted([change.step for change in own], steps, side="left")
            table[term] = values[passed]
    return table
