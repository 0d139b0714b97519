"""How far the languages lie apart in one score while a student trains."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.core.scores import MEAN
from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, bottom_legend, empty_figure, finished
from tomclip.figures.style.thinning import kept_rows
from tomclip.figures.training.event_tables import NO_EVENTS, line_mode, require_columns
from tomclip.figures.training.loss_weights import WeightChange
from tomclip.figures.training.timeline import (
    Timeline,
    XAxis,
    add_weight_lines,
    style_timeline,
    timeline,
)

ALL, HALF, MEDIAN = "all languages", "middle half", "median"
QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


def spread_figure(
    scores: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    label: str,
    unit: str = "",
    changes: Sequence[WeightChange] = (),
    x: XAxis = "step",
) -> go.Figure:
    """Returns ribbons from the lowest to the highest language and of the middle half, the median.

    A step without any value leaves a gap. More steps than a screen is wide are thinned so that
    peaks and gaps stay. `customdata` of the median is [step, lowest language,
    highest language, number of languages].

    Args:
        scores: columns step, series (a language code; "mean" is passed over) and value; seconds for
            `x="time"`.
        context: what the subtitle says; None: what the data themselves know.
        label: what is measured.
        unit: of the values.
        changes: weights changed during the run, each drawn as a named line.
        x: "step", or "time" since the run started.

    Raises:
        InputError: when a column is missing or `x` is unknown.
    """
    context = context or NO_CONTEXT
    title = f"Spread over the languages: {label}"
    require_columns(scores, ["step", "series", "value"])
    scores = scores[scores["series"] != MEAN].sort_values("step", kind="stable")
    if not scores["value"].notna().any():
        return empty_figure(NO_EVENTS, context, kind="spread", title=title)
    axis = timeline(x, [scores])
    wide, places = _by_step(scores, axis)
    quantiles = _quantiles(wide)
    rows = kept_rows(list(quantiles))
    wide, places, quantiles = wide.iloc[rows], places[rows], quantiles[:, rows]
    figure = go.Figure()
    _add_ribbon(figure, places, quantiles[0], quantiles[4], ALL, LIGHT["ramp_2"])
    _add_ribbon(figure, places, quantiles[1], quantiles[3], HALF, LIGHT["ramp_3"])
    _add_median(figure, places, quantiles[2], wide, axis, context)
    room = add_weight_lines(figure, changes, axis)
    style_timeline(figure, axis)
    figure.update_xaxes(title=axis.title)
    figure.update_yaxes(title=with_unit(label, unit))
    figure.update_layout(
        legend={**bottom_legend([ALL, HALF, MEDIAN]), "traceorder": "normal"}, showlegend=True
    )
    facts = {"languages": [str(code) for code in wide], "unit": unit, "x": x}
    return finished(
        figure, context, kind="spread", title=title, height=380, facts=facts, head_room=room
    )


def _by_step(scores: pd.DataFrame, axis: Timeline) -> tuple[pd.DataFrame, np.ndarray]:
    """Returns the values, a row per step and a column per language, and the steps' places."""
    values = scores.drop_duplicates(["step", "series"], keep="last")
    wide = values.pivot(index="step", columns="series", values="value").astype(float)
    return wide, axis.positions(scores.drop_duplicates("step"))


def _quantiles(wide: pd.DataFrame) -> np.ndarray:
    """Returns (5, steps): lowest, lower quartile, median, upper quartile and highest language."""
    return wide.quantile(list(QUANTILES), axis=1).to_numpy()


def _add_ribbon(
    figure: go.Figure, x: np.ndarray, low: np.ndarray, high: np.ndarray, name: str, colour: str
) -> None:
    """Adds a filled band per run of steps with values, and one entry in the legend."""
    known = np.flatnonzero(np.isfinite(low))
    for number, part in enumerate(np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)):
        figure.add_scatter(
            x=np.concatenate([x[part], x[part][::-1]]),
            y=np.concatenate([low[part], high[part][::-1]]),
            mode="lines",
            fill="toself",
            fillcolor=colour,
            line={"color": colour, "width": 1},
            name=name,
            legendgroup=name,
            showlegend=number == 0,
            hoverinfo="skip",
        )


def _add_median(
    figure: go.Figure,
    x: np.ndarray,
    median: np.ndarray,
    wide: pd.DataFrame,
    axis: Timeline,
    context: FigureContext,
) -> None:
    """Adds the line whose hover text names the languages at both ends."""
    facts: list[list[Any]] = []
    lines = []
    for step, row in wide.iterrows():
        known = row.dropna().astype(float)
        if known.empty:
            facts.append([step, "", "", 0])
            lines.append("")
            continue
        lowest, highest = str(known.idxmin()), str(known.idxmax())
        facts.append([step, lowest, highest, len(known)])
        lines.append(
            f"median {known.median():.4g} of {len(known)} languages<br>"
            f"lowest {literal(context.language(lowest))} {known.min():.4g}<br>"
            f"highest {literal(context.language(highest))} {known.max():.4g}"
        )
    figure.add_scatter(
        x=x,
        y=median,
        mode=line_mode(len(x)),
        name=MEDIAN,
        hovertext=lines,
        line={"color": LIGHT["ink"], "width": 2},
        marker={"size": 5, "color": LIGHT["ink"]},
        customdata=np.array(facts, dtype=object),
        hovertemplate=f"{axis.hover}<br>%{{hovertext}}<extra></extra>",
    )
