"""Tables on pages: whoever takes one away takes no formula with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from tomclip.export import harmless, harmless_table

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler


def show_table(
    data: pd.DataFrame,
    *,
    column_config: Mapping[Any, Any] | None = None,
    cells: Mapping[str, Sequence[str]] | None = None,
    **options: Any,
) -> Any:
    """Shows a table and returns what `st.dataframe` does, whose options it takes.

    A button over each table saves it as CSV in the browser, as it is shown, and cells can be
    copied. Text that a spreadsheet program would run, such as a run named "=1+1", is therefore
    shown with an apostrophe before it.

    `cells` holds by column the text that stands in each cell in place of its number: such a column
    is still sorted by its numbers.
    """
    forms = {harmless(name): form for name, form in (column_config or {}).items()}
    safe: Any = harmless_table(data)
    for column, texts in (cells or {}).items():
        safe = _with_texts(safe, harmless(column), texts)
    return st.dataframe(safe, column_config=forms or None, **options)


def _with_texts(table: pd.DataFrame | Styler, column: str, texts: Sequence[str]) -> Styler:
    """Returns the table with these texts shown in the cells of a column."""
    styled = table.style if isinstance(table, pd.DataFrame) else table
    for row, text in zip(styled.index, texts, strict=True):
        styled.format(lambda _, text=text: text, subset=pd.IndexSlice[[row], [column]])
    return styled
