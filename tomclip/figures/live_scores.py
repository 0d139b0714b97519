"""Accuracy and shape of every language while a student trains, in panels over one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.figures.axes import distance_unit, series_to_show
from tomclip.figures.context import literal
from tomclip.figures.curves import GREY
from tomclip.figures.loss import NO_EVENTS, require_columns
from tomclip.figures.loss_weights import WeightChange
from tomclip.figures.palette import LIGHT, SeriesStyle
from tomclip.figures.panels import panel_place, panel_rows
from tomclip.figures.score_panels import DISTANCE, SCORE_PANELS, ScorePanel
from tomclip.figures.scores import MEAN
from tomclip.figures.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    language_style,
    style_panel_titles,
    traces_of,
)
from tomclip.figures.thinning import kept_rows
from tomclip.figures.timeline import (
    Timeline,
    XAxis,
    add_weight_lines,
    line_of,
    run_style,
    style_timeline,
    timeline,
)

TITLE = "Accuracy and shape while training"
MEAN_TITLE, OTHERS = "mean of the languages", "other languages"
MEAN_STYLE = SeriesStyle(LIGHT["muted"], "solid", "circle")
MARK_UP_TO = 40
COLUMNS = ["step", "score", "series", "value"]


def live_scores_figure(
    scores: pd.DataFrame,
    *,
    context: FigureContext,
    panels: Mapping[str, ScorePanel] | None = None,
    highlight: Sequence[str] | None = None,
    changes: Sequence[WeightChange] = (),
    others: Mapping[str, pd.DataFrame] | None = None,
    x: XAxis = "step",
    columns: int = 2,
) -> go.Figure:
    """Returns one panel per score over a shared axis: languages, their mean, other runs' means.

    The reference is the teacher's English. A missing value leaves a gap; a single probe is a
    mark. `customdata` is [language code or "mean", step].

    Args:
        scores: long, columns step, score, series (language code or "mean") and value; seconds for
            `x="time"`. A mean that is not there is taken over the languages.
        context: what the subtitle says; its metric is the unit of distances.
        panels: scores to show by name, in order; those never measured are left out. None takes
            `SCORE_PANELS`.
        highlight: codes in colour, the others grey; None takes all of at most eight, else the
            first six.
        changes: weights changed during the run, each drawn as a line.
        others: per shown name of another run, its scores; only the means are drawn.
        x: "step", or "time" since each run started.
        columns: panels side by side.

    Raises:
        InputError: when a column is missing or `x` is unknown.
    """
    tables = {name: _checked(table) for name, table in (others or {}).items()}
    scores = _checked(scores)
    known = SCORE_PANELS if panels is None else panels
    measured = set(scores.loc[scores["value"].notna(), "score"])
    shown = {name: panel for name, panel in known.items() if name in measured}
    if not shown:
        return empty_figure(NO_EVENTS, context, kind="live_scores", title=TITLE)
    axis = timeline(x, [scores, *tables.values()])
    columns = min(columns, len(shown))
    figure = _panels(shown, columns)
    names = [str(name) for name in dict.fromkeys(scores["series"]) if name != MEAN]
    chosen = series_to_show(names, highlight)
    own, compared = _run(scores, axis), {run: _run(table, axis) for run, table in tables.items()}
    for number, name in enumerate(shown):
        place = panel_place(number, columns)
        _add_languages(figure, own, name, chosen, context, axis.hover, place)
        for rank, (title, run) in enumerate(compared.items()):
            _add_mean(figure, run, name, title, run_style(rank), axis.hover, place)
        _add_mean(figure, own, name, MEAN_TITLE, MEAN_STYLE, axis.hover, place)
    entries = _name_once(figure)
    _style(figure, shown, columns, axis, context)
    add_weight_lines(figure, changes, axis, labelled=False)
    figure.update_layout(legend=bottom_legend(entries), showlegend=True)
    facts = {"scores": list(shown), "highlighted": chosen, "others": list(tables), "x": x,
             "weight_changes": [change.label for change in changes]}  # fmt: skip
    return finished(
        figure, context, kind="live_scores", title=TITLE, facts=facts, head_room=PANEL_ROOM,
        height=130 + 200 * panel_rows(len(shown), columns),
    )  # fmt: skip


def _checked(scores: pd.DataFrame) -> pd.DataFrame:
    require_columns(scores, COLUMNS)
    return scores.sort_values("step", kind="stable")


def _panels(shown: Mapping[str, ScorePanel], columns: int) -> go.Figure:
    rows = panel_rows(len(shown), columns)
    places = [panel_place(number, columns) for number in range(len(shown))]
    taken = {(place["row"], place["col"]) for place in places}
    grid = [
        [{} if (row, column) in taken else None for column in range(1, columns + 1)]
        for row in range(1, rows + 1)
    ]
    figure = make_subplots(
        rows, columns, specs=grid, vertical_spacing=0.26 / rows, horizontal_spacing=0.11,
        subplot_titles=[
            literal(f"{panel.title} {'↑' if panel.higher_is_better else '↓'}")
            for panel in shown.values()
        ],
    )  # fmt: skip
    style_panel_titles(figure)
    return figure


class _Run(NamedTuple):
    """A run's probes: places on the axis, steps, and per score a table of them by series."""

    x: np.ndarray
    steps: np.ndarray
    values: Mapping[str, pd.DataFrame]


