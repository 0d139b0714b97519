"""The tables behind the figures of loops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice

if TYPE_CHECKING:
    from tomclip.topology import LoopComparison


def words_of(choice: CloudChoice, code: str, points: Sequence[int]) -> list[str]:
    """Returns the texts of some points of the sample in a language."""
    names = cached.dataset(choice.data).names[code]
    return [names[row] for row in choice.rows[list(points)]]


def loops_table(choice: CloudChoice, code: str, loops: Sequence[LoopComparison]) -> pd.DataFrame:
    """Returns one row per loop: its words, its life here and the life of the same words there."""
    return pd.DataFrame(
        [
            (
                " | ".join(words_of(choice, code, found.loop.points)),
                found.loop.birth,
                found.loop.death,
                *found.there,
                found.loop.exact,
            )
            for found in loops
        ],
        columns=["words", "birth", "death", "closes_there", "filled_there", "exact"],
    )


def loop_table(choice: CloudChoice, codes: Sequence[str], points: Sequence[int]) -> pd.DataFrame:
    """Returns one row per word of a loop: its texts, and in each language how far the next is."""
    words = {f"words_{code}": words_of(choice, code, points) for code in codes}
    to_next = {
        f"to_next_{code}": cached.distances(choice, code).values[
            list(points), np.roll(points, -1).tolist()
        ]
        for code in codes
    }
    return pd.DataFrame({**words, **to_next})
