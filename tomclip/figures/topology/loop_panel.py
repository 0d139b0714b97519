"""The points of one loop in one language, and its life in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class LoopPanel(ArrayRecord):
    """The points of a loop in one language.

    Attributes:
        language: code.
        distances: (m, m) between the m >= 3 points, in their order round the loop.
        words: of each point.
        life: at which distance the loop closes and at which it is filled; infinite when it never
            is, equal when it never is a loop.
        pictures: PNG bytes of each point, drawn instead of marks; empty for marks.

    Raises:
        InputError: when there are fewer than three points, or the numbers of words, pictures and
            distances differ.
    """

    language: str
    distances: np.ndarray
    words: Sequence[str]
    life: tuple[float, float]
    pictures: Sequence[bytes] = ()

    def __post_init__(self) -> None:
        ArrayRecord.__post_init__(self)
        m = len(self.words)
        if m < 3 or np.shape(self.distances) != (m, m) or len(self.pictures) not in (0, m):
            raise InputError(
                f"{m} words came with distances of shape {np.shape(self.distances)} and "
                f"{len(self.pictures)} pictures; give at least 3 words, (m, m) distances and a "
                "picture for each word or none"
            )

    @property
    def is_loop(self) -> bool:
        """Whether it is filled later than it closes."""
        return self.life[1] > self.life[0]

    @property
    def edges(self) -> list[tuple[int, int]]:
        """Neighbours round the loop, the last and the first among them."""
        m = len(self.words)
        return [(point, (point + 1) % m) for point in range(m)]

    @property
    def chords(self) -> list[tuple[int, int]]:
        """Pairs that are no neighbours but as near as the loop's longest edge."""
        near = np.argwhere(np.triu(np.asarray(self.distances) <= self.life[0], k=1)).tolist()
        ring = {tuple(sorted(edge)) for edge in self.edges}
        return [(u, v) for u, v in near if (u, v) not in ring]

    def sentence(self) -> str:
        """Returns the life in words, for example "a loop from 0.41 to 0.52"."""
        closes, filled = self.life
        if not self.is_loop:
            return f"no loop: filled as soon as it closes at {_number(closes, 3)}"
        if np.isinf(filled):
            return f"a loop from {_number(closes, 3)} on, never filled"
        differ = (d for d in (3, 4, 5) if _number(closes, d) != _number(filled, d))
        digits = next(differ, 6)
        return f"a loop from {_number(closes, digits)} to {_number(filled, digits)}"


def _number(value: float, digits: int) -> str:
    """Returns the value with so many significant digits, zeros at the end among them."""
    return f"{value:#.{digits}g}".rstrip(".")
