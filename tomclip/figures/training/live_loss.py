"""The objective of a run in progress: its weighted terms stacked, their total, other runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.findings import loss_finding
from tomclip.figures.style.palette import LIGHT, SeriesStyle, encoder_style
from tomclip.figures.style.template import FigureContext, bottom_legend, empty_figure, finished
from tomclip.figures.style.thinning import MOST_POINTS, drawn_line, kept_rows, smoothed
from tomclip.figures.training.event_tables import NO_EVENTS, TERM_TITLES, line_mode, require_columns
from tomclip.figures.training.loss_weights import WeightChange, weights_in_force
from tomclip.figures.training.timeline import (
    Timeline,
    XAxis,
    add_weight_lines,
    line_of,
    style_timeline,
    timeline,
)

TERM_HUES = {
    "pointwise": "blue",
    "distance_matrix": "orange",
    "topological_h0": "green",
    "topological_h1": "vermillion",
}
TOTAL = SeriesStyle(LIGHT["ink"], "solid", "circle")
TITLE = "Loss as it is trained on"
HEIGHT = 430
CROWDED = 400


def live_loss_figure(
    events: pd.DataFrame,
    *,
    weights: Mapping[str, float],
    context: FigureContext | None = None,
    changes: Sequence[WeightChange] = (),
    others: Mapping[str, pd.DataFrame] | None = None,
    x: XAxis = "step",
    smoothing: float = 0.0,
    log_y: bool = False,
    max_points: int = MOST_POINTS,
) -> go.Figure:
    """Returns the loss terms times their weights in force as stacked areas under the total.

    With smoothing the areas and lines are averages, and the run's total as recorded is drawn pale
    behind. On a logarithmic axis, where stacked heights mean nothing, the terms are lines. Lines
    keep their peaks when they are thinned.

    Args:
        events: columns step, total and one per unweighted term, NaN where it was not computed, and
            scale_TERM where it had one, schedule_factor where the weights have a schedule; seconds
            for `x="time"`. Where there is a column split, its rows "train" are drawn.
        weights: at the start of the run, by term or setting ("h0_weight").
        context: what the subtitle says; None: what the data themselves know.
        changes: weights changed since, each drawn as a named line.
        others: per encoder name of another run (run:ID), which decides its style, its events; only
            the total is drawn. The context knows its title.
        x: "step", or "time" since each run started.
        smoothing: in [0, 1), how much of the average stays from step to step.
        log_y: logarithmic loss axis.
        max_points: about how many points a line has at most.

    Raises:
        InputError: when a column is missing, a weight has an unknown name, or smoothing or `x` is
            none of the above.
    """
    context = context or NO_CONTEXT
    tables = {name: _training(table) for name, table in (others or {}).items()}
    events = _training(events)
    if not len(events):
        return empty_figure(NO_EVENTS, context, kind="live_loss", title=TITLE)
    axis = timeline(x, [events, *tables.values()])
    figure = go.Figure()
    parts = _contributions(events, weights, changes).apply(smoothed, args=(smoothing,))
    _add_terms(figure, axis.positions(events), parts, axis, max_points, stacked=not log_y)
    runs = [*tables.items(), (TERM_TITLES["total"], events)]
    if smoothing:
        _add_recorded(
            figure, axis.positions(events), events["total"].to_numpy(dtype=float), max_points
        )
    for name, table in runs:
        y = smoothed(table["total"].astype(float), smoothing).to_numpy()
        rows = kept_rows([y], max_points)
        style = TOTAL if table is events else encoder_style(name)
        width = 1.0 if len(rows) > CROWDED and not smoothing else 1.8
        line = drawn_line(axis.positions(table), y, rows)
        _add_total(figure, line, name, context.encoder(name), style, axis.hover, width)
    room = add_weight_lines(figure, changes, axis)
    names = [TERM_TITLES["total"], *(TERM_TITLES[str(term)] for term in parts)]
    names += map(context.encoder, tables)
    _style(figure, axis, names, log_y=log_y)
    facts = {
        "terms": list(parts),
        "others": list(tables),
        "x": x,
        "smoothing": smoothing,
        "log_y": log_y,
        "weight_changes": [change.label for change in changes],
    }
    finding = loss_finding(events["step"].to_numpy(), events["total"].to_numpy(dtype=float))
    return finished(
        figure,
        context,
        kind="live_loss",
        title=TITLE,
        height=HEIGHT,
        facts=facts,
        head_room=room,
        finding=finding,
    )


def _training(events: pd.DataFrame) -> pd.DataFrame:
    """Returns the rows of training steps in their order, after checking the columns."""
    require_columns(events, ["step", "total"])
    rows = events["split"] == "train" if "split" in events else slice(None)
    return events[rows].sort_values("step", kind="stable").reset_index(drop=True)


def _contributions(
    events: pd.DataFrame, weights: Mapping[str, float], changes: Sequence[WeightChange]
) -> pd.DataFrame:
    """Returns each term times its weight in force; a term without weight adds nothing.

    A column scale_TERM, recorded where weights count in lengths of gradients, multiplies too, and
    schedule_factor, where they have a schedule, every term but the point-wise one.
    """
    in_force = weights_in_force(events["step"].to_numpy(dtype=float), weights, changes)
    present = [term for term in in_force if term in events]
    products = events[present].astype(float) * in_force[present]
    for term in present:
        if f"scale_{term}" in events:
            products[term] *= events[f"scale_{term}"].astype(float)
        if term != "pointwise" and "schedule_factor" in events:
            products[term] *= events["schedule_factor"].astype(float)
    return products.where(in_force[present] != 0, 0.0)


def _add_terms(
    figure: go.Figure,
    x: np.ndarray,
    parts: pd.DataFrame,
    axis: Timeline,
    max_points: int,
    *,
    stacked: bool,
) -> None:
    """Adds the terms on common rows, which stacking needs, the first one lowest."""
    if parts.empty:
        return
    rows = kept_rows([parts[term].to_numpy() for term in parts], max_points)
    for term in parts:
        title, hue = literal(TERM_TITLES[str(term)]), TERM_HUES[str(term)]
        fill: dict[str, Any] = {"stackgroup": "terms", "fillcolor": LIGHT[f"{hue}_area"]}
        figure.add_scatter(
            **drawn_line(x, parts[term].to_numpy(), rows),
            name=title,
            legendgroup=title,
            mode="lines",
            line={"width": 0.8 if stacked else 1.6, "color": LIGHT[hue]},
            hovertemplate=f"{title} · {axis.hover}<br>%{{y:.4g}}<extra></extra>",
            **(fill if stacked else {}),
        )


def _add_recorded(figure: go.Figure, x: np.ndarray, total: np.ndarray, max_points: int) -> None:
    """Adds the run's total as recorded, pale, to stand behind its average."""
    rows, title = kept_rows([total], max_points), TERM_TITLES["total"]
    figure.add_scatter(
        **drawn_line(x, total, rows),
        mode="lines",
        legendgroup=title,
        showlegend=False,
        line=line_of(TOTAL, 1.0),
        opacity=0.22,
        hoverinfo="skip",
        name=f"{title}, as recorded",
    )


def _add_total(
    figure: go.Figure,
    line: Mapping[str, np.ndarray],
    name: str,
    title: str,
    style: SeriesStyle,
    hover: str,
    width: float,
) -> None:
    title = literal(title)
    figure.add_scatter(
        **line,
        mode=line_mode(len(line["x"])),
        name=title,
        legendgroup=name,
        line=line_of(style, width),
        legendrank=1 if style is TOTAL else 1_000,
        marker={"symbol": style.symbol, "size": 5, "color": style.colour},
        hovertemplate=f"<b>{title}</b> · {hover}<br>%{{y:.5g}}<extra></extra>",
    )


def _style(figure: go.Figure, axis: Timeline, names: Sequence[str], *, log_y: bool) -> None:
    style_timeline(figure, axis)
    figure.update_xaxes(title=axis.title)
    kind = "log" if log_y else "linear"
    figure.update_yaxes(title="weighted loss", rangemode="tozero", type=kind, exponentformat="none")
    legend = {**bottom_legend(names), "traceorder": "normal"}
    figure.update_layout(legend=legend, showlegend=True)
