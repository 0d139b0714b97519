"""Encoder minus baseline per language, with intervals and a zero line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.core.formatting import decimal
from tomclip.figures.scores.dots import (
    LABEL_ROOM,
    NO_SCORES,
    DotStyle,
    checked_table,
    dot_plot,
    encoder_dots,
    rows_height,
)
from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.findings import difference_finding
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, empty_figure, finished

POINTS = "percentage points"
NARROW_SIDE = 0.25
"""Share of the axis on one side of zero in which, on a telephone, no word has room."""
VERDICT_COLOURS = {1: LIGHT["green"], -1: LIGHT["vermillion"], 0: LIGHT["muted"]}


def _verdict(table: pd.DataFrame, higher_is_better: bool) -> np.ndarray:
    """Returns +1 better, -1 worse, 0 where the interval holds zero; without interval, the sign."""
    sign = 1 if higher_is_better else -1
    value = table["value"].to_numpy(dtype=float)
    low = table["ci_low"].fillna(table["value"]).to_numpy(dtype=float)
    high = table["ci_high"].fillna(table["value"]).to_numpy(dtype=float)
    return np.where((low > 0) | (high < 0), np.sign(value) * sign, 0).astype(int)


def _style_of(higher_is_better: bool, alone: bool) -> Callable[[str, pd.DataFrame], DotStyle]:
    """Returns the style rule: open dots where unclear; one encoder is coloured by the verdict."""

    def style(name: str, group: pd.DataFrame) -> DotStyle:
        plain = encoder_dots(name, group)
        verdicts = _verdict(group, higher_is_better).tolist()
        symbol = "circle" if alone else plain.marker["symbol"]
        marker = {
            **plain.marker,
            "symbol": [symbol if verdict else f"{symbol}-open" for verdict in verdicts],
            "line": {"width": [0 if verdict else 1.8 for verdict in verdicts]},
        }
        if alone:
            marker["color"] = [VERDICT_COLOURS[verdict] for verdict in verdicts]
        return DotStyle(marker, LIGHT["reference"] if alone else plain.whisker)

    return style


def _add_numbers(
    figure: go.Figure, table: pd.DataFrame, positions: Mapping[str, float], digits: int
) -> None:
    """Writes each difference with its sign at the right edge, for a single encoder."""
    for language, value in zip(table["language"], table["value"], strict=True):
        figure.add_annotation(
            x=1,
            xref="paper",
            y=positions[language],
            text=signed(value, digits),
            xanchor="left",
            xshift=8,
            showarrow=False,
            font={"size": 11.5, "color": LIGHT["ink"]},
        )
    figure.update_layout(margin={"r": 60})


def _digits(table: pd.DataFrame, unit: str) -> int:
    """Returns the decimals to write differences with."""
    return 1 if unit == POINTS or table["value"].abs().max() >= 1 else 3


def _add_legend(
    figure: go.Figure, encoders: Sequence[str], table: pd.DataFrame, context: FigureContext
) -> None:
    """Names each encoder by a filled dot, whether or not its first difference is an open one."""
    figure.update_traces(showlegend=False)
    for name in encoders:
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="markers",
            name=literal(context.encoder(name)),
            marker=encoder_dots(name, table).marker,
            hoverinfo="skip",
            showlegend=True,
        )


def signed(value: float, digits: int) -> str:
    """Returns the number with its sign and a true minus, for example "+3.1" or "\u22120.4"."""
    return decimal(value, digits, signed=True)


def difference_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    baseline: str,
    label: str = "top-1 accuracy",
    unit: str = POINTS,
    higher_is_better: bool = True,
    sort_by: str | None = None,
    title: str = "",
) -> go.Figure:
    """Returns encoder minus baseline per language, with intervals and a zero line.

    A filled dot means that the interval excludes zero, an open one that it does not. One encoder is
    coloured by the verdict (better, worse, unclear) and its numbers stand at the right; several
    have their own colours. `customdata` is [language, encoder].

    Args:
        table: long, columns language, encoder, value (the difference) and, where known, ci_low and
            ci_high.
        context: what the subtitle says; None: what the data themselves know.
        baseline: name of the encoder that was subtracted.
        label: what is measured.
        unit: of the difference.
        higher_is_better: whether a positive difference is a gain.
        sort_by: encoder name; None is the last one in the table.
        title: of the figure; "" builds one.

    Raises:
        InputError: when the table lacks a column.
    """
    context = context or NO_CONTEXT
    table = checked_table(table)
    against = context.encoder(baseline)
    title = title or _title(table, context, against, label)
    if table.empty:
        return empty_figure(NO_SCORES, context, kind="difference", title=title)
    alone, digits = table["encoder"].nunique() == 1, _digits(table, unit)
    style_of = _style_of(higher_is_better, alone)
    figure, positions, encoders = dot_plot(table, context, unit, sort_by, "+.3g", style_of)
    if alone:
        _add_numbers(figure, table, positions, digits)
    else:
        _add_legend(figure, encoders, table, context)
    _style(figure, table, f"{label}, difference to {against}", unit, higher_is_better)
    facts = {"encoders": encoders, "baseline": baseline, "unit": unit}
    height = rows_height(positions, len(encoders))
    return finished(
        figure,
        context,
        kind="difference",
        title=title,
        height=height,
        facts=facts,
        head_room=LABEL_ROOM,
        finding=difference_finding(table, context, unit=unit, digits=digits),
    )


def _title(table: pd.DataFrame, context: FigureContext, against: str, label: str) -> str:
    names = list(dict.fromkeys(table["encoder"]))
    ours = context.encoder(names[0]) if len(names) == 1 else "Encoders"
    return f"{ours} minus {against}: {label}"


def _style(
    figure: go.Figure, table: pd.DataFrame, label: str, unit: str, higher_is_better: bool
) -> None:
    edges = table[["value", "ci_low", "ci_high"]].to_numpy(dtype=float)
    low, high = min(0.0, float(np.nanmin(edges))), max(0.0, float(np.nanmax(edges)))
    room = 0.08 * ((high - low) or 1.0)
    figure.update_xaxes(
        title=with_unit(label, unit),
        range=[low - room, high + room],
        zeroline=True,
        zerolinecolor=LIGHT["muted"],
        zerolinewidth=1.4,
    )
    left, right = ("← worse", "better →") if higher_is_better else ("← better", "worse →")
    words = [(left, "right", -8), (right, "left", 8)]
    share = (room - low) / (high - low + 2 * room)
    if not NARROW_SIDE <= share <= 1 - NARROW_SIDE:
        words = [(f"{left} \u00b7 {right}", *words[share < NARROW_SIDE][1:])]
    for text, anchor, shift in words:
        figure.add_annotation(
            x=0,
            y=1,
            yref="paper",
            yanchor="bottom",
            xanchor=anchor,
            xshift=shift,
            text=text,
            showarrow=False,
            font={"size": 11, "color": LIGHT["muted"]},
        )
