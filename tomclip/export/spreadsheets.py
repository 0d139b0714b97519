"""Tables for spreadsheet programs: no cell of text is taken for a formula."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes spreadsheet programs run a cell (OWASP, CSV Injection)."""
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def spreadsheet_csv(table: pd.DataFrame) -> bytes:
    """Returns the table as CSV in UTF-8 with a byte order mark.

    An apostrophe is put before each text, name of a column or index that a spreadsheet program
    would run as a formula; numbers, and texts that are numbers such as "-0.5", stay as they are.

    References:
        OWASP, CSV Injection; RFC 4180.
    """
    has_index = not isinstance(table.index, pd.RangeIndex)
    plain = table.reset_index(allow_duplicates=True) if has_index else table
    if has_index:
        plain.columns = [*("" if n is None else n for n in table.index.names), *table.columns]
    csv = harmless_table(plain).to_csv(index=False, lineterminator="\r\n")
    return csv.encode("utf-8-sig")


def harmless_table(table: pd.DataFrame) -> pd.DataFrame:
    """Returns the table with its texts, and the names of its columns and rows, made `harmless`."""
    safe = table.copy()
    for place, kind in enumerate(safe.dtypes):
        if isinstance(kind, pd.CategoricalDtype | pd.StringDtype) or kind.kind == "O":
            safe.isetitem(place, [harmless(cell) for cell in safe.iloc[:, place]])
    safe.columns = [_harmless_label(name) for name in safe.columns]
    if not isinstance(safe.index, pd.RangeIndex):
        names = [harmless(name) for name in safe.index.names]
        safe.index = safe.index.map(_harmless_label)
        safe.index.names = names
    return safe


def _harmless_label(label: Any) -> Any:
    return tuple(map(harmless, label)) if isinstance(label, tuple) else harmless(label)


def harmless(cell: Any) -> Any:
    """Returns a text that would be run with an apostrophe before it, anything else as it is."""
    if not isinstance(cell, str) or not cell.lstrip(" \n").startswith(STARTS):
        return cell
    return cell if _NUMBER.fullmatch(cell) else f"'{cell}"
