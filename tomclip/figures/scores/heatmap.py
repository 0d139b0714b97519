"""Distances of languages, or encoders, from each other as a square heat map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.core.languages import LANGUAGES
from tomclip.figures.style.context import NO_CONTEXT, literal, text_width, wrapped_words
from tomclip.figures.style.findings import matrix_finding
from tomclip.figures.style.palette import LIGHT, LIGHT_RAMP
from tomclip.figures.style.ramp import cell_text
from tomclip.figures.style.template import FigureContext, empty_figure, finished

ANNOTATE_UP_TO = 15
TICK_SIZE, TICK_WIDTH, CELL_SIZE = 11, 56, 10.5
CELL_SIDE, LEAST_CELLS = 34, 6
"""Pixels of a cell's side, or more where a square has fewer cells than that."""
EMPTY_LINE = "<br>\u2009"
"""Keeps the title of a horizontal colour bar off the bar."""


def _cell_text(matrix: np.ndarray) -> np.ndarray:
    """Returns short numbers as they fit small cells, all below 1 without their zero; "" for NaN."""
    largest = np.nanmax(np.abs(matrix))
    digits = 0 if largest >= 100 else 1 if largest >= 10 else 2
    text = ["" if np.isnan(v) else "0" if v == 0 else f"{v:.{digits}f}" for v in matrix.ravel()]
    if largest < 1:
        text = [t.replace("0.", ".", 1) for t in text]
    return np.array(text, dtype=object).reshape(matrix.shape)


def distance_matrix_figure(
    matrix: np.ndarray,
    names: Sequence[str],
    *,
    context: FigureContext | None = None,
    title: str,
    unit: str,
    marked: np.ndarray | None = None,
    mark_meaning: str = "adjusted p < 5 %",
    ends: tuple[float, float] | None = None,
) -> go.Figure:
    """Returns a square heat map of languages, or encoders, against each other.

    Up to 15 of them every cell carries its number, in the colour that is read on the cell's own: a
    trace of text for each colour, after the heat map. Names wider than a column stand at the rows
    alone, each with the number of its column. `customdata` is [row name, column name].

    Args:
        matrix: (k, k) values; NaN leaves a cell blank.
        names: k language codes or encoder names, for both axes.
        context: what the subtitle says; knows the shown names.
        title: what the numbers are, for example "Bottleneck distance between H1 diagrams".
        unit: of the numbers, written at the colour bar.
        marked: (k, k) booleans; true cells get an asterisk.
        mark_meaning: of the asterisk, written below the matrix.
        ends: values at the ends of the colours; None is the least and the largest.

    Raises:
        InputError: when the matrix, or the marks, are not (k, k).
    """
    context = context or NO_CONTEXT
    values = np.asarray(matrix, dtype=float)
    k = len(names)
    marks = np.zeros((k, k), dtype=bool) if marked is None else np.asarray(marked, dtype=bool)
    if values.shape != (k, k) or marks.shape != (k, k):
        raise InputError(
            f"the matrix has shape {values.shape}, its marks {marks.shape}, for {k} names; "
            f"give ({k}, {k})"
        )
    if not np.isfinite(values).any():
        sentence = "No pair to compare."
        return empty_figure(sentence, context, kind="distance_matrix", title=title)
    shown = [literal(_shown_name(name, context)) for name in names]
    places = np.array([[[row, column] for column in names] for row in names], dtype=object)
    low, high = ends or _ends(values)
    written = _written(values, marks, (low, high))
    figure = go.Figure([_heatmap(values, shown, places, unit), *written])
    _style_axes(figure, names, shown, context)
    note = f"* {mark_meaning}" if marks.any() else ""
    figure.layout["coloraxis"].update(
        cmin=low,
        cmax=high,
        colorscale=list(LIGHT_RAMP),
        colorbar=colour_bar(" · ".join(filter(None, (unit, note)))),
    )
    facts = {"names": list(names), "unit": unit, "marked": int(marks.sum())}
    height = min(200 + CELL_SIDE * max(k, LEAST_CELLS), 780)
    return finished(
        figure,
        context,
        kind="distance_matrix",
        title=title,
        height=height,
        facts=facts,
        finding=matrix_finding(values, [_shown_name(name, context) for name in names], unit=unit),
    )


def _shown_name(name: str, context: FigureContext) -> str:
    return context.encoder(name) if name in context.encoders else context.language(name)


