"""The columns of a table as far as they are looked at: plain heads, first values, what they say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

import pyarrow as pa

from tomclip.workspaces.reading.tables import is_vectors, texts_of

SAMPLED_ROWS = 2_000
PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp", ".tif", ".tiff")


@dataclass(frozen=True, slots=True)
class SampledColumn:
    """A column's head, plainly written, and the texts of its first rows that are not empty."""

    name: str
    head: str
    values: tuple[str, ...]
    rows: int
    vectors: bool = False

    def share(self, holds: Callable[[str], bool]) -> float:
        """Returns the share of the values that something holds for; 0 without any."""
        return sum(map(holds, self.values)) / len(self.values) if self.values else 0.0

    @property
    def is_distinct(self) -> bool:
        """Whether every row has a value of its own."""
        return len(set(self.values)) == len(self.values) == self.rows

    @property
    def is_numbers(self) -> bool:
        """Whether all the values are numbers."""
        return self.share(is_number) == 1


def sampled_columns(table: pa.Table) -> list[SampledColumn]:
    """Returns the columns of a table, of which the first `SAMPLED_ROWS` rows are looked at."""
    head = table.slice(0, SAMPLED_ROWS)
    found = []
    for name in table.column_names:
        vectors = is_vectors(table.column(name))
        values = [] if vectors else texts_of(head, name)
        kept = tuple(value for value in values if value.strip())
        found.append(SampledColumn(name, plain_head(name), kept, head.num_rows, vectors))
    return found


def plain_head(head: str) -> str:
    """Returns a head without capitals, spaces and signs: "Image_ID" is "imageid"."""
    return re.sub(r"[\W_]+", "", head.casefold())


def is_slugs(column: SampledColumn) -> bool:
    """Tells whether values are names a machine gave: one word with a digit in each."""
    slug = re.compile(r"(?=.*\d)[\w.:/-]+")
    return column.share(lambda value: slug.fullmatch(value) is not None) == 1


def is_picture_name(value: str) -> bool:
    """Tells whether a value ends as the name of a picture file does."""
    return PurePosixPath(value.strip().lower()).suffix in PICTURE_SUFFIXES


def is_number(value: str) -> bool:
    """Tells whether a value is a number."""
    try:
        float(value)
    except ValueError:
        return False
    return True
