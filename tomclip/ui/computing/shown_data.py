"""A data set as the pages see it: items, their words by language, their pictures and groups.

The embedded emoji and a workspace of one's own are both made into it, so that a page has one road.
This module knows nothing of streamlit.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd
from PIL import Image

from tomclip.core.errors import InputError
from tomclip.core.languages import language
from tomclip.core.results import ArrayRecord
from tomclip.data.emoji import Subset
from tomclip.encoders.protocol import Images
from tomclip.evaluation import Task

ENGLISH = "en"
FEWEST_IN_A_CLOUD = 3
"""Items below which neither a diagram nor a map says anything."""


class DataKey(NamedTuple):
    """What tells a data set from every other: caches are keyed by it.

    Attributes:
        name: "emoji", or "workspace:NAME".
        path: the workspace's folder, which tells two people's from each other.
        version: changes with the workspace's content.
    """

    name: str
    path: str = ""
    version: str = ""


@dataclass(frozen=True, eq=False, repr=False)
class ShownData(ArrayRecord):
    """Items of a data set.

    Attributes:
        key: tells it from others.
        title: how pages call it.
        noun: what its items are called in figures, such as "concepts".
        concepts: one row per item: id, emoji (its mark before a title), category and subcategory;
            "" where it has none.
        groupings: which of category and subcategory the items have, with their titles.
        names: by language, one text per item, "" where it has none.
        titles: what every item is called in lists: its English text where it has one.
        subsets: by name, the rows that belong to it; "all" always.
        images: by rendering, the pictures; empty where there are none.
        pictured: (n,) place of every item's picture among those of each rendering, -1 for none.
        held_out_rendering: the rendering shown first; "" where there are none.
        note: what is said of items that are left out; "" where none are.
        examples: texts to look pictures up by; empty where a page has its own.
        task_of: returns what encoders are asked about a subset; raises InputError where the data
            are too few to ask anything.
    """

    key: DataKey
    title: str
    noun: str
    concepts: pd.DataFrame
    groupings: Mapping[str, str]
    names: Mapping[str, tuple[str, ...]]
    titles: tuple[str, ...]
    subsets: Mapping[str, np.ndarray]
    images: Mapping[str, Images]
    pictured: np.ndarray
    held_out_rendering: str
    task_of: Callable[[Subset], Task]
    examples: tuple[str, ...] = ()
    note: str = ""

    def __len__(self) -> int:
        return len(self.concepts)

    @property
    def name(self) -> str:
        """The name: "emoji", or "workspace:NAME"."""
        return self.key.name

    @property
    def of_title(self) -> str:
        """Returns " of NAME", behind what a figure counts; "" for the embedded data."""
        return f" of {self.title}" if self.key.path else ""

    @property
    def repeatable(self) -> bool:
        """Whether Python lines beside a figure can read all that pages show of it.

        They cannot where that is a sample of many items, or pictures without any text.
        """
        return bool(self.names) and not self.note

    @property
    def item_word(self) -> str:
        """What the items are called on a control, such as "Concepts"."""
        return self.noun.partition(" ")[0].capitalize()

    @property
    def ids(self) -> tuple[str, ...]:
        """One per item."""
        return tuple(self.concepts["id"])

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of its languages, English first where there is English."""
        return tuple(self.names)

    @property
    def reference(self) -> str:
        """The language that others are compared with: English, or else the first.

        Raises:
            InputError: when there is no text at all.
        """
        if not self.names:
            raise InputError(f"{self.title} has no texts; add captions to it under Your data")
        return ENGLISH if ENGLISH in self.names else next(iter(self.names))

    @property
    def renderings(self) -> tuple[str, ...]:
        """Names of its sets of pictures."""
        return tuple(self.images)

    def rows(self, subset: Subset = "all") -> np.ndarray:
        """Returns the rows of a subset.

        Raises:
            InputError: when it has no such subset, listing those it has.
        """
        if subset not in self.subsets:
            raise InputError(f"subset is {subset!r}; {self.title} has {', '.join(self.subsets)}")
        return self.subsets[subset]

    def rendering(self, name: str) -> Images:
        """Returns the pictures of a rendering.

        Raises:
            InputError: when it has no such pictures.
        """
        if name not in self.images:
            raise InputError(
                f"{self.title} has no pictures{f' drawn by {name!r}' if name else ''}; add some to "
                "it under Your data"
            )
        return self.images[name]

    def places(self, code: str) -> np.ndarray:
        """Returns (n,) the place of every item's text among those of a language, -1 for none."""
        if code not in self._places:
            has = np.array([bool(text) for text in self.names.get(code, [""] * len(self))])
            self._places[code] = np.where(has, np.cumsum(has) - 1, -1)
        return self._places[code]

    @cached_property
    def _places(self) -> dict[str, np.ndarray]:
        return {}

    def has_holes(self, code: str) -> bool:
        """Returns whether an item has no text in a language."""
        return bool((self.places(code) < 0).any())

    def described(self, rows: np.ndarray, codes: Iterable[str]) -> np.ndarray:
        """Returns those of the rows whose items have a text in each of the languages."""
        for code in codes:
            rows = rows[self.places(code)[rows] >= 0]
        return rows

    def together(self, rows: np.ndarray, codes: Iterable[str]) -> np.ndarray:
        """Returns `described`, where those are enough for a cloud.

        Raises:
            InputError: when fewer than 3 items have a text in each of the languages.
        """
        found = self.described(rows, codes)
        if len(found) < FEWEST_IN_A_CLOUD:
            names = " and ".join(language(code).name for code in codes) or "any language"
            raise InputError(
                f"{len(found)} of {len(rows):,} items of {self.title} have a text in {names}; at "
                f"least {FEWEST_IN_A_CLOUD} are needed: choose other languages"
            )
        return found

    def pictured_rows(self, rows: np.ndarray) -> np.ndarray:
        """Returns those of the rows whose items have a picture."""
        return rows[self.pictured[rows] >= 0] if self.images else rows[:0]

    def picture_png(self, row: int, rendering: str, side: int = 96) -> bytes:
        """Returns an item's picture as PNG bytes of at most `side` pixels; b"" where it has none.

        Raises:
            InputError: when the rendering is unknown, or the picture's file is gone or damaged.
        """
        if not self.images or self.pictured[row] < 0:
            return b""
        found = self.rendering(rendering)[int(self.pictured[row])]
        picture = Image.fromarray(found) if isinstance(found, np.ndarray) else found
        scale = side / max(picture.size)
        size = tuple(max(1, round(scale * length)) for length in picture.size)
        stream = io.BytesIO()
        picture.resize(size, Image.Resampling.LANCZOS).save(stream, "PNG")  # type: ignore[arg-type]
        return stream.getvalue()