def _style_axes(
    figure: go.Figure, names: Sequence[str], shown: Sequence[str], context: FigureContext
) -> None:
    """Writes full names at the rows, and at the columns codes of languages, names of encoders."""
    ticks, below = list(range(len(names))), _below(names, context)
    beside = shown if below else [f"{name} {_number(at)}" for at, name in enumerate(shown)]
    figure.update_xaxes(
        tickvals=ticks, ticktext=below or [*map(_number, ticks)], tickangle=0, side="bottom"
    )
    figure.update_yaxes(
        tickvals=ticks, ticktext=beside, autorange="reversed", scaleanchor="x", scaleratio=1
    )
    plain = {"showgrid": False, "showline": False, "ticks": "", "constrain": "domain"}
    figure.update_xaxes(plain, constraintoward="left")
    figure.update_yaxes(plain, constraintoward="top")


def _number(at: int) -> str:
    return f"<b>{at + 1}</b>"


def _below(names: Sequence[str], context: FigureContext) -> list[str]:
    """Returns what stands below each column, in lines as narrow as a cell; [] where none fit."""
    cell = CELL_SIDE * max(len(names), LEAST_CELLS) / len(names)
    columns = [wrapped_words(name, TICK_SIZE, TICK_WIDTH) for name in _column_names(names, context)]
    if any(text_width(line, TICK_SIZE) > cell for lines in columns for line in lines):
        return []
    return ["<br>".join(map(literal, lines)) for lines in columns]


def _column_names(names: Sequence[str], context: FigureContext) -> list[str]:
    """Returns codes of languages, and shown names of encoders."""
    of_language = {name for name in names if name in LANGUAGES and name not in context.encoders}
    return [name if name in of_language else _shown_name(name, context) for name in names]


def _ends(values: np.ndarray) -> tuple[float, float]:
    """Returns the values at the ends of the ramp; equal ones stand in its middle."""
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    return (low, high) if low < high else (low - 0.5, high + 0.5)


def _heatmap(values: np.ndarray, names: Sequence[str], places: np.ndarray, unit: str) -> go.Heatmap:
    shown = [[f"{row} · {column}" for column in names] for row in names]
    return go.Heatmap(
        z=values,
        x=np.arange(len(names)),
        y=np.arange(len(names)),
        coloraxis="coloraxis",
        xgap=1,
        ygap=1,
        customdata=places,
        hovertext=np.array(shown, dtype=object),
        hovertemplate="<b>%{hovertext}</b><br>%{z:.4g} " + literal(unit) + "<extra></extra>",
    )


def _written(values: np.ndarray, marks: np.ndarray, ends: tuple[float, float]) -> list[go.Scatter]:
    """Returns the cells' numbers and asterisks, one trace for each colour of text.

    Plotly's own choice of a text's colour leaves contrasts of 2.7 on the middle of the ramp.
    """
    text = np.where(marks, "*", "").astype(object)
    if len(values) <= ANNOTATE_UP_TO:
        text = _cell_text(values) + text
    by_colour: dict[str, list[tuple[int, int]]] = {}
    for row, column in np.argwhere(text != "").tolist():
        position = (values[row, column] - ends[0]) / (ends[1] - ends[0])
        name = cell_text(position) if np.isfinite(position) else "ink"  # a cell that is left blank
        by_colour.setdefault(name, []).append((row, column))
    return [
        go.Scatter(
            x=[column for _, column in cells],
            y=[row for row, _ in cells],
            mode="text",
            text=[text[cell] for cell in cells],
            textfont={"size": CELL_SIZE, "color": LIGHT[name]},
            hoverinfo="skip",
            showlegend=False,
        )
        for name, cells in by_colour.items()
    ]


def colour_bar(unit: str) -> dict[str, Any]:
    """Returns a short horizontal bar at the figure's lower left, where the matrix never reaches."""
    return {
        "orientation": "h",
        "x": 0.025,
        "xref": "container",
        "xanchor": "left",
        "xpad": 0,
        "y": 0,
        "yref": "container",
        "yanchor": "bottom",
        "ypad": 8,
        "lenmode": "pixels",
        "len": 260,
        "thickness": 8,
        "outlinewidth": 0,
        "ticks": "",
        "nticks": 6,
        "tickfont": {"size": 10.5, "color": LIGHT["muted"]},
        "title": {"text": literal(unit) + EMPTY_LINE, "side": "top", "font": {"size": 11.5}},
    }
