"""Caption pairs of any size: what the teacher reads in English and the student in its language.

The pairs stay on disk: a table is a memory map of the Arrow file that `caption_arrow` made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, overload

import numpy as np
import pyarrow as pa
from pyarrow import compute

from tomclip.core.errors import InputError
from tomclip.core.languages import code_or_tag
from tomclip.core.results import ArrayRecord
from tomclip.data.captions.arrow import (
    DIGEST,
    ENGLISH,
    LANGUAGE,
    SOURCE_ROW,
    TRANSLATED,
    Reading,
    cached_table,
)
from tomclip.data.captions.sources import ID, find_source

__all__ = ["CaptionSplit", "CaptionTable", "Captions", "open_captions"]


def open_captions(
    source: str | Path,
    *,
    columns: Mapping[str, str] | None = None,
    language: str | None = None,
    drop_empty: bool = False,
) -> CaptionTable:
    """Returns the caption pairs of a file, a folder of files or a Hugging Face data set.

    The first call checks every pair and writes one Arrow file to the cache, named after the content
    of the source; later calls map it into memory.

    Args:
        source: CSV, TSV (with a header), JSONL or parquet; a folder of one of these; or a data set
            such as "M-CLIP/ImageCaptions-7M-Translations", "@" before a revision of your own.
        columns: Our name to the source's, for those of caption, caption_multi,
            multi_language_code and id that are called otherwise. Without an id column pairs are
            known by their row.
        language: The language of every `caption_multi`, for a source without a column of codes.
        drop_empty: Leave out pairs with an empty caption, counted in `dropped`, instead of refusing
            the source.

    Raises:
        InputError: when the source is missing or damaged, a column is missing, a line is not UTF-8,
            a caption is empty, a language code malformed or an id used twice.
    """
    found = find_source(source)
    path, facts = cached_table(found, Reading(dict(columns or {}), language, drop_empty))
    return CaptionTable(path, facts)


class CaptionTable:
    """Row-matched captions on disk: English, translated, and the code of that language.

    `name` and `revision` say where they are from (the revision of a data set, else ""), and
    `fingerprint` (64 hexadecimal digits) what they are: it follows every text, code and their
    order, not the file format. `dropped` counts pairs left out because a caption was empty.
    """

    def __init__(self, path: Path, facts: Mapping[str, Any]) -> None:
        self.name: str = facts["source"]
        self.revision: str = facts["revision"]
        self.fingerprint: str = facts["fingerprint"]
        self.dropped: int = facts["dropped"]
        self._languages: dict[str, int] = facts["languages"]
        self._path = path

    def __len__(self) -> int:
        return self._table.num_rows

    def __reduce__(self) -> tuple[Any, ...]:
        """Travels to another process by its path: a worker maps the same file."""
        facts = {"source": self.name, "revision": self.revision, "fingerprint": self.fingerprint}
        return CaptionTable, (
            self._path,
            facts | {"dropped": self.dropped, "languages": self._languages},
        )

    def english(self, rows: np.ndarray) -> list[str]:
        """Returns the English captions of these rows (integers, 0 <= row < len)."""
        return self._texts(ENGLISH, rows)

    def translated(self, rows: np.ndarray) -> list[str]:
        """Returns the translated captions of these rows."""
        return self._texts(TRANSLATED, rows)

    def languages(self, rows: np.ndarray) -> list[str]:
        """Returns the language codes of these rows' translated captions."""
        return self._texts(LANGUAGE, rows)

    def ids(self, rows: np.ndarray) -> list[str]:
        """Returns these rows' ids: the source's, or its row numbers where it has no ids."""
        if ID in self._table.column_names:
            return self._texts(ID, rows)
        return [str(row) for row in self.source_rows(rows)]

    def source_rows(self, rows: np.ndarray) -> np.ndarray:
        """Returns where these rows stand in the source, counted from 0 (int64)."""
        return self._source_rows[self._checked(rows)]

    def digests(self, rows: np.ndarray) -> np.ndarray:
        """Returns the uint64 digest of these rows' English captions: equal for equal texts."""
        return self._digests[self._checked(rows)]

    def language_counts(self) -> dict[str, int]:
        """Returns the number of pairs of every language, the most frequent first."""
        return dict(self._languages)

    def captions(self, rows: np.ndarray | None = None) -> Captions:
        """Returns the English captions of these rows (all by default), read when asked for."""
        return Captions(self, np.arange(len(self)) if rows is None else self._checked(rows))

    def select(
        self,
        pairs: int | None = None,
        *,
        validation_pairs: int = 0,
        languages: Sequence[str] | None = None,
        among: np.ndarray | None = None,
        seed: int = 0,
    ) -> CaptionSplit:
        """Returns a sub-sample of training pairs, and validation pairs that share no caption.

        English captions are shuffled by `seed`, all pairs of one caption together. Validation takes
        the first pairs, training those that follow: with another number of training pairs the
        validation stays the same, and fewer training pairs are part of more.

        Args:
            pairs: Training pairs; None takes all that validation leaves.
            validation_pairs: Validation pairs.
            languages: Only pairs in these languages; None takes every language.
            among: Only these rows; None takes every row.
            seed: Of the shuffle.

        Raises:
            InputError: when a language has no pair, or there are too few pairs.
        """
        rows = self._in_languages(languages)
        if among is not None:
            rows = np.intersect1d(rows, self._checked(among))
        unique, inverse = np.unique(self._digests[rows], return_inverse=True)
        rank = np.random.default_rng(seed).permutation(len(unique))[inverse]
        order = np.argsort(rank, kind="stable")
        validation, rest = order[:validation_pairs], order[validation_pairs:]
        if len(validation):
            rest = rest[rank[rest] != rank[validation[-1]]]
        wanted = len(rest) if pairs is None else pairs
        if min(wanted, len(rows) - validation_pairs) < 1 or wanted > len(rest):
            raise InputError(
                f"{wanted:,} pairs and {validation_pairs:,} for validation are asked of "
                f"{self.name}, which has {len(rows):,} and leaves {len(rest):,} for training; ask "
                "for fewer, and for at least one"
            )
        return CaptionSplit(np.sort(rows[rest[:wanted]]), np.sort(rows[validation]))

    def _in_languages(self, languages: Sequence[str] | None) -> np.ndarray:
        if languages is None:
            return np.arange(len(self))
        languages = list(map(code_or_tag, languages))
        missing = [code for code in languages if code not in self._languages]
        if missing or not languages:
            raise InputError(
                f"{self.name} has no pairs in {', '.join(missing) or 'no language'}; use some of "
                f"{', '.join(self._languages)}"
            )
        wanted = compute.SetLookupOptions(pa.array(list(languages)))
        chosen = compute.call_function("is_in", [self._table.column(LANGUAGE)], wanted)
        return np.flatnonzero(chosen.to_numpy())

    def _texts(self, column: str, rows: np.ndarray) -> list[str]:
        rows = self._checked(rows)
        chunks = self._table.column(column).chunks
        which = np.searchsorted(self._ends, rows, side="right")
        places = rows - np.concatenate([[0], self._ends])[which]
        return [
            chunks[chunk][place].as_py()
            for chunk, place in zip(which.tolist(), places.tolist(), strict=True)
        ]

    def _checked(self, rows: np.ndarray) -> np.ndarray:
        rows = np.asarray(rows)
        if rows.ndim != 1 or (rows.size and rows.dtype.kind not in "iu"):
            raise InputError(f"rows are {rows.dtype}{rows.shape}; give one row of integers")
        if rows.size and not 0 <= rows.min() <= rows.max() < len(self):
            raise InputError(f"rows go from {rows.min()} to {rows.max()}; use 0 to {len(self) - 1}")
        return rows.astype(np.int64, copy=False)

    @cached_property
    def _table(self) -> pa.Table:
        return pa.ipc.open_file(pa.memory_map(str(self._path))).read_all()

    @cached_property
    def _ends(self) -> np.ndarray:
        return np.cumsum([len(chunk) for chunk in self._table.column(ENGLISH).chunks])

    @cached_property
    def _digests(self) -> np.ndarray:
        return self._table.column(DIGEST).to_numpy()

    @cached_property
    def _source_rows(self) -> np.ndarray:
        return self._table.column(SOURCE_ROW).to_numpy()


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class CaptionSplit(ArrayRecord):
    """Rows of a `CaptionTable` in rising order; no English caption is on both sides."""

    train: np.ndarray
    validation: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """All rows in rising order."""
        return np.sort(np.concatenate([self.train, self.validation]))


class Captions(Sequence[str]):
    """The English captions of some rows; each is read from disk when asked for."""

    def __init__(self, table: CaptionTable, rows: np.ndarray) -> None:
        self._table = table
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> Captions: ...
    def __getitem__(self, index: int | slice) -> str | Captions:
        """Returns one caption, or the lazily read captions of a slice."""
        if isinstance(index, slice):
            return Captions(self._table, self._rows[index])
        return self._table.english(self._rows[index : index + 1 or None])[0]

    def take(self, places: np.ndarray) -> list[str]:
        """Returns the captions in these places, read together."""
        return self._table.english(self._rows[places])

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _ITERATED_ROWS):
            yield from self._table.english(self._rows[start : start + _ITERATED_ROWS])


_ITERATED_ROWS = 8192