def _run(scores: pd.DataFrame, axis: Timeline) -> _Run:
    """Returns the tables with a row for every probe, NaN where missing, and a mean in each."""
    rows = scores.drop_duplicates(["step", "score", "series"], keep="last")
    wide = rows.pivot(index="step", columns=["score", "series"], values="value").astype(float)
    values = {str(name): wide[name] for name in rows["score"].unique()}
    for name, table in values.items():
        if MEAN not in table:
            values[name] = table.assign(**{MEAN: table.mean(axis=1)})
    return _Run(axis.positions(scores.drop_duplicates("step")), wide.index.to_numpy(), values)


def _add_languages(
    figure: go.Figure,
    run: _Run,
    name: str,
    chosen: Sequence[str],
    context: FigureContext,
    hover: str,
    place: Mapping[str, Any],
) -> None:
    """Adds the grey lines first, then the chosen languages."""
    codes = [str(code) for code in run.values[name] if code != MEAN]
    for code in sorted(codes, key=list(chosen).__contains__):
        title = context.language(code)
        trace = _line(
            run, name, code, language_style(code) if code in chosen else GREY, title, hover
        )
        if code not in chosen:
            trace.update(name=OTHERS, legendgroup=OTHERS, line_width=1.0, legendrank=2_000)
        figure.add_trace(trace, **place)


def _add_mean(
    figure: go.Figure,
    run: _Run,
    name: str,
    title: str,
    style: SeriesStyle,
    hover: str,
    place: Mapping[str, Any],
) -> None:
    if name in run.values:
        trace = _line(run, name, MEAN, style, title, hover)
        figure.add_trace(trace.update(line_width=3.2), **place)


def _line(
    run: _Run, name: str, series: str, style: SeriesStyle, title: str, hover: str
) -> go.Scatter:
    """Returns one series of one score; customdata is [series, step].

    Where no value is marked there are no marks at all: a browser draws also those of size 0.
    """
    y = run.values[name][series].to_numpy()
    rows = kept_rows([y])
    customdata = np.empty((len(rows), 2), dtype=object)
    customdata[:, 0], customdata[:, 1] = series, run.steps[rows]
    sizes = _mark_sizes(y[rows], style)
    return go.Scatter(
        x=run.x[rows], y=y[rows], name=literal(title), legendgroup=title, customdata=customdata,
        mode="lines+markers" if sizes.any() else "lines", line=line_of(style, 1.8),
        marker={"symbol": style.symbol, "size": sizes, "color": style.colour, "opacity": 1,
                "line": {"width": 0}},
        connectgaps=False,
        hovertemplate=f"<b>{literal(title)}</b> · {hover}<br>%{{y:.4g}}<extra></extra>",
    )  # fmt: skip


def _mark_sizes(y: np.ndarray, style: SeriesStyle) -> np.ndarray:
    """Returns the marks' diameters: where they would crowd, only values alone have one."""
    known = np.isfinite(np.concatenate([[np.nan], y, [np.nan]]))
    alone = known[1:-1] & ~known[:-2] & ~known[2:]
    crowded = style is GREY or len(y) > MARK_UP_TO
    return np.where(alone, 6.0, 0.0 if crowded else 5.0)


def _name_once(figure: go.Figure) -> list[str]:
    """Leaves one legend entry per group and returns the names."""
    seen: dict[str, str] = {}
    for trace in traces_of(figure):
        trace.showlegend = trace.legendgroup not in seen
        seen[trace.legendgroup] = trace.name
    return list(seen.values())


def _style(
    figure: go.Figure,
    shown: Mapping[str, ScorePanel],
    columns: int,
    axis: Timeline,
    context: FigureContext,
) -> None:
    """Gives panels their units, and tick labels and the axis title to the lowest ones only."""
    style_timeline(figure, axis)
    for number, panel in enumerate(shown.values()):
        place = panel_place(number, columns)
        unit = distance_unit(context.metric) if panel.unit == DISTANCE else panel.unit
        figure.update_yaxes(title={"text": unit, "standoff": 4}, **place)
        lowest = number + columns >= len(shown)
        figure.update_xaxes(title=axis.title if lowest else "", showticklabels=lowest, **place)
        figure.update_xaxes(matches="x" if number else None, **place)
        if panel.unit in ("%", DISTANCE):
            figure.update_yaxes(rangemode="tozero", **place)
