"""Accuracy and shape per language: sorted dots with intervals, a colour per encoder."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from tomclip.figures.scores.dots import LABEL_ROOM, NO_SCORES, checked_table, dot_plot, rows_height
from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT
from tomclip.figures.style.findings import accuracy_finding
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, empty_figure, finished


def accuracy_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    label: str = "top-1 accuracy",
    unit: str = "%",
    chance: float | None = None,
    sort_by: str | None = None,
    title: str = "",
) -> go.Figure:
    """Returns accuracy per language as dots, one colour and symbol per encoder, with intervals.

    Languages are sorted by the encoder `sort_by`, best on top; the row "mean" lies below a line.
    `customdata` is [language, encoder].

    Args:
        table: long, columns language, encoder, value and, where known, ci_low and ci_high, all in
            `unit`.
        context: what the subtitle says; None: what the data themselves know.
        label: what is measured, for the axis.
        unit: of the values.
        chance: value of guessing, drawn as a dotted line.
        sort_by: encoder name; None is the last one in the table.
        title: of the figure; "" builds one from the label.

    Raises:
        InputError: when the table lacks a column.
    """
    context = context or NO_CONTEXT
    table = checked_table(table)
    title = title or f"{label[:1].upper()}{label[1:]} by language"
    if table.empty:
        return empty_figure(NO_SCORES, context, kind="accuracy", title=title)
    figure, positions, encoders = dot_plot(table, context, unit, sort_by, ".1f")
    figure.update_xaxes(title=with_unit(label, unit), rangemode="tozero")
    if chance is not None:
        _add_level(figure, chance, f"chance {chance:.2g} {unit}".rstrip())
    facts = {"encoders": encoders, "languages": list(positions), "chance": chance, "unit": unit}
    height = rows_height(positions, len(encoders))
    return finished(
        figure,
        context,
        kind="accuracy",
        title=title,
        height=height,
        facts=facts,
        head_room=0 if chance is None else LABEL_ROOM,
        finding=accuracy_finding(table, context, unit=unit),
    )


def _add_level(figure: go.Figure, value: float, text: str) -> None:
    """Draws a value that all rows are compared with as a dotted line, its text above."""
    line = {"color": LIGHT["muted"], "width": 1.2, "dash": "dot"}
    figure.add_vline(x=value, line=line, layer="below")
    figure.add_annotation(
        x=value,
        y=1,
        yref="paper",
        text=text,
        xanchor="left",
        yanchor="bottom",
        showarrow=False,
        font={"size": 11, "color": LIGHT["muted"]},
        xshift=-2,
    )


def shape_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    label: str = "bottleneck distance to English, H0",
    unit: str = "cosine distance",
    higher_is_better: bool = False,
    sort_by: str | None = None,
    order: Sequence[str] = (),
    title: str = "",
    level: tuple[float, str] | None = None,
) -> go.Figure:
    """Returns how far each language's shape is from the reference, as dots per encoder.

    Args:
        table, context, label, unit, sort_by, title: see `accuracy_figure`.
        higher_is_better: which direction is good; it is written at the axis.
        order: codes of languages from the top, as of a chart beside this one; empty: sorted.
        level: a value to compare with and what it is, drawn as a dotted line.

    Raises:
        InputError: when the table lacks a column.
    """
    context = context or NO_CONTEXT
    table = checked_table(table)
    title = title or f"{label[:1].upper()}{label[1:]}"
    if table.empty:
        return empty_figure(NO_SCORES, context, kind="shape", title=title)
    figure, positions, encoders = dot_plot(table, context, unit, sort_by, ".4g", order=order)
    better = "higher is more alike" if higher_is_better else "lower is more alike"
    figure.update_xaxes(title=f"{with_unit(label, unit)}, {better}", rangemode="tozero")
    if level is not None:
        _add_level(figure, *level)
    facts = {"encoders": encoders, "languages": list(positions), "unit": unit}
    return finished(
        figure,
        context,
        kind="shape",
        title=title,
        height=rows_height(positions, len(encoders)),
        facts=facts,
        head_room=0 if level is None else LABEL_ROOM,
        finding=accuracy_finding(
            table, context, unit=unit, digits=3, higher_is_better=higher_is_better
        ),
    )
