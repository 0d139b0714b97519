"""Steps that can be undone and done again."""

from __future__ import annotations

from typing import Generic, TypeVar

S = TypeVar("S")
MOST_STEPS = 100


class History(Generic[S]):
    """A line of steps and the place in it that is shown; a new step drops those after the place.

    Args:
        first: the step before any other.
    """

    def __init__(self, first: S) -> None:
        self._steps, self._place = [first], 0

    @property
    def current(self) -> S:
        """The step that is shown."""
        return self._steps[self._place]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step before."""
        return self._place > 0

    @property
    def can_redo(self) -> bool:
        """Whether a step that was undone can be done again."""
        return self._place < len(self._steps) - 1

    @property
    def before(self) -> S:
        """The step that `undo` leads to; the current one where there is none."""
        return self._steps[max(self._place - 1, 0)]

    def add(self, step: S) -> None:
        """Shows a new step; of more than 100 the oldest is forgotten."""
        self._steps = [*self._steps[: self._place + 1], step][-MOST_STEPS:]
        self._place = len(self._steps) - 1

    def replace(self, step: S) -> None:
        """Puts a step in the place of the current one: the same to a person, with more known."""
        self._steps[self._place] = step

    def undo(self) -> S:
        """Returns the step before, which is shown from now on."""
        self._place = max(self._place - 1, 0)
        return self.current

    def redo(self) -> S:
        """Returns the step that was undone last, which is shown again."""
        self._place = min(self._place + 1, len(self._steps) - 1)
        return self.current
