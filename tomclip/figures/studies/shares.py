"""What a study's forms reach against the share of concepts with pairs, without and with English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.formatting import decimal
from tomclip.figures.studies.marks import of_form
from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT, SeriesStyle, category_style
from tomclip.figures.style.template import (
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    style_panel_titles,
)
from tomclip.figures.training.event_tables import require_columns

COLUMNS = ["condition", "share", "anchored", "form", "value", "low", "high", "folds"]
ANCHORS: Mapping[bool, str] = {
    False: "pairs alone",
    True: "pairs and English captions of all concepts",
}
NO_SHARES = "No condition of this study that differs in the share of pairs has results."
BAND_OPACITY = 0.3
PANEL_TITLE = 40


def pair_share_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    baseline: str = "",
    label: str = "zero-shot top-1",
    unit: str = "%",
    digits: int = 1,
    title: str = "",
) -> go.Figure:
    """Returns accuracy against the share of pairs: a line per form, panels without and with anchor.

    Bands are 95 % intervals over the folds, which differ in their concepts; forms of one fold share
    these, so that bands which overlap may still differ. `customdata` of a point is
    [condition, form, "", ""].

    Args:
        table: the columns of `COLUMNS`; `share` in per cent, `anchored` whether English captions
            are there too.
        context: what the subtitle says; None: what the data themselves know.
        baseline: form that is drawn in ink; "": none.
        label, unit: of the score.
        digits: decimals of a value.
        title: of the figure; "" builds one.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    title = title or f"{label[:1].upper()}{label[1:]} against the share of pairs"
    require_columns(table, COLUMNS)
    if table.empty:
        return empty_figure(NO_SHARES, context, kind="pair_shares", title=title)
    panels = [anchored for anchored in ANCHORS if (table["anchored"] == anchored).any()]
    forms = list(dict.fromkeys(map(str, table["form"])))
    styles = _styles(forms, baseline)
    figure = make_subplots(
        rows=1,
        cols=len(panels),
        shared_yaxes=True,
        subplot_titles=[ANCHORS[anchored] for anchored in panels],
        horizontal_spacing=0.04,
    )
    style_panel_titles(figure)
    for column, anchored in enumerate(panels, start=1):
        for form in forms:
            rows = table[(table["form"] == form) & (table["anchored"] == anchored)]
            if len(rows):
                _add_form(figure, rows, form, styles[form], column, digits, unit)
    for form in forms:
        _add_entry(figure, form, styles[form])
    ticks = sorted(set(table["share"].astype(float)))
    figure.update_xaxes(
        type="log", tickvals=ticks, ticktext=[f"{share:g}" for share in ticks], title="share (%)"
    )
    figure.update_xaxes(title="concepts with pairs (%), log scale")
    figure.update_yaxes(title=with_unit(label, unit), col=1)
    figure.update_layout(legend=bottom_legend(forms), showlegend=True)
    facts = {"forms": forms, "shares": ticks, "unit": unit, "baseline": baseline}
    return finished(
        figure,
        context,
        kind="pair_shares",
        title=title,
        height=520,
        facts=facts,
        head_room=PANEL_TITLE,
        least_width=750 if len(panels) > 1 else 0,
    )


def _styles(forms: Sequence[str], baseline: str) -> dict[str, SeriesStyle]:
    others = [form for form in forms if form != baseline]
    styles = {form: category_style(rank) for rank, form in enumerate(others)}
    return {baseline: SeriesStyle(LIGHT["ink"], "solid", "circle"), **styles}


def _area_of(colour: str) -> str:
    """Returns the palette's translucent shade of a colour."""
    name = next(name for name, shade in LIGHT.items() if shade == colour)
    return LIGHT.get(f"{name}_area", LIGHT["band"])


def _add_form(
    figure: go.Figure,
    rows: pd.DataFrame,
    form: str,
    style: SeriesStyle,
    column: int,
    digits: int,
    unit: str,
) -> None:
    """Adds a form's band and line in one panel."""
    known = rows[rows["low"].notna()]
    if len(known) > 1:
        figure.add_scatter(
            x=[*known["share"], *known["share"][::-1]],
            y=[*known["high"], *known["low"][::-1]],
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=_area_of(style.colour),
            opacity=BAND_OPACITY,
            hoverinfo="skip",
            legendgroup=form,
            showlegend=False,
            name="band",
            row=1,
            col=column,
        )
    figure.add_scatter(
        x=rows["share"],
        y=rows["value"],
        mode="lines+markers",
        line={"color": style.colour, "dash": style.dash, "width": 1.8},
        marker={"color": style.colour, "symbol": style.symbol, "size": 8},
        customdata=of_form(rows),
        hovertext=[_hover(row, digits, unit) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
        legendgroup=form,
        showlegend=False,
        name=literal(form),
        row=1,
        col=column,
    )


def _add_entry(figure: go.Figure, form: str, style: SeriesStyle) -> None:
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="lines+markers",
        line={"color": style.colour, "dash": style.dash, "width": 1.8},
        marker={"color": style.colour, "symbol": style.symbol, "size": 8},
        legendgroup=form,
        name=literal(form),
    )


def _hover(row: Mapping[Any, Any], digits: int, unit: str) -> str:
    lines = [
        f"<b>{literal(str(row['form']))}</b> \u00b7 {literal(str(row['condition']))}",
        f"{decimal(row['value'], digits)} {literal(unit)}".rstrip(),
    ]
    if row["low"] == row["low"]:
        low, high = (decimal(row[end], digits) for end in ("low", "high"))
        lines.append(f"95 % interval over {row['folds']} folds {low} to {high}")
    return "<br>".join(lines)
