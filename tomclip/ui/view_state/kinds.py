"""The kinds of choices a person can make, and how each is written in an address and read from it.

Nothing here knows of streamlit. A choice has one default, wherever it is shown. What a page offers
of it is given when it is read or narrowed: a page with fewer languages shows fewer, and the
session's value stays as it is.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar
from urllib.parse import unquote

V = TypeVar("V")
Mark = tuple[str, ...]
"""What tells a mark of a figure from the others, such as language, homology dimension and bar."""

LONGEST_QUOTED = 40
MOST_QUOTED = 3


@dataclass(frozen=True, slots=True)
class Reading(Generic[V]):
    """What an address says of a choice: the value that can be used, if any, and what is wrong."""

    value: V | None
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several values.

    Attributes:
        name: its parameter in the address.
        pages: addresses of the pages that show it.
        titles: shown title by value; empty where only the page knows what there is.
        default: the first of these that is offered; without one the first that is offered.
        meant: what a value of an address means, such as the code of a language's tag.
        lacking: why a value is refused that is not offered.
    """

    name: str
    pages: tuple[str, ...]
    titles: Mapping[str, str] = field(default_factory=dict, hash=False)
    default: tuple[str, ...] = ()
    meant: Callable[[str], str] = str
    lacking: str = "which is not offered here"

    def written(self, value: str) -> str:
        """Returns the value as it stands in an address."""
        return value

    def read(self, text: str, offered: Collection[str]) -> Reading[str]:
        """Returns the value that an address asks for."""
        for value in (text, self.meant(text)):
            if value in offered:
                return Reading(value)
        return Reading(None, f"{_quoted([text])}, {self.lacking}")

    def narrowed(self, value: str | None, offered: Collection[str]) -> str:
        """Returns what is shown of the session's value, which is None before any choice.

        Args:
            value: of the session.
            offered: the values of this page, at least one.
        """
        if value is not None and value in offered:
            return value
        return next((one for one in self.default if one in offered), next(iter(offered)))


@dataclass(frozen=True, slots=True)
class SeveralChoice:
    """Several values in an order.

    Attributes:
        name, pages: as of `Choice`.
        default: those that are offered of these, at most `at_first`; the first offered ones where
            none of them is.
        at_first: how many are shown before any choice.
        meant: as of `Choice`.
    """

    name: str
    pages: tuple[str, ...]
    default: tuple[str, ...] = ()
    at_first: int = 0
    meant: Callable[[str], str] = str

    def written(self, value: Sequence[str]) -> str:
        """Returns the values as they stand in an address, with commas between."""
        return ",".join(map(_escaped, value))

    def read(self, text: str, offered: Collection[str], most: int) -> Reading[tuple[str, ...]]:
        """Returns every offered value that an address asks for, also when they are too many."""
        given = [unquote(part) for part in text.split(",") if part]
        asked = [value if value in offered else self.meant(value) for value in given]
        known = tuple(dict.fromkeys(value for value in asked if value in offered))
        unknown = [value for value in asked if value not in offered]
        are = "are" if len(unknown) > 1 else "is"
        faults = [f"{_quoted(unknown)}, which {are} not offered here"] if unknown else []
        if len(known) > most:
            faults.append(f"with {len(known)} values, where this page shows at most {most}")
        return Reading(known if known or not asked else None, ", and ".join(faults))

    def narrowed(
        self, value: Sequence[str] | None, offered: Collection[str], most: int
    ) -> tuple[str, ...]:
        """Returns what is shown of the session's values: those that are offered, at most `most`."""
        kept = tuple(one for one in value or () if one in offered)[:most]
        if kept or (value is not None and not value):
            return kept
        first = [one for one in self.default if one in offered] or list(offered)
        return tuple(first[: min(self.at_first, most)])


