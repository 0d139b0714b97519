"""Where candidates stand in the answer of an encoder, and how far it moved them.

This module knows nothing of streamlit.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from tomclip.core.reading.characters import searched
from tomclip.core.results import ArrayRecord
from tomclip.core.types import Embeddings
from tomclip.ui.computing.chosen_data import dataset
from tomclip.ui.computing.shown_data import DataKey, ShownData
from tomclip.ui.pages.zero_shot.queries import ranking


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ranking(ArrayRecord):
    """Candidates from the most to the least similar.

    Attributes:
        rows: (n,) rows of the candidates in the data set.
        cosines: (n,) with the query, in the same order.
    """

    rows: np.ndarray
    cosines: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def place(self, row: int) -> int | None:
        """Returns the rank of a candidate, from 1; None where it takes no part."""
        found = np.flatnonzero(self.rows == row)
        return int(found[0]) + 1 if len(found) else None

    def shown(self, most: int, right: Iterable[int] = ()) -> list[int]:
        """Returns the places, from 0, of the first `most` and of the right ones behind them."""
        behind = {place - 1 for row in right if (place := self.place(row)) and place > most}
        return [*range(min(most, len(self))), *sorted(behind)]


def ranked(
    query: np.ndarray, candidates: Embeddings, rows: np.ndarray, places: np.ndarray | None = None
) -> Ranking:
    """Returns the ranking of those candidates whose rows take part.

    Args:
        query: (d,) unit vector.
        candidates: unit vectors.
        rows: which items take part; each has a candidate.
        places: by item, the row of its candidate; by default every item has one.
    """
    return Ranking(*ranking(query, candidates, rows, places))


def rank_words(place: int, before: int | None = None) -> str:
    """Returns a rank, and how far it is from that of the baseline, such as "3 (up 5)".

    Args:
        place: from 1.
        before: of the baseline; None is the baseline itself, which has moved nowhere.
    """
    if before is None:
        return f"{place:,}"
    moved = before - place
    return f"{place:,} ({f'up {moved:,}' if moved > 0 else f'down {-moved:,}' if moved else '='})"


def right_rows(data: ShownData, text: str, languages: Sequence[str]) -> list[int]:
    """Returns the rows of the items that have exactly this name in one of the languages."""
    wanted = searched(text)
    return sorted({row for code in languages for row in _rows_by_name(data.key, code)[wanted]})


class _Rows(dict[str, tuple[int, ...]]):
    """Rows by what is searched for; none of what is not there."""

    def __missing__(self, text: str) -> tuple[int, ...]:
        return ()


@lru_cache(maxsize=64)
def _rows_by_name(key: DataKey, code: str) -> Mapping[str, tuple[int, ...]]:
    """Returns the rows of every name of a language, as it is searched for; kept: it takes long."""
    found: dict[str, list[int]] = {}
    for row, name in enumerate(dataset(key).names[code]):
        if name:
            found.setdefault(searched(name), []).append(row)
    return _Rows({name: tuple(rows) for name, rows in found.items()})
