"""Curves over training steps: loss terms, and scores per language or encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.errors import InputError
from tomclip.figures.axes import series_to_show, spread, with_unit
from tomclip.figures.context import literal, text_width
from tomclip.figures.palette import LIGHT, SeriesStyle
from tomclip.figures.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    encoder_style,
    finished,
    language_style,
    style_panel_titles,
)

TERM_TITLES = {
    "total": "total loss",
    "pointwise": "point-wise",
    "distance_matrix": "distance matrix",
    "topological_h0": "topological, H0",
    "topological_h1": "topological, H1",
}
SPLIT_STYLE = {
    "train": SeriesStyle(LIGHT["blue"], "solid", "circle"),
    "validation": SeriesStyle(LIGHT["orange"], "dash", "diamond"),
}
GREY = SeriesStyle(LIGHT["context"], "solid", "circle")
NO_EVENTS = "No steps recorded yet."
LABEL_SIZE = 11.5
PLOT_HEIGHT = 330
MARK_UP_TO = 40


class LineEnd(NamedTuple):
    """Where a line ends, and its colour."""

    step: float
    value: float
    colour: str


def _numeric_terms(events: pd.DataFrame) -> list[str]:
    """Returns the known terms that have a value, in the order of the objective."""
    return [term for term in TERM_TITLES if term in events and events[term].notna().any()]


def _require_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    missing = [column for column in columns if column not in table]
    if missing:
        raise InputError(f"the table lacks {', '.join(missing)}; it needs {', '.join(columns)}")


def loss_figure(
    events: pd.DataFrame, *, context: FigureContext, terms: Sequence[str] | None = None
) -> go.Figure:
    """Returns one small panel per loss term over the steps, train and validation in each.

    Every term has its own axis, as their sizes differ by orders of magnitude.

    Args:
        events: columns step, split and one per term; NaN where a line of the run lacks it.
        context: what the subtitle says.
        terms: columns to show; None takes the known terms that have values.

    Raises:
        InputError: when a column is missing.
    """
    title = "Training loss"
    chosen = _numeric_terms(events) if terms is None else list(terms)
    if events.empty or not chosen:
        return empty_figure(NO_EVENTS, context, kind="loss", title=title)
    _require_columns(events, ["step", "split", *chosen])
    columns = 1 if len(chosen) == 1 else 2
    rows = -(-len(chosen) // columns)
    specs = [
        [{} if r * columns + c < len(chosen) else None for c in range(columns)] for r in range(rows)
    ]
    figure = make_subplots(
        rows, columns, specs=specs, vertical_spacing=0.26 / rows, horizontal_spacing=0.09,
        subplot_titles=[literal(TERM_TITLES.get(term, term)) for term in chosen],
    )  # fmt: skip
    style_panel_titles(figure)
    splits = list(dict.fromkeys(events["split"]))
    for number, term in enumerate(chosen):
        place: dict[str, Any] = {"row": number // columns + 1, "col": number % columns + 1}
        _add_term(figure, events, term, splits, place, legend=number == 0)
        bottom = number + columns >= len(chosen)
        figure.update_xaxes(title="training step" if bottom else "", rangemode="tozero", **place)
        figure.update_yaxes(title="loss" if place["col"] == 1 else "", rangemode="tozero", **place)
    figure.update_layout(legend=bottom_legend(splits), showlegend=len(splits) > 1)
    facts = {"terms": chosen, "splits": splits}
    return finished(
        figure, context, kind="loss", title=title, height=130 + 220 * rows, facts=facts,
        head_room=PANEL_ROOM,
    )  # fmt: skip


def _mode(n: int) -> str:
    """Returns lines with dots where there are few enough points to see them."""
    return "lines+markers" if n <= MARK_UP_TO else "lines"


def _add_term(
    figure: go.Figure,
    events: pd.DataFrame,
    term: str,
    splits: Sequence[str],
    place: Mapping[str, int],
    *,
    legend: bool,
) -> None:
    for split in splits:
        group = events[(events["split"] == split) & events[term].notna()].sort_values("step")
        style = SPLIT_STYLE.get(split, SeriesStyle(LIGHT["purple"], "dot", "square"))
        figure.add_scatter(
            x=group["step"], y=group[term], mode=_mode(len(group)),
            name=literal(split), legendgroup=split, showlegend=legend,
            line={"color": style.colour, "dash": style.dash, "width": 1.8},
            marker={"symbol": style.symbol, "size": 5, "color": style.colour},
            hovertemplate=f"{literal(split)} · step %{{x:,}}<br>%{{y:.5g}}<extra></extra>", **place,
        )  # fmt: skip


def score_curve_figure(
    curves: pd.DataFrame,
    *,
    context: FigureContext,
    label: str,
    unit: str = "",
    by: Literal["language", "encoder"] = "language",
    highlight: Sequence[str] | None = None,
    baseline: float | None = None,
    baseline_name: str = "baseline",
    title: str = "",
) -> go.Figure:
    """Returns a score over the training steps, one line per language or encoder, named at its end.

    Args:
        curves: columns step, series (a code or encoder name) and value, in `unit`.
        context: what the subtitle says.
        label: what is measured.
        unit: of the values.
        by: what a series is; decides name, colour and dash.
        highlight: series in colour, the others thin and grey; None takes all of at most eight,
            else the first six.
        baseline: a value to compare with, drawn as a dotted line.
        baseline_name: what is written at that line.
        title: of the figure; "" builds one from the label.

    Raises:
        InputError: when a column is missing.
    """
    title = title or f"{label[:1].upper()}{label[1:]} during training"
    _require_columns(curves, ["step", "series", "value"])
    curves = curves[curves["value"].notna()].sort_values("step", kind="stable")
    if curves.empty:
        return empty_figure(NO_EVENTS, context, kind="score_curve", title=title)
    names = list(dict.fromkeys(curves["series"]))
    chosen = series_to_show(names, highlight)
    figure = go.Figure()
    ends = _add_score_lines(figure, curves, names, chosen, context, by)
    last_step = float(curves["step"].max()) or 1.0
    if baseline is not None:
        line = {"color": LIGHT["muted"], "width": 1.4, "dash": "dot"}
        figure.add_hline(y=baseline, line=line, layer="below")
        ends[baseline_name] = LineEnd(last_step, float(baseline), LIGHT["muted"])
    low, high = _value_range([*curves["value"], *([] if baseline is None else [baseline])])
    figure.update_yaxes(title=with_unit(label, unit), range=[low, high])
    figure.update_xaxes(title="training step", range=[0, last_step * 1.04])
    _add_end_labels(figure, ends, low, high, last_step)
    facts = {"series": names, "highlighted": chosen, "baseline": baseline, "unit": unit}
    return finished(
        figure, context, kind="score_curve", title=title, height=PLOT_HEIGHT + 130, facts=facts
    )


def _add_score_lines(
    figure: go.Figure,
    curves: pd.DataFrame,
    names: Sequence[str],
    chosen: Sequence[str],
    context: FigureContext,
    by: Literal["language", "encoder"],
) -> dict[str, LineEnd]:
    """Adds the grey lines, then the chosen ones, and returns where those end by shown name."""
    shown_name = context.language if by == "language" else context.encoder
    style_of = language_style if by == "language" else encoder_style
    ends = {}
    for name in sorted(names, key=chosen.__contains__):
        group, title = curves[curves["series"] == name], shown_name(name)
        if name in chosen:
            style = style_of(name)
            ends[title] = LineEnd(*_last_point(group), style.colour)
            _add_score_line(figure, group, title, style, width=2.0)
        else:
            _add_score_line(figure, group, title, GREY, width=1.0)
    return ends


def _last_point(group: pd.DataFrame) -> tuple[float, float]:
    return float(group["step"].iloc[-1]), float(group["value"].iloc[-1])


def _value_range(values: Sequence[float]) -> tuple[float, float]:
    low, high = float(np.min(values)), float(np.max(values))
    room = 0.06 * (high - low) or 0.06 * abs(high) or 1.0
    return (low if 0 <= low < room else low - room), high + room


def _add_score_line(
    figure: go.Figure, group: pd.DataFrame, title: str, style: SeriesStyle, *, width: float
) -> None:
    figure.add_scatter(
        x=group["step"], y=group["value"], name=literal(title), showlegend=False,
        mode="lines" if style is GREY else _mode(len(group)),
        line={"color": style.colour, "dash": style.dash, "width": width},
        marker={"symbol": style.symbol, "size": 6, "color": style.colour},
        hovertemplate=f"<b>{literal(title)}</b> · step %{{x:,}}<br>%{{y:.4g}}<extra></extra>",
    )  # fmt: skip


def _add_end_labels(
    figure: go.Figure, ends: Mapping[str, LineEnd], low: float, high: float, last_step: float
) -> None:
    """Writes each series' name right of the plot, moved apart, a thin line to its last value."""
    gap = 15 / PLOT_HEIGHT * (high - low)
    heights = spread([end.value for end in ends.values()], gap, low, high)
    for (name, end), height in zip(ends.items(), heights.tolist(), strict=True):
        figure.add_annotation(
            x=end.step, y=end.value, ax=last_step * 1.05, ay=height, axref="x", ayref="y",
            text=literal(name), xanchor="left", showarrow=True, arrowhead=0, arrowwidth=1,
            arrowcolor=end.colour, standoff=4, font={"size": LABEL_SIZE, "color": LIGHT["ink"]},
        )  # fmt: skip
    widest = max((text_width(name, LABEL_SIZE) for name in ends), default=0.0)
    figure.update_layout(margin={"r": round(widest) + 36})