@dataclass(frozen=True, slots=True)
class NumberChoice:
    """A number of a range.

    Attributes:
        name, pages: as of `Choice`.
        low, high: the widest range of any page.
        default: shown before any choice; clipped to the range of the page.
        whole: whether only whole numbers are accepted.
    """

    name: str
    pages: tuple[str, ...]
    low: float
    high: float
    default: float
    whole: bool = True

    def written(self, value: float) -> str:
        """Returns the number as it stands in an address."""
        return str(int(value)) if self.whole else f"{value:.6g}"

    def read(self, text: str, low: float, high: float) -> Reading[float]:
        """Returns the number that an address asks for."""
        number = _number(text, self.whole)
        if number is not None and low <= number <= high:
            return Reading(number)
        kind = "whole number" if self.whole else "number"
        span = f"{self.written(low)} to {self.written(high)}"
        return Reading(None, f"{_quoted([text])}, which is no {kind} from {span}")

    def narrowed(self, value: float | None, low: float, high: float) -> float:
        """Returns what is shown of the session's number: the nearest in the range of the page."""
        shown = min(max(self.default if value is None else value, low), high)
        return int(shown) if self.whole else shown


@dataclass(frozen=True, slots=True)
class ToggleChoice:
    """Yes or no; no before any choice."""

    name: str
    pages: tuple[str, ...]
    WORDS: ClassVar[Mapping[str, bool]] = {"yes": True, "no": False}

    def written(self, value: bool) -> str:
        """Returns "yes" or "no"."""
        return "yes" if value else "no"

    def read(self, text: str) -> Reading[bool]:
        """Returns what an address asks for."""
        if text in self.WORDS:
            return Reading(self.WORDS[text])
        return Reading(None, f"{_quoted([text])}, which is neither yes nor no")

    def narrowed(self, value: bool | None) -> bool:
        """Returns the session's value."""
        return bool(value)


@dataclass(frozen=True, slots=True)
class TextChoice:
    """Words that a person types; none before."""

    name: str
    pages: tuple[str, ...]

    def written(self, value: str) -> str:
        """Returns the text itself."""
        return value

    def read(self, text: str) -> Reading[str]:
        """Returns the text itself: the page says what it cannot do with it."""
        return Reading(text)

    def narrowed(self, value: str | None) -> str:
        """Returns the session's text."""
        return value or ""


@dataclass(frozen=True, slots=True)
class MarkChoice:
    """Selected marks of a figure, told from the others by some of their customdata.

    Attributes:
        name, pages: as of `Choice`.
        columns: which of the customdata tell a mark.
        most: how many marks an address holds.
    """

    name: str
    pages: tuple[str, ...]
    columns: tuple[int, ...]
    most: int = 1

    def written(self, value: Sequence[Mark]) -> str:
        """Returns the marks as they stand in an address: dots within, commas between them."""
        return ",".join(".".join(_escaped(part, ".,") for part in mark) for mark in value)

    def read(self, text: str, offered: Collection[Mark]) -> Reading[tuple[Mark, ...]]:
        """Returns the marks of the figure that an address asks for."""
        asked = [tuple(map(unquote, one.split("."))) for one in text.split(",") if one]
        known = tuple(dict.fromkeys(mark for mark in asked if mark in offered))
        unknown = [".".join(mark) for mark in asked if mark not in offered]
        refusal = f"{_quoted(unknown)}, which this figure has not" if unknown else ""
        return Reading(known or None, refusal)

    def narrowed(self, value: Iterable[Mark] | None, offered: Collection[Mark]) -> tuple[Mark, ...]:
        """Returns the session's marks that the figure has."""
        return tuple(mark for mark in value or () if mark in offered)


AnyChoice = Choice | SeveralChoice | NumberChoice | ToggleChoice | TextChoice | MarkChoice


def _escaped(value: str, separators: str = ",") -> str:
    """Returns the value with the characters that stand between values written as %XX."""
    return "".join(f"%{ord(c):02X}" if c in f"%{separators}" else c for c in value)


def _number(text: str, whole: bool) -> float | None:
    try:
        number = int(text) if whole else float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _quoted(values: Sequence[str]) -> str:
    shown = [f"'{value[:LONGEST_QUOTED]}'" for value in values[:MOST_QUOTED]]
    more = len(values) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
