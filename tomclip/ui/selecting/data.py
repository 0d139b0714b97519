"""The items of the data set that a page is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from tomclip.ui.computing import cached
from tomclip.ui.selecting.tokens import ItemOrder

ENGLISH = "en"


def item_order() -> ItemOrder:
    """Returns the items of the data set in its own order."""
    return _order(cached.data_name(), cached.dataset().ids)


@lru_cache(maxsize=8)
def _order(data: str, ids: tuple[str, ...]) -> ItemOrder:
    return ItemOrder(data, ids)


def ids_of(rows: Iterable[int]) -> tuple[str, ...]:
    """Returns the ids of the items in these rows of the data set."""
    order = item_order()
    return tuple(order.ids[int(row)] for row in rows)


def rows_of(ids: Iterable[str]) -> np.ndarray:
    """Returns (k,) the rows of items that are there; the others are left out."""
    places = item_order().places
    return np.array([places[one] for one in ids if one in places], dtype=int)


def words_of(ids: Sequence[str], language: str = ENGLISH) -> list[str]:
    """Returns the words of items in a language, their titles where there are none."""
    data = cached.dataset()
    shown = data.names.get(language, data.titles)
    return [shown[row] or data.titles[row] for row in rows_of(ids).tolist()]
