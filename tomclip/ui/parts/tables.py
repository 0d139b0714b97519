"""Tables on pages: whoever takes one away takes no formula with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from tomclip.export import harmless, harmless_table


def show_table(
    data: pd.DataFrame, *, column_config: Mapping[Any, Any] | None = None, **options: Any
) -> Any:
    """Shows a table and returns what `st.dataframe` does, whose options it takes.

    A button over each table saves it as CSV in the browser, as it is shown, and cells can be
    copied. Text that a spreadsheet program would run, such as a run named "=1+1", is therefore
    shown with an apostrophe before it.
    """
    forms = {harmless(name): form for name, form in (column_config or {}).items()}
    return st.dataframe(harmless_table(data), column_config=forms or None, **options)
