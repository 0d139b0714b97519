"""Scores per language and encoder: sorted dot plots with intervals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.core.scores import MEAN
from tomclip.core.types import Score
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, bottom_legend, encoder_style

LABEL_ROOM = 14
COLUMNS = ("language", "encoder", "value", "ci_low", "ci_high")
NO_SCORES = "No scores to show yet: evaluate an encoder first."


def score_table(scores: Mapping[str, Sequence[Score]], name: str) -> pd.DataFrame:
    """Returns one score as a long table with columns language, encoder, value, ci_low, ci_high.

    Args:
        scores: per encoder name, its scores; those with another name are left out.
        name: for example "zero_shot_top1".

    Raises:
        InputError: when no score has this name, listing the names there are.
    """
    rows = [
        (score.language, encoder, score.value, score.ci_low, score.ci_high)
        for encoder, group in scores.items()
        for score in group
        if score.name == name
    ]
    if not rows:
        known = sorted({score.name for group in scores.values() for score in group})
        raise InputError(f"no score is named {name!r}; there are {', '.join(known) or 'none'}")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def checked_table(table: pd.DataFrame) -> pd.DataFrame:
    """Returns the rows with a finite value, with NaN intervals where the table has none.

    Raises:
        InputError: when a column is missing.
    """
    missing = [column for column in ("language", "encoder", "value") if column not in table]
    if missing:
        raise InputError(f"the table lacks {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
    table = table.assign(**{c: np.nan for c in ("ci_low", "ci_high") if c not in table})
    return table[np.isfinite(table["value"].astype(float))]


def row_positions(
    table: pd.DataFrame, sort_by: str | None, order: Sequence[str] = ()
) -> dict[str, float]:
    """Returns the height of each language: best value of encoder `sort_by` on top, the mean lowest.

    The mean has half a row of room above it. Languages without a value of `sort_by` come after the
    others. Those of `order` stand above all that it lacks, in its order.
    """
    values = table[table["encoder"] == sort_by].set_index("language")["value"]
    languages = [code for code in dict.fromkeys(table["language"]) if code != MEAN]
    given = {code: len(order) - place for place, code in enumerate(order)}
    ordered = sorted(languages, key=lambda code: (given.get(code, 0), values.get(code, -np.inf)))
    positions = {code: float(place) for place, code in enumerate(ordered)}
    return {MEAN: -1.5, **positions} if MEAN in set(table["language"]) else positions


class DotStyle(NamedTuple):
    """A plotly marker for the dots of one encoder, and the colour of their whiskers."""

    marker: dict[str, Any]
    whisker: str


def encoder_dots(name: str, group: pd.DataFrame) -> DotStyle:
    """Returns filled dots in the encoder's own colour and symbol, whatever the values."""
    style = encoder_style(name)
    marker = {"color": style.colour, "symbol": style.symbol, "size": 9, "line": {"width": 0}}
    return DotStyle(marker, style.colour)


def _dots(
    group: pd.DataFrame,
    heights: np.ndarray,
    title: str,
    style: DotStyle,
    unit: str,
    context: FigureContext,
    number_format: str,
) -> go.Scatter:
    """Returns one encoder's dots with whiskers; customdata is [language, encoder]."""
    value = group["value"].to_numpy(dtype=float)
    low, high = group["ci_low"].to_numpy(dtype=float), group["ci_high"].to_numpy(dtype=float)
    interval = [
        f"<br>95 % interval {a:{number_format}} to {b:{number_format}}" if np.isfinite(a) else ""
        for a, b in zip(low, high, strict=True)
    ]
    return go.Scatter(
        x=value,
        y=heights,
        mode="markers",
        name=literal(title),
        marker=style.marker,
        error_x={
            "type": "data",
            "symmetric": False,
            "array": np.nan_to_num(high - value),
            "arrayminus": np.nan_to_num(value - low),
            "thickness": 1.3,
            "width": 0,
            "color": style.whisker,
        },
        customdata=group[["language", "encoder"]].to_numpy(dtype=object),
        hovertext=[
            f"<b>{literal(title)} · {literal(language_label(code, context))}</b><br>"
            f"{v:{number_format}} {literal(unit)}{i}"
            for code, v, i in zip(group["language"], value, interval, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def language_label(code: str, context: FigureContext) -> str:
    """Returns the shown name of a language code, and "Mean" for the mean of all."""
    return "Mean" if code == MEAN else context.language(code)


def _style_rows(figure: go.Figure, positions: Mapping[str, float], context: FigureContext) -> None:
    labels = {code: literal(language_label(code, context)) for code in positions}
    labels.update({MEAN: "<b>Mean</b>"} if MEAN in labels else {})
    low, high = min(positions.values()), max(positions.values())
    figure.update_yaxes(
        tickvals=list(positions.values()),
        ticktext=[labels[code] for code in positions],
        range=[low - 0.6, high + 0.6],
        ticks="",
        showline=False,
        tickfont={"size": 12, "color": LIGHT["ink"]},
    )
    if MEAN in positions:
        line = {"color": LIGHT["axis"], "width": 1}
        figure.add_hline(y=positions[MEAN] + 0.75, line=line, layer="below")


def rows_height(positions: Mapping[str, float], encoders: int) -> int:
    """Returns the figure height in pixels that gives every encoder of every row its own line."""
    return int(170 + (len(positions) + 0.5) * max(26, 8 * encoders + 8))


def dot_plot(
    table: pd.DataFrame,
    context: FigureContext,
    unit: str,
    sort_by: str | None,
    number_format: str,
    style_of: Callable[[str, pd.DataFrame], DotStyle] = encoder_dots,
    order: Sequence[str] = (),
) -> tuple[go.Figure, dict[str, float], list[str]]:
    """Returns the plot with all encoders in each row, the row heights and the encoder names."""
    encoders = list(dict.fromkeys(table["encoder"].astype(str)))
    positions = row_positions(table, sort_by if sort_by in encoders else encoders[-1], order)
    step = min(0.2, 0.64 / max(len(encoders) - 1, 1))
    figure = go.Figure()
    for number, name in enumerate(encoders):
        group = table[table["encoder"] == name]
        offset = ((len(encoders) - 1) / 2 - number) * step
        heights = group["language"].map(positions).to_numpy(dtype=float) + offset
        style, title = style_of(name, group), context.encoder(name)
        figure.add_trace(_dots(group, heights, title, style, unit, context, number_format))
    _style_rows(figure, positions, context)
    figure.update_layout(
        legend=bottom_legend(map(context.encoder, encoders)), showlegend=len(encoders) > 1
    )
    return figure, positions, encoders
