"""The loss over the training steps, term by term."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.errors import InputError
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import LIGHT, SeriesStyle
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
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
NO_EVENTS = "No steps recorded yet."
MARK_UP_TO = 40


def _numeric_terms(events: pd.DataFrame) -> list[str]:
    """Returns the known terms that have a value, in the order of the objective."""
    return [term for term in TERM_TITLES if term in events and events[term].notna().any()]


def require_columns(table: pd.DataFrame, columns: Sequence[str]) -> None:
    """Raises InputError, naming them, when the table lacks columns."""
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
    require_columns(events, ["step", "split", *chosen])
    columns = 1 if len(chosen) == 1 else 2
    rows = -(-len(chosen) // columns)
    specs = [
        [{} if r * columns + c < len(chosen) else None for c in range(columns)] for r in range(rows)
    ]
    figure = make_subplots(
        rows,
        columns,
        specs=specs,
        vertical_spacing=0.26 / rows,
        horizontal_spacing=0.09,
        subplot_titles=[literal(TERM_TITLES.get(term, term)) for term in chosen],
    )
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
        figure,
        context,
        kind="loss",
        title=title,
        height=130 + 220 * rows,
        facts=facts,
        head_room=PANEL_ROOM,
    )


def line_mode(n: int) -> str:
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
            x=group["step"],
            y=group[term],
            mode=line_mode(len(group)),
            name=literal(split),
            legendgroup=split,
            showlegend=legend,
            line={"color": style.colour, "dash": style.dash, "width": 1.8},
            marker={"symbol": style.symbol, "size": 5, "color": style.colour},
            hovertemplate=f"{literal(split)} · step %{{x:,}}<br>%{{y:.5g}}<extra></extra>",
            **place,
        )
