"""Tables of a run's events: the columns a figure needs, and what the terms are called."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from tomclip.core.errors import InputError

TERM_TITLES = {
    "total": "total loss",
    "pointwise": "point-wise",
    "distance_matrix": "distance matrix",
    "topological_h0": "topological, H0",
    "topological_h1": "topological, H1",
}
NO_EVENTS = "No steps recorded yet."
MARK_UP_TO = 40


def require_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raises InputError, naming them, when the table lacks columns."""
    missing = [column for column in columns if column not in table]
    if missing:
        raise InputError(f"the table lacks {', '.join(missing)}; it needs {', '.join(columns)}")


def line_mode(n: int) -> str:
    """Returns lines with dots where there are few enough points to see them."""
    return "lines+markers" if n <= MARK_UP_TO else "lines"
