"""Small multiples of persistence diagrams: a panel per language, the reference in grey in each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.errors import InputError
from tomclip.figures.axes import distance_unit, nice_ticks
from tomclip.figures.context import literal
from tomclip.figures.diagram_marks import (
    DIMENSION_COLOURS,
    NO_BARS,
    Diagrams,
    add_diagonal,
    add_infinity_line,
    diagram_trace,
    filled_marker,
    has_bars,
    largest_finite,
    outline_marker,
    tick_marker,
)
from tomclip.figures.palette import LIGHT
from tomclip.figures.template import FigureContext, bottom_legend, empty_figure, finished

Place = Mapping[str, Any]
REFERENCE_COLUMN = -0.055
SYMBOLS = {1: "triangle-up", 2: "square"}


def _add_panel(
    figure: go.Figure,
    diagrams: Mapping[str, Diagrams],
    language: str,
    reference: str,
    infinity: float,
    context: FigureContext,
    place: Place,
) -> None:
    alone = reference not in diagrams or language == reference
    for code in [language] if alone else [reference, language]:
        grey = code == reference and not alone
        for diagram in diagrams[code]:
            if len(diagram):
                column = REFERENCE_COLUMN * infinity if grey else 0.0
                trace = diagram_trace(
                    code, context.language(code), diagram, infinity,
                    _marker(diagram.dimension, grey=grey),
                    column=column if diagram.dimension == 0 else None,
                )  # fmt: skip
                figure.add_trace(trace, **place)


def _marker(dimension: int, *, grey: bool) -> dict[str, Any]:
    if dimension == 0:
        return tick_marker(LIGHT["reference"] if grey else DIMENSION_COLOURS[0], 6)
    if grey:
        return outline_marker(SYMBOLS[dimension], 4.5)
    return filled_marker(SYMBOLS[dimension], 5, DIMENSION_COLOURS[dimension])


def _add_panel_name(figure: go.Figure, name: str, top: float, place: Place) -> None:
    """Writes the language into the half below the diagonal, where no bar can lie."""
    figure.add_annotation(
        x=top, y=0, text=literal(name), xanchor="right", yanchor="bottom", showarrow=False,
        font={"size": 12, "color": LIGHT["ink"], "weight": 600}, **place,
    )  # fmt: skip


def _add_legend(figure: go.Figure, reference_title: str) -> None:
    """Explains the two colours and the grey once, by markers that stand for no bar."""
    figure.update_traces(showlegend=False)
    markers = {"H0 · components": tick_marker(DIMENSION_COLOURS[0], 10),
               "H1 · loops": filled_marker(SYMBOLS[1], 8, DIMENSION_COLOURS[1])}  # fmt: skip
    if reference_title:
        markers[reference_title] = outline_marker(SYMBOLS[1], 8)
    for title, marker in markers.items():
        figure.add_scatter(
            x=[None], y=[None], mode="markers", marker=marker, name=literal(title),
            legendgroup=title, hoverinfo="skip", showlegend=True, row=1, col=1,
        )  # fmt: skip
    figure.update_layout(legend=bottom_legend(markers), showlegend=True)


def _style_axes(
    figure: go.Figure, panels: int, columns: int, top: float, infinity: float, unit: str
) -> None:
    ticks = nice_ticks(top, count=3)
    figure.update_xaxes(range=[-0.12 * top, top * 1.05], tickvals=ticks, showticklabels=False)
    figure.update_yaxes(
        range=[-0.05 * top, infinity * 1.06], tickvals=[*ticks, infinity],
        ticktext=[*(f"{tick:g}" for tick in ticks), "∞"], showticklabels=False,
    )  # fmt: skip
    figure.update_layout(xaxis_matches=None, yaxis_matches=None)
    for number in range(panels):
        row, column = number // columns + 1, number % columns + 1
        if column == 1:
            figure.update_yaxes(showticklabels=True, row=row, col=column)
        if number + columns >= panels:
            figure.update_xaxes(showticklabels=True, row=row, col=column)
    for text, place in (
        (f"birth ({unit})", {"x": 0.5, "y": 0, "yshift": -36, "yanchor": "top"}),
        (
            f"death ({unit})",
            {"x": 0, "y": 0.5, "xshift": -44, "textangle": -90, "xanchor": "center"},
        ),
    ):
        figure.add_annotation(text=text, xref="paper", yref="paper", showarrow=False, **place)


def diagram_grid_figure(
    diagrams: Mapping[str, Diagrams],
    *,
    context: FigureContext,
    reference: str = "en",
    columns: int = 5,
) -> go.Figure:
    """Returns one small diagram per language on shared axes, the reference in grey in each.

    H0 bars are strokes at birth 0, those of the reference just left of it; H1 bars are triangles.
    `customdata` is the same as in `diagram_figure`.

    Args:
        diagrams: per language code, its diagrams (H0, H1, ...).
        context: what the subtitle says.
        reference: code drawn in grey outlines in every panel.
        columns: panels in a row.

    Raises:
        InputError: when `columns` is below 1.
    """
    title = "Persistence diagrams by language"
    if columns < 1:
        raise InputError(f"columns is {columns}; use 1 or more")
    if not has_bars(diagrams):
        return empty_figure(NO_BARS, context, kind="diagram_grid", title=title)
    columns = min(columns, len(diagrams))
    rows = -(-len(diagrams) // columns)
    top = largest_finite(diagrams)
    infinity = top * 1.14
    figure = _panels(rows, columns, len(diagrams))
    for number, language in enumerate(diagrams):
        place = {"row": number // columns + 1, "col": number % columns + 1}
        add_diagonal(figure, top, place)
        add_infinity_line(figure, infinity, [-0.12 * top, 1.05 * top], place)
        _add_panel(figure, diagrams, language, reference, infinity, context, place)
        _add_panel_name(figure, context.language(language), top, place)
    _style_axes(figure, len(diagrams), columns, top, infinity, distance_unit(context.metric))
    _add_legend(
        figure, f"{context.language(reference)} (reference)" if reference in diagrams else ""
    )
    figure.update_layout(margin={"l": 60, "b": 84})
    facts = {"languages": list(diagrams), "reference": reference, "infinity": infinity}
    return finished(
        figure, context, kind="diagram_grid", title=title, height=158 + 165 * rows, facts=facts
    )


def _panels(rows: int, columns: int, count: int) -> go.Figure:
    """Returns a figure with `count` panels on shared axes; the rest of the last row stays blank."""
    specs = [[{} if r * columns + c < count else None for c in range(columns)] for r in range(rows)]
    shared: dict[str, Any] = {"shared_xaxes": "all", "shared_yaxes": "all"}
    return make_subplots(
        rows, columns, specs=specs, horizontal_spacing=0.014, vertical_spacing=0.07 / rows, **shared
    )
