"""Rows of text as Arrow's record batches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa

Row = Sequence[str | None]


def text_batch(rows: Iterable[Row], names: Iterable[str]) -> pa.RecordBatch:
    """Returns at least one row of text, None for an empty value, as a batch of these columns.

    Raises:
        UnicodeEncodeError: when a text is none, as JSON's "\\ud800".
    """
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    return pa.record_batch(columns, names=list(names))
