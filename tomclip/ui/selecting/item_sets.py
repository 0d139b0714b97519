"""An ordered set of items, and what it was selected as: a set, a loop or a merge.

Nothing here knows of streamlit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from tomclip.core.errors import InputError

Form = Literal["set", "loop", "merge"]
Combination = Literal["union", "intersection", "difference"]


@dataclass(frozen=True, slots=True)
class ItemSelection:
    """Items of one data set, each once, in their order.

    Attributes:
        ids: of the items.
        form: "loop" when they are the words of an H1 point in order, the last joined to the first;
            "merge" when they are the two groups that an H0 bar joins; else "set".
        language: code of the language in which they are a loop or a merge; "" for a set.
        first: how many of the ids are the first group of a merge; the groups meet at the first id
            of each. 0 otherwise.

    Raises:
        InputError: when an id comes twice, or `first` does not leave two groups.
    """

    ids: tuple[str, ...] = ()
    form: Form = "set"
    language: str = ""
    first: int = 0

    def __post_init__(self) -> None:
        if len(set(self.ids)) < len(self.ids):
            raise InputError("an item is selected twice; give each id once")
        if self.form not in get_args(Form):
            raise InputError(f"form is {self.form!r}; use 'set', 'loop' or 'merge'")
        if self.form == "merge" and not 0 < self.first < len(self.ids):
            raise InputError(
                f"{self.first} of {len(self.ids)} items are the first group; leave two groups"
            )
        if self.form != "merge" and self.first:
            raise InputError(f"a {self.form} has no first group; leave out first={self.first}")

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def groups(self) -> tuple[tuple[str, ...], ...]:
        """The two groups of a merge; none of another form."""
        if self.form != "merge":
            return ()
        return self.ids[: self.first], self.ids[self.first :]

    def among(self, known: Mapping[str, int]) -> ItemSelection:
        """Returns what is left where only some items are there; a broken loop or merge is a set."""
        kept = tuple(one for one in self.ids if one in known)
        return self if len(kept) == len(self.ids) else ItemSelection(kept)


def combined(one: ItemSelection, other: ItemSelection, how: Combination) -> ItemSelection:
    """Returns a set of two selections, the items of the first one first and in its order.

    Args:
        one: the selection that is changed.
        other: what it is combined with.
        how: "union": items of either. "intersection": items of both. "difference": items of `one`
            that `other` has not.

    Raises:
        InputError: when `how` is none of these.
    """
    if how not in _COMBINED:
        raise InputError(f"how is {how!r}; use 'union', 'intersection' or 'difference'")
    return ItemSelection(tuple(_COMBINED[how](one.ids, other.ids)))


def _union(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    return list(dict.fromkeys((*one, *other)))


def _intersection(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    there = set(other)
    return [item for item in one if item in there]


def _difference(one: Sequence[str], other: Sequence[str]) -> Sequence[str]:
    there = set(other)
    return [item for item in one if item not in there]


_COMBINED: Mapping[str, Callable[[Sequence[str], Sequence[str]], Sequence[str]]] = {
    "union": _union,
    "intersection": _intersection,
    "difference": _difference,
}
