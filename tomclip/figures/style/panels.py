"""Small multiples: panels in rows on shared axes, labelled at the outer edges only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots


def panel_rows(count: int, columns: int) -> int:
    """Returns how many rows `count` panels take."""
    return -(-count // columns)


def panel_place(number: int, columns: int) -> dict[str, Any]:
    """Returns row and column, from 1, of a panel counted from 0."""
    return {"row": number // columns + 1, "col": number % columns + 1}


def panel_grid(
    count: int,
    columns: int,
    *,
    titles: Sequence[str] | None = None,
    horizontal: float = 0.02,
    vertical: float = 0.0,
) -> go.Figure:
    """Returns `count` panels on shared axes; the rest of the last row stays blank.

    Args:
        count: of panels.
        columns: panels in a row.
        titles: written above the panels.
        horizontal: space between two columns as a share of the width.
        vertical: space between two rows as a share of the height.
    """
    rows = panel_rows(count, columns)
    specs = [[{} if r * columns + c < count else None for c in range(columns)] for r in range(rows)]
    return make_subplots(
        rows,
        columns,
        specs=specs,
        shared_xaxes="all",  # pyright: ignore
        shared_yaxes="all",  # pyright: ignore
        subplot_titles=list(titles) if titles else None,
        horizontal_spacing=horizontal,
        vertical_spacing=vertical if rows > 1 else 0.0,
    )


def label_outer_edges(
    figure: go.Figure, count: int, columns: int, *, x_title: str, y_title: str
) -> None:
    """Leaves tick labels to the panels at the left and below, and writes each title once."""
    rows = panel_rows(count, columns)
    figure.update_xaxes(showticklabels=False)
    figure.update_yaxes(showticklabels=False)
    for number in range(count):
        if number % columns == 0:
            figure.update_yaxes(showticklabels=True, **panel_place(number, columns))
        if number + columns >= count:
            figure.update_xaxes(showticklabels=True, **panel_place(number, columns))
    last = count - columns * (rows - 1)
    written = range(1, last + 1) if last == 2 else [(last + 1) // 2]  # no middle panel of two
    for column in written:
        figure.update_xaxes(title={"text": x_title}, row=rows, col=column)
    figure.update_yaxes(title={"text": y_title}, row=(rows + 1) // 2, col=1)
