"""Accuracy of a study's forms against the shape of what they learn, with the Pareto front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tomclip.core.formatting import decimal
from tomclip.figures.studies.marks import FAMILIES, FAMILY_SYMBOLS, of_form
from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import HUES, LIGHT
from tomclip.figures.style.template import FigureContext, bottom_legend, empty_figure, finished
from tomclip.figures.training.event_tables import require_columns

COLUMNS = [
    *("condition", "form", "family", "accuracy", "accuracy_low", "accuracy_high"),
    *("shape", "shape_low", "shape_high", "pareto"),
]
NO_BOTH = "No form has both scores yet."
COLOURS = ("blue", "vermillion", "green", "orange", "purple", "sky")
assert set(COLOURS) == set(HUES)


def form_trade_off_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    accuracy_label: str = "zero-shot top-1",
    accuracy_unit: str = "%",
    accuracy_digits: int = 1,
    shape_label: str = "Wasserstein distance, H0 to the teacher's English",
    shape_unit: str = "cosine distance",
    shape_higher_is_better: bool = False,
    shape_digits: int = 4,
    title: str = "",
) -> go.Figure:
    """Returns one mark per form and condition, and each condition's Pareto front as steps.

    Conditions have colours, families of forms symbols; forms on a front are named. `customdata` of
    a mark is [condition, form, "", ""].

    Args:
        table: the columns of `COLUMNS`, a row per condition and form.
        context: what the subtitle says; None: what the data themselves know.
        accuracy_label, accuracy_unit, accuracy_digits: of the vertical axis, higher is better.
        shape_label, shape_unit, shape_digits: of the horizontal axis.
        shape_higher_is_better: its direction, which is written at the axis.
        title: of the figure; "" builds one.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    title = title or "Accuracy against shape"
    require_columns(table, COLUMNS)
    if table.empty:
        return empty_figure(NO_BOTH, context, kind="form_trade_off", title=title)
    figure = go.Figure()
    conditions = list(dict.fromkeys(map(str, table["condition"])))
    digits, units = (accuracy_digits, shape_digits), (accuracy_unit, shape_unit)
    for rank, condition in enumerate(conditions):
        colour = LIGHT[COLOURS[rank % len(COLOURS)]]
        rows = table[table["condition"] == condition]
        _add_front(figure, rows[rows["pareto"]], colour, shape_higher_is_better)
        _add_marks(figure, rows, colour, digits, units)
    entries = _add_legend(figure, conditions, list(dict.fromkeys(table["family"])))
    better = "higher is nearer" if shape_higher_is_better else "lower is nearer"
    figure.update_xaxes(title=f"{with_unit(shape_label, shape_unit)}, {better}")
    figure.update_yaxes(title=with_unit(accuracy_label, accuracy_unit))
    figure.update_layout(legend=bottom_legend(entries), showlegend=True)
    front = table.loc[table["pareto"], ["condition", "form"]].to_numpy().tolist()
    facts = {"conditions": conditions, "marks": len(table), "front": front}
    return finished(figure, context, kind="form_trade_off", title=title, height=540, facts=facts)


def _add_front(figure: go.Figure, front: pd.DataFrame, colour: str, rising: bool) -> None:
    """Joins the marks that no other mark of the condition beats in both."""
    ordered = front.sort_values("shape", kind="stable")
    figure.add_scatter(
        x=ordered["shape"],
        y=ordered["accuracy"],
        mode="lines",
        line={"color": colour, "width": 1.4, "dash": "dash", "shape": "vh" if rising else "hv"},
        hoverinfo="skip",
        showlegend=False,
        name="front",
    )


def _add_marks(
    figure: go.Figure,
    rows: pd.DataFrame,
    colour: str,
    digits: tuple[int, int],
    units: tuple[str, str],
) -> None:
    on_front = rows["pareto"].to_numpy(dtype=bool)
    figure.add_scatter(
        x=rows["shape"],
        y=rows["accuracy"],
        mode="markers+text",
        text=[
            literal(str(form)) if named else ""
            for form, named in zip(rows["form"], on_front, strict=True)
        ],
        textposition=["top right" if rank % 2 else "bottom right" for rank in range(len(rows))],
        textfont={"size": 10.5, "color": LIGHT["muted"]},
        marker={
            "color": colour,
            "symbol": [FAMILY_SYMBOLS[family] for family in rows["family"]],
            "size": [11 if family == "baseline" else 9 for family in rows["family"]],
            "opacity": 1.0,
            "line": {"width": 1, "color": LIGHT["paper"]},
        },
        customdata=of_form(rows),
        hovertext=[_hover(row, digits, units) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        name="forms",
        cliponaxis=False,
    )


def _hover(row: Mapping[Any, Any], digits: tuple[int, int], units: tuple[str, str]) -> str:
    lines = [f"<b>{literal(str(row['form']))}</b> \u00b7 {literal(str(row['condition']))}"]
    for name, places, unit in zip(("accuracy", "shape"), digits, units, strict=True):
        text = f"{name} {decimal(row[name], places)} {literal(unit)}".rstrip()
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        if low == low:
            text += f" ({decimal(low, places)} to {decimal(high, places)} over the folds)"
        lines.append(text)
    if row["pareto"]:
        lines.append("on the front")
    return "<br>".join(lines)


def _add_legend(figure: go.Figure, conditions: Sequence[str], families: Sequence[str]) -> list[str]:
    """Names each condition by its colour and each family by its symbol; returns the names."""
    entries = []
    for rank, condition in enumerate(conditions):
        colour = LIGHT[COLOURS[rank % len(COLOURS)]]
        entries.append(condition or "all forms")
        _entry(figure, entries[-1], {"color": colour, "symbol": "circle", "size": 9})
    for family, symbol in FAMILY_SYMBOLS.items():
        if family in families:
            entries.append(FAMILIES[family])
            _entry(figure, entries[-1], {"color": LIGHT["muted"], "symbol": symbol, "size": 9})
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="lines",
        name="Pareto front",
        line={"color": LIGHT["muted"], "width": 1.4, "dash": "dash"},
    )
    return [*entries, "Pareto front"]


def _entry(figure: go.Figure, name: str, marker: dict[str, Any]) -> None:
    figure.add_scatter(x=[None], y=[None], mode="markers", name=literal(name), marker=marker)
