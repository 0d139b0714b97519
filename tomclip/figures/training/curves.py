"""Scores and distances over training steps, a line per language or encoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.figures.style.axes import distance_unit, series_to_show, spread, with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal, text_width
from tomclip.figures.style.palette import LIGHT, SeriesStyle
from tomclip.figures.style.template import (
    FigureContext,
    empty_figure,
    encoder_style,
    finished,
    language_style,
)
from tomclip.figures.training.event_tables import NO_EVENTS, line_mode, require_columns

GREY = SeriesStyle(LIGHT["context"], "solid", "circle")
LABEL_SIZE = 11.5
PLOT_HEIGHT = 330
STEP_ROOM = 16


class LineEnd(NamedTuple):
    """Where a line ends, and its colour."""

    step: float
    value: float
    colour: str


def score_curve_figure(
    curves: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    label: str,
    unit: str = "",
    by: Literal["language", "encoder"] = "language",
    highlight: Sequence[str] | None = None,
    baseline: float | None = None,
    baseline_name: str = "baseline",
    chosen_step: float | None = None,
    title: str = "",
) -> go.Figure:
    """Returns a score over the training steps, one line per language or encoder, named at its end.

    `customdata` is [series, step].

    Args:
        curves: columns step, series (a code or encoder name) and value, in `unit`.
        context: what the subtitle says; None: what the data themselves know.
        label: what is measured.
        unit: of the values.
        by: what a series is; decides name, colour and dash.
        highlight: series in colour, the others thin and grey; None takes all of at most eight,
            else the first six.
        baseline: a value to compare with, drawn as a dotted line.
        baseline_name: what is written at that line.
        chosen_step: marked by a vertical line.
        title: of the figure; "" builds one from the label.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    title = title or f"{label[:1].upper()}{label[1:]} during training"
    require_columns(curves, ["step", "series", "value"])
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
    if chosen_step is not None:
        _mark_step(figure, chosen_step)
    facts = {
        "series": names,
        "highlighted": chosen,
        "baseline": baseline,
        "unit": unit,
        "chosen_step": chosen_step,
    }
    return finished(
        figure,
        context,
        kind="score_curve",
        title=title,
        height=PLOT_HEIGHT + 130,
        facts=facts,
        head_room=0 if chosen_step is None else STEP_ROOM,
    )


def training_steps_figure(
    curves: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    distance: str,
    homology_dimension: int,
    highlight: Sequence[str] | None = None,
    chosen_step: float | None = None,
) -> go.Figure:
    """Returns how far each language's diagram is from the teacher's English as a student trains.

    `customdata` is [language, step].

    Args:
        curves: columns step, series (a language code) and value.
        context: what the subtitle says; its metric is the unit.
        distance: between diagrams, for example "Wasserstein distance".
        homology_dimension: homology dimension of the diagrams.
        highlight, chosen_step: see `score_curve_figure`.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    figure = score_curve_figure(
        curves,
        context=context,
        label=distance,
        unit=distance_unit(context.metric),
        highlight=highlight,
        chosen_step=chosen_step,
        title=f"Distance to the teacher\u2019s English while training, H{homology_dimension}",
    )
    layout: Any = figure.layout
    return figure.update_layout(meta={**layout.meta, "figure": "training_steps"})


def _mark_step(figure: go.Figure, step: float) -> None:
    """Draws a vertical line at the step and names it above the plot."""
    figure.add_vline(x=step, line={"color": LIGHT["ink"], "width": 1.4, "dash": "dash"})
    figure.add_annotation(
        x=step,
        y=1,
        yref="paper",
        yanchor="bottom",
        text=f"step {step:,.0f}",
        showarrow=False,
        font={"size": 12, "color": LIGHT["ink"], "weight": 600},
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
        x=group["step"],
        y=group["value"],
        name=literal(title),
        showlegend=False,
        mode="lines" if style is GREY else line_mode(len(group)),
        line={"color": style.colour, "dash": style.dash, "width": width},
        marker={"symbol": style.symbol, "size": 6, "color": style.colour},
        customdata=group[["series", "step"]].to_numpy(dtype=object),
        hovertemplate=f"<b>{literal(title)}</b> · step %{{x:,}}<br>%{{y:.4g}}<extra></extra>",
    )


def _add_end_labels(
    figure: go.Figure, ends: Mapping[str, LineEnd], low: float, high: float, last_step: float
) -> None:
    """Writes each series' name right of the plot, moved apart, a thin line to its last value."""
    gap = 15 / PLOT_HEIGHT * (high - low)
    heights = spread([end.value for end in ends.values()], gap, low, high)
    for (name, end), height in zip(ends.items(), heights.tolist(), strict=True):
        figure.add_annotation(
            x=end.step,
            y=end.value,
            ax=last_step * 1.05,
            ay=height,
            axref="x",
            ayref="y",
            text=literal(name),
            xanchor="left",
            showarrow=True,
            arrowhead=0,
            arrowwidth=1,
            arrowcolor=end.colour,
            standoff=4,
            font={"size": LABEL_SIZE, "color": LIGHT["ink"]},
        )
    widest = max((text_width(name, LABEL_SIZE) for name in ends), default=0.0)
    figure.update_layout(margin={"r": round(widest) + 36})
