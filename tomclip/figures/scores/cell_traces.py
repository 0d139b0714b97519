"""A grid of cells with numbers, drawn: a heat map whose cells are clicked.

Plotly selects no cells of a heat map. Over each lies a mark that shows nothing and is selected for
it; the chosen cell gets an outline.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.core.scores import MEAN
from tomclip.figures.scores.cell_grid import CellGrid
from tomclip.figures.scores.heatmap import CELL_SIZE, TICK_SIZE, colour_bar
from tomclip.figures.style.context import literal, shortened
from tomclip.figures.style.palette import LIGHT, PALETTES, ThemeName
from tomclip.figures.style.ramp import cell_text
from tomclip.figures.style.template import FigureContext

ROW_HEIGHT, AROUND, LABEL_ROOM = 24, 190, 20
LABEL_WIDTH = 165
MARK_SIZE = 19
CORNER = 0.34
"""From the middle of a cell, whose sides are 1, to where it is dotted."""


def grid_height(rows: int) -> int:
    """Returns the height in pixels of a figure with so many rows."""
    return AROUND + ROW_HEIGHT * rows


def add_grid(figure: go.Figure, grid: CellGrid, context: FigureContext) -> None:
    """Draws the cells, the marks that can be chosen, and the numbers, and styles the axes.

    `customdata` of the marks is [group, language]; the mean of the languages has none.
    """
    figure.add_trace(_heat_map(grid))
    cells = grid.cells
    of_mean = cells["language"] == MEAN
    for part, chosen in ((cells[~of_mean], True), (cells[of_mean], False)):
        if len(part):
            figure.add_trace(_marks(grid, part, context, selectable=chosen))
    figure.add_traces(_numbers(grid))
    _style_axes(figure, grid, context)
    note = "* 95 % interval excludes 0" if grid.signed and grid.clear.any() else ""
    low, high = grid.ends
    figure.layout["coloraxis"].update(
        cmin=low,
        cmax=high,
        colorscale=list(grid.ramp[0]),
        colorbar=colour_bar(" · ".join(filter(None, (grid.unit, note)))),
    )
    figure.update_layout(hoverdistance=-1, showlegend=False)


def outline_cell(figure: go.Figure, group: str, language: str) -> None:
    """Draws a line round one cell of a finished figure, in the ink of its theme.

    Args:
        figure: one of `class_accuracy_figure`, `class_gap_figure` and `class_difference_figure`;
            it is changed.
        group: the row, as in the `customdata` of its marks.
        language: the column.

    Raises:
        InputError: when the figure has no such cell.
    """
    for trace in figure.select_traces({"mode": "markers"}):
        keys = [tuple(one) for one in trace.customdata] if trace.customdata is not None else []
        if (group, language) in keys:
            place = keys.index((group, language))
            x, y = float(trace.x[place]), float(trace.y[place])
            theme: ThemeName = (figure.layout.meta or {}).get("theme", "light")  # type: ignore[union-attr]
            line = {"color": PALETTES[theme]["ink"], "width": 3}
            figure.add_shape(x0=x - 0.5, x1=x + 0.5, y0=y - 0.5, y1=y + 0.5, line=line)
            return
    raise InputError(f"the figure has no cell {group!r} in {language!r}; choose one that it shows")


def dot_cells(figure: go.Figure, cells: Collection[tuple[str, str]]) -> None:
    """Draws a dot in a corner of cells of a finished figure, in the ink of its theme.

    Args:
        figure: one whose cells `outline_cell` knows; it is changed.
        cells: row and column of each, as in the `customdata` of its marks; others are passed over.
    """
    places = [
        (float(trace.x[at]) + CORNER, float(trace.y[at]) - CORNER)
        for trace in figure.select_traces({"mode": "markers"})
        if trace.customdata is not None
        for at, one in enumerate(trace.customdata)
        if tuple(one) in cells
    ]
    if not places:
        return
    theme: ThemeName = (figure.layout.meta or {}).get("theme", "light")  # type: ignore[union-attr]
    palette = PALETTES[theme]
    xs, ys = zip(*places, strict=True)
    common = {"x": xs, "y": ys, "mode": "markers", "hoverinfo": "skip", "showlegend": False}
    for name, size, colour in (("ground of a dot", 10, "paper"), ("of the selection", 7, "ink")):
        marker = {"symbol": "circle", "size": size, "color": palette[colour]}
        figure.add_trace(go.Scatter(**common, name=name, marker=marker))


def _heat_map(grid: CellGrid) -> go.Heatmap:
    """Returns the colours, blank between the summaries and the rest."""
    wide = grid.cells.pivot(index="group", columns="language", values="value")
    values = wide.reindex(index=list(grid.rows), columns=list(grid.languages)).to_numpy(float)
    x_edges, x_blank = _edges(list(grid.xs.values()))
    y_edges, y_blank = _edges(list(grid.ys.values()))
    values = np.insert(np.insert(values, y_blank, np.nan, axis=0), x_blank, np.nan, axis=1)
    return go.Heatmap(
        z=values,
        x=x_edges,
        y=y_edges,
        coloraxis="coloraxis",
        xgap=1,
        ygap=1,
        hoverinfo="skip",
    )


def _edges(centres: list[float]) -> tuple[np.ndarray, list[int]]:
    """Returns the edges of cells of width 1 and before which of them a blank one is needed."""
    edges, blank = [centres[0] - 0.5], []
    for place, centre in enumerate(centres):
        if centre - 0.5 > edges[-1] + 1e-9:
            blank.append(place)
            edges.append(centre - 0.5)
        edges.append(centre + 0.5)
    return np.array(edges), blank


def _marks(
    grid: CellGrid, cells: pd.DataFrame, context: FigureContext, *, selectable: bool
) -> go.Scatter:
    keys = cells[["group", "language"]].to_numpy(dtype=object)
    return go.Scatter(
        x=cells["language"].map(grid.xs),
        y=cells["group"].map(grid.ys),
        mode="markers",
        marker={"symbol": "square", "size": MARK_SIZE, "opacity": 0},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=keys if selectable else None,
        hovertext=[_hover(grid, row, context) for row in cells.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _hover(grid: CellGrid, row: Mapping[Any, Any], context: FigureContext) -> str:
    title = literal(grid.row_titles[row["group"]])
    code = row["language"]
    language = "mean of languages" if code == MEAN else literal(context.language(code))
    lines = [f"<b>{title} · {language}</b>", f"{grid.number(row['value'], 1)} {grid.unit}"]
    low, high = row.get("ci_low", np.nan), row.get("ci_high", np.nan)
    if np.isfinite(low):
        ends = f"{grid.number(low, 1)} to {grid.number(high, 1)}"
        lines.append(f"95 % interval {ends}")
    if "pictures" in row:
        many = int(row["pictures"])
        lines.append(f"{many:,} picture{'' if many == 1 else 's'}")
    return "<br>".join(lines)


def _numbers(grid: CellGrid) -> list[go.Scatter]:
    """Returns the cells' numbers, one trace for each colour that is read on the cells' own."""
    low, high = grid.ends
    cells = grid.cells
    digits = 0 if high >= 10 else 1
    stars = grid.clear & grid.signed
    colours = [
        cell_text((value - low) / (high - low), (grid.ramp[0], grid.ramp[1]))
        for value in cells["value"]
    ]
    text = [
        f"{grid.number(value, digits)}{'*' if star else ''}"
        for value, star in zip(cells["value"], stars, strict=True)
    ]
    parts = cells.assign(colour=colours, text=text).groupby("colour", sort=False)
    return [_written(grid, str(name), part) for name, part in parts]


def _written(grid: CellGrid, colour: str, part: pd.DataFrame) -> go.Scatter:
    """Returns numbers of one colour, which they keep when a cell is chosen."""
    kept = {"textfont": {"color": LIGHT[colour]}}
    return go.Scatter(
        x=part["language"].map(grid.xs),
        y=part["group"].map(grid.ys),
        mode="text",
        text=part["text"],
        textfont={"size": CELL_SIZE, "color": LIGHT[colour]},
        selected=kept,
        unselected=kept,
        hoverinfo="skip",
        showlegend=False,
    )


def _style_axes(figure: go.Figure, grid: CellGrid, context: FigureContext) -> None:
    """Writes codes of languages above the columns and titles of groups beside the rows."""
    titles = [literal(shortened(grid.row_titles[row], TICK_SIZE, LABEL_WIDTH)) for row in grid.rows]
    if grid.rows and grid.rows[0] == grid.apart:
        titles[0] = f"<b>{titles[0]}</b>"
    codes = ["<b>Mean</b>" if code == MEAN else literal(code) for code in grid.languages]
    plain = {"showgrid": False, "showline": False, "ticks": "", "zeroline": False}
    plain["ticklabelstandoff"] = 4
    ink = {"size": TICK_SIZE, "color": LIGHT["ink"]}
    xs, ys = list(grid.xs.values()), list(grid.ys.values())
    figure.update_xaxes(
        plain,
        tickvals=xs,
        ticktext=codes,
        tickangle=0,
        side="top",
        tickfont=ink,
        range=[xs[0] - 0.5, xs[-1] + 0.5],
    )
    figure.update_yaxes(
        plain, tickvals=ys, ticktext=titles, tickfont=ink, range=[ys[-1] + 0.5, ys[0] - 0.5]
    )
