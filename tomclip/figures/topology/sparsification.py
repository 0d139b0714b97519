"""What a distance threshold keeps and what it loses, panel by panel over the threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.errors import InputError
from tomclip.figures.style.axes import distance_unit
from tomclip.figures.style.context import NO_CONTEXT
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    style_panel_titles,
)

if TYPE_CHECKING:
    from tomclip.topology.sparsification import Sparsification

TITLE = "What a distance threshold keeps and loses"
COLUMNS = ("tau", "kept_share", "components", "lost_h0_share", "bottleneck_error", "bound")


class Line(NamedTuple):
    """One curve: its column, its panel from 1, its name, a factor and how it is drawn."""

    column: str
    panel: int
    name: str
    factor: float
    colour: str
    dash: str = "solid"


LINES = (
    Line("kept_share", 1, "pairs kept", 100.0, LIGHT["blue"]),
    Line("lost_h0_share", 1, "H0 persistence lost", 100.0, LIGHT["vermillion"], "dash"),
    Line("components", 2, "components", 1.0, LIGHT["ink"]),
    Line("bottleneck_error", 3, "measured bottleneck error", 1.0, LIGHT["purple"]),
    Line("bound", 3, "bound: longest tree edge \u2212 τ", 1.0, LIGHT["ink"], "dot"),
)
PANELS = ("Pairs kept, H0 persistence lost", "Connected components", "Error of the H0 diagram")


def _as_table(curve: Sequence[Sparsification] | pd.DataFrame) -> pd.DataFrame:
    table = curve if isinstance(curve, pd.DataFrame) else pd.DataFrame([asdict(s) for s in curve])
    missing = [column for column in COLUMNS if column not in table]
    if len(table) and missing:
        raise InputError(f"the curve lacks {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
    return table.sort_values("tau", kind="stable") if len(table) else table


def sparsification_figure(
    curve: Sequence[Sparsification] | pd.DataFrame,
    *,
    context: FigureContext | None = None,
    chosen_tau: float | None = None,
) -> go.Figure:
    """Returns stacked panels over the threshold tau: shares, components, error with its bound.

    Args:
        curve: one `Sparsification` per threshold, or a table with its fields as columns.
        context: what the subtitle says; None: what the data themselves know.
        chosen_tau: threshold marked by a vertical line, in the unit of the metric.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    table = _as_table(curve)
    if not len(table):
        return empty_figure("No threshold to show.", context, kind="sparsification", title=TITLE)
    unit = distance_unit(context.metric)
    figure = make_subplots(3, 1, shared_xaxes=True, vertical_spacing=0.1, subplot_titles=PANELS)
    style_panel_titles(figure)
    figure.update_annotations(x=0, xanchor="left")
    for line in LINES:
        figure.add_scatter(
            x=table["tau"],
            y=table[line.column] * line.factor,
            mode="lines",
            name=line.name,
            line={"color": line.colour, "dash": line.dash, "width": 2},
            hovertemplate=f"<b>{line.name}</b> %{{y:.4g}}<br>τ = %{{x:.4g}}<extra></extra>",
            showlegend=line.panel != 2,
            row=line.panel,
            col=1,
        )
    for row, title in enumerate(("share (%)", "number", unit), start=1):
        figure.update_yaxes(title=title, rangemode="tozero", row=row, col=1)
    figure.update_xaxes(title=f"threshold τ ({unit})", row=3, col=1)
    if chosen_tau is not None:
        _mark_threshold(figure, chosen_tau, largest=float(table["tau"].max()))
    figure.update_layout(legend=bottom_legend(line.name for line in LINES), showlegend=True)
    facts = {"chosen_tau": chosen_tau}
    return finished(
        figure,
        context,
        kind="sparsification",
        title=TITLE,
        height=600,
        facts=facts,
        head_room=PANEL_ROOM,
    )


def _mark_threshold(figure: go.Figure, tau: float, *, largest: float) -> None:
    """Draws the chosen threshold through all panels and names it on top, towards the middle."""
    right = tau > largest / 2
    line = {"color": LIGHT["ink"], "width": 1.4, "dash": "dash"}
    figure.add_vline(x=tau, line=line, layer="above")
    figure.add_annotation(
        x=tau,
        y=1,
        xref="x",
        yref="paper",
        text=f"τ = {tau:.3g}",
        yanchor="top",
        xanchor="right" if right else "left",
        xshift=-4 if right else 4,
        showarrow=False,
        font={"size": 12, "color": LIGHT["ink"], "weight": 600},
        bgcolor=LIGHT["veil"],
    )
