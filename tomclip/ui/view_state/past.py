"""What a person changed in this session, so that it can be taken back, step by step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

MOST_STEPS = 50
"""Steps that are remembered; the oldest are forgotten."""
SETTLING = 2.0
"""Seconds within which further changes of one choice are the same step: a slider being dragged."""


@dataclass(frozen=True, slots=True)
class Step:
    """A change of one or more choices.

    Attributes:
        before, after: the session's values by the name of the choice; None is before any choice.
        at: when it was last changed, in seconds of a clock that only goes forward.
    """

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    at: float

    def touches(self, names: Collection[str]) -> bool:
        """Returns whether it changed one of these choices."""
        return any(name in names for name in self.after)


@dataclass(slots=True)
class Past:
    """The steps of a session. A page takes back the last one that changed a choice of its own.

    Steps of other pages stay as they are: a step on choices that this page has not cannot be
    seen on it. Two steps on the same choice are always taken back in their order.
    """

    done: list[Step] = field(default_factory=list)
    undone: list[Step] = field(default_factory=list)

    def note(
        self,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        at: float,
        *,
        settles: bool = False,
    ) -> None:
        """Notes a change; nothing where nothing changed.

        Args:
            before, after: as of `Step`, of the same choices.
            at: as of `Step`.
            settles: whether changes of the same choices in quick succession are one step.
        """
        if before == after:
            return
        self.undone.clear()
        last = self.done[-1] if self.done else None
        if settles and last and set(last.after) == set(after) and at - last.at <= SETTLING:
            before = self.done.pop().before
        if before != after:
            self.done = [*self.done, Step(before, after, at)][-MOST_STEPS:]

    def last_done(self, names: Collection[str]) -> Step | None:
        """Returns the step on these choices that is taken back next; None where there is none."""
        return _last(self.done, names)

    def last_undone(self, names: Collection[str]) -> Step | None:
        """Returns the step on these choices that is done again next; None where there is none."""
        return _last(self.undone, names)

    def undo(self, names: Collection[str]) -> Mapping[str, Any]:
        """Takes the last step on these choices back, and returns the values to give them."""
        return _move(self.done, self.undone, names).before

    def redo(self, names: Collection[str]) -> Mapping[str, Any]:
        """Does again what was taken back last of these choices, and returns the values."""
        return _move(self.undone, self.done, names).after


def _last(steps: list[Step], names: Collection[str]) -> Step | None:
    return next((step for step in reversed(steps) if step.touches(names)), None)


def _move(source: list[Step], target: list[Step], names: Collection[str]) -> Step:
    step = _last(source, names)
    if step is None:
        return Step({}, {}, 0.0)
    at = max(index for index, one in enumerate(source) if one is step)
    # Done again later it is a step of its own: it has settled.
    target.append(replace(source.pop(at), at=float("-inf")))
    return step
