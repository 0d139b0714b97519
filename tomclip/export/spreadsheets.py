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
    plain = table.reset_index(allow_duplicates=True) if has_index else table.copy()
    if has_index:
        plain.columns = [*("" if n is None else n for n in table.index.names), *table.columns]
    for place, kind in enumerate(plain.dtypes):
        if isinstance(kind, pd.CategoricalDtype | pd.StringDtype) or kind.kind == "O":
            plain.isetitem(place, [harmless(cell) for cell in plain.iloc[:, place]])
    plain.columns = [harmless(name) for name in plain.columns]
    return plain.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def harmless(cell: Any) -> Any:
    """Returns a text that would be run with an apostrophe before it, anything else as it is."""
    if not isinstance(cell, str) or not cell.lstrip(" \n").startswith(STARTS):
        return cell
    return cell if _NUMBER.fullmatch(cell) else f"'{cell}"
