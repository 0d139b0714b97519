"""What the choice of a study's settings found: a small panel per form, a line per learning rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tomclip.core.formatting import decimal
from tomclip.figures.studies.marks import of_form
from tomclip.figures.style.context import NO_CONTEXT, literal, shortened
from tomclip.figures.style.palette import LIGHT, SeriesStyle, category_style
from tomclip.figures.style.panels import label_outer_edges, panel_grid, panel_place, panel_rows
from tomclip.figures.style.template import (
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    style_panel_titles,
)
from tomclip.figures.training.event_tables import require_columns

COLUMNS = [*("condition", "form", "multiple", "learning_rate", "value", "runs", "failed", "chosen")]
NO_CANDIDATES = "This study chooses no weights, or has not begun to."
PANEL_HEIGHT, PANEL_TITLE, MOST_COLUMNS = 150, 34, 4
TITLE_WIDTH = 190
CHOSEN, BASELINE = "chosen", "best of {baseline}"


def settings_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    baseline: str = "",
    label: str = "mean reciprocal rank",
    digits: int = 4,
    title: str = "",
) -> go.Figure:
    """Returns the criterion against the multiple of the weight, a panel per form that has one.

    A ring is round what was chosen; the dotted line is the best that the baseline reached with the
    learning rates it tried. Candidates with a run that broke off are left out. `customdata` of a
    point is [condition, form, "", ""].

    Args:
        table: the columns of `COLUMNS` for one condition; `multiple` is NaN where no weight is
            chosen.
        context: what the subtitle says; None: what the data themselves know.
        baseline: the form whose best is drawn; "": none.
        label: of the criterion.
        digits: its decimals.
        title: of the figure; "" builds one.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    title = title or "What the choice of settings found"
    require_columns(table, COLUMNS)
    whole = table[~table["failed"].astype(bool) & table["value"].notna()]
    drawn = whole[whole["multiple"].notna()]
    if drawn.empty:
        return empty_figure(NO_CANDIDATES, context, kind="study_settings", title=title)
    forms = list(dict.fromkeys(map(str, drawn["form"])))
    rates = sorted(set(drawn["learning_rate"].astype(float)))
    columns = min(len(forms), MOST_COLUMNS)
    rows = panel_rows(len(forms), columns)
    titles = [literal(shortened(form, 13, TITLE_WIDTH)) for form in forms]
    figure = panel_grid(
        len(forms),
        columns,
        titles=titles,
        horizontal=0.02,
        vertical=PANEL_TITLE / (rows * (PANEL_HEIGHT + PANEL_TITLE)),
    )
    style_panel_titles(figure)
    best = whole.loc[whole["form"] == baseline, "value"].max()
    for number, form in enumerate(forms):
        place = panel_place(number, columns)
        _add_form(figure, drawn[drawn["form"] == form], rates, place, digits)
        if best == best:  # after the marks: plotly leaves panels without any out
            line = {"color": LIGHT["muted"], "width": 1.2, "dash": "dot"}
            figure.add_hline(y=best, line=line, layer="below", **place)
    entries = _add_legend(figure, rates, baseline if best == best else "")
    multiples = sorted(set(drawn["multiple"].astype(float)))
    figure.update_xaxes(
        type="log", tickvals=multiples, ticktext=[f"{one:g}" for one in multiples], tickangle=0
    )
    label_outer_edges(
        figure, len(forms), columns, x_title="weight, in multiples of an equal pull", y_title=label
    )
    figure.update_layout(legend=bottom_legend(entries), showlegend=True)
    facts = {"forms": forms, "learning_rates": rates, "multiples": multiples}
    return finished(
        figure,
        context,
        kind="study_settings",
        title=title,
        height=120 + rows * (PANEL_HEIGHT + PANEL_TITLE),
        facts=facts,
        head_room=PANEL_TITLE,
        least_width=860 if columns > 3 else 600 if columns > 1 else 0,
    )


def _style(rates: Sequence[float], rate: float) -> SeriesStyle:
    return category_style(list(rates).index(rate))


def _add_form(
    figure: go.Figure,
    rows: pd.DataFrame,
    rates: Sequence[float],
    place: Mapping[str, int],
    digits: int,
) -> None:
    """Adds a form's lines, one per learning rate, and a ring round its choice."""
    for rate, group in rows.groupby("learning_rate", sort=True):
        ordered, style = group.sort_values("multiple"), _style(rates, float(str(rate)))
        figure.add_scatter(
            x=ordered["multiple"],
            y=ordered["value"],
            mode="lines+markers",
            line={"color": style.colour, "width": 1.5},
            marker={"color": style.colour, "symbol": style.symbol, "size": 7},
            customdata=of_form(ordered),
            hovertext=[_hover(row, digits) for row in ordered.to_dict("records")],
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
            name=_rate_title(float(str(rate))),
            **place,
        )
    chosen = rows[rows["chosen"].astype(bool)]
    figure.add_scatter(
        x=chosen["multiple"],
        y=chosen["value"],
        mode="markers",
        marker=_ring(),
        hoverinfo="skip",
        showlegend=False,
        name=CHOSEN,
        **place,
    )


def _ring() -> dict[str, Any]:
    line = {"width": 2, "color": LIGHT["ink"]}
    return {"symbol": "circle-open", "size": 14, "color": LIGHT["ink"], "line": line}


def _rate_title(rate: float) -> str:
    return f"learning rate {rate:g}"


def _hover(row: Mapping[Any, Any], digits: int) -> str:
    return (
        f"<b>{literal(str(row['form']))}</b><br>{decimal(row['value'], digits)}, mean of "
        f"{row['runs']} runs<br>multiple {row['multiple']:g} \u00b7 "
        f"{_rate_title(row['learning_rate'])}" + ("<br>chosen" if row["chosen"] else "")
    )


def _add_legend(figure: go.Figure, rates: Sequence[float], baseline: str) -> list[str]:
    entries = []
    for rate in rates:
        style = _style(rates, rate)
        marker = {"color": style.colour, "symbol": style.symbol, "size": 7}
        entries.append(_rate_title(rate))
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="lines+markers",
            line={"color": style.colour, "width": 1.5},
            marker=marker,
            name=entries[-1],
        )
    figure.add_scatter(x=[None], y=[None], mode="markers", marker=_ring(), name=CHOSEN)
    if baseline:
        entries.append(BASELINE.format(baseline=baseline))
        line = {"color": LIGHT["muted"], "width": 1.2, "dash": "dot"}
        figure.add_scatter(x=[None], y=[None], mode="lines", line=line, name=literal(entries[-1]))
    return entries
