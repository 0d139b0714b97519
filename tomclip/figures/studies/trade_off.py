"""Accuracy of a study's forms against the shape of what they learn, with the Pareto front."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.formatting import decimal
from tomclip.figures.studies.marks import FAMILIES, FAMILY_STYLES, fenced, of_form
from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal, text_width
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.panels import panel_place, panel_rows
from tomclip.figures.style.template import (
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    style_panel_titles,
)
from tomclip.figures.training.event_tables import require_columns

COLUMNS = [
    *("condition", "form", "family", "accuracy", "accuracy_low", "accuracy_high"),
    *("shape", "shape_low", "shape_high", "pareto"),
]
NO_BOTH = "No form has both scores yet."
PANEL_TITLE = 40
PANEL_WIDTH, PANEL_HEIGHT, NAME_SIZE, NAME_LINE, NAME_GAP = 290, 330, 10.5, 14, 5
"""Pixels of the narrowest of two panels, of a mark's name, its lines and its distance from it."""
_MIDDLE, _TOP = 0.5, 0.9
FRONT: dict[str, Any] = {"color": LIGHT["muted"], "width": 1.4, "dash": "dash"}


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
    """Returns one mark per form, a panel per condition with its Pareto front as steps.

    Families of forms have symbols and colours; forms on the front are named, those whose names
    would cover each other in one text. A form that is far from all others is hollow, at the edge,
    and named. `customdata` of a mark is [condition, form, "", ""].

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
    conditions = list(dict.fromkeys(map(str, table["condition"])))
    columns = min(len(conditions), 2)
    figure = _panels(conditions, columns)
    digits, units = (accuracy_digits, shape_digits), (accuracy_unit, shape_unit)
    better = "higher is nearer" if shape_higher_is_better else "lower is nearer"
    for number, condition in enumerate(conditions):
        place, rows = panel_place(number, columns), table[table["condition"] == condition]
        ends = {name: _ends(rows[name].to_numpy(dtype=float)) for name in ("shape", "accuracy")}
        _add_front(figure, rows[rows["pareto"]], place, shape_higher_is_better)
        _add_marks(figure, rows, ends, place, digits, units)
        x_title = f"{with_unit(shape_label, shape_unit)}, {better}"
        figure.update_xaxes(title=x_title, range=ends["shape"], **place)
        figure.update_yaxes(range=ends["accuracy"], **place)
    figure.update_yaxes(title=with_unit(accuracy_label, accuracy_unit), col=1)
    families = [family for family in FAMILIES if (table["family"] == family).any()]
    entries = _add_legend(figure, families)
    figure.update_layout(legend=bottom_legend(entries), showlegend=True)
    front = table.loc[table["pareto"], ["condition", "form"]].to_numpy().tolist()
    facts = {"conditions": conditions, "marks": len(table), "front": front}
    return finished(
        figure,
        context,
        kind="form_trade_off",
        title=title,
        height=120 + 420 * panel_rows(len(conditions), columns),
        facts=facts,
        head_room=PANEL_TITLE,
        least_width=750 if columns > 1 else 0,
    )


def _panels(conditions: Sequence[str], columns: int) -> go.Figure:
    rows = panel_rows(len(conditions), columns)
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=[literal(condition) for condition in conditions],
        horizontal_spacing=0.08 if columns > 1 else 0.0,
        vertical_spacing=0.22 / (rows - 1) if rows > 1 else 0.0,
    )
    style_panel_titles(figure)
    return figure


def _ends(values: np.ndarray) -> tuple[float, float]:
    """Returns the range of an axis that shows all values but those far from all others."""
    inside = fenced(values)
    low, high = float(inside.min()), float(inside.max())
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room


def _add_front(
    figure: go.Figure, front: pd.DataFrame, place: Mapping[str, int], rising: bool
) -> None:
    """Joins the marks that no other mark of the condition beats in both."""
    ordered = front.sort_values("shape", kind="stable")
    figure.add_scatter(
        x=ordered["shape"],
        y=ordered["accuracy"],
        mode="lines",
        line={**FRONT, "shape": "vh" if rising else "hv"},
        hoverinfo="skip",
        showlegend=False,
        name="front",
        **place,
    )


def _add_marks(
    figure: go.Figure,
    rows: pd.DataFrame,
    ends: Mapping[str, tuple[float, float]],
    place: Mapping[str, int],
    digits: tuple[int, int],
    units: tuple[str, str],
) -> None:
    shown = {name: rows[name].clip(*ends[name]) for name in ("shape", "accuracy")}
    far = (shown["shape"] != rows["shape"]) | (shown["accuracy"] != rows["accuracy"])
    names = [
        literal(str(form)) if out or on_front else ""
        for form, out, on_front in zip(rows["form"], far, rows["pareto"], strict=True)
    ]
    places = np.column_stack([_share(shown[name], ends[name]) for name in ("shape", "accuracy")])
    styles = [FAMILY_STYLES[family] for family in rows["family"]]
    figure.add_scatter(
        x=shown["shape"],
        y=shown["accuracy"],
        mode="markers+text",
        text=_apart(names, places),
        textposition=[_beside(x, y) for x, y in places],
        textfont={"size": NAME_SIZE, "color": LIGHT["muted"]},
        marker={
            "color": [style["color"] for style in styles],
            "symbol": [
                f"{style['symbol']}-open" if out else style["symbol"]
                for style, out in zip(styles, far, strict=True)
            ],
            "size": [12 if family == "baseline" else 9 for family in rows["family"]],
            "opacity": 1.0,
            "line": {"width": 1.4, "color": [style["color"] for style in styles]},
        },
        customdata=of_form(rows),
        hovertext=[_hover(row, digits, units) for row in rows.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        name="forms",
        cliponaxis=False,
        **place,
    )


def _share(values: pd.Series, ends: tuple[float, float]) -> np.ndarray:
    """Returns where on its axis each value lies, from 0 to 1."""
    return (values.to_numpy(dtype=float) - ends[0]) / (ends[1] - ends[0])


def _beside(x: float, y: float) -> str:
    """Returns on which side of a mark its name has room."""
    return f"{'bottom' if y > _TOP else 'top'} {'right' if x < _MIDDLE else 'left'}"


def _apart(names: Sequence[str], places: np.ndarray) -> list[str]:
    """Returns the names, those that would cover a higher one in a line of that one's text."""
    texts = list(names)
    shown = [place for place in np.argsort(-places[:, 1], kind="stable") if names[place]]
    while pair := _covering(shown, texts, places):
        above, below = pair
        texts[above], texts[below] = f"{texts[above]}<br>{texts[below]}", ""
        shown.remove(below)
    return texts


def _covering(shown: list[int], texts: list[str], places: np.ndarray) -> tuple[int, int] | None:
    """Returns the first two marks, the higher one first, whose texts would overlap."""
    boxes = {mark: _box(texts[mark].split("<br>"), *places[mark]) for mark in shown}
    for pair in combinations(shown, 2):
        one, other = (boxes[mark] for mark in pair)
        if (one[:2] < other[2:]).all() and (other[:2] < one[2:]).all():
            return pair
    return None


def _box(lines: Sequence[str], x: float, y: float) -> np.ndarray:
    """Returns left, lower, right and upper end of a mark's text, in shares of a panel."""
    width = max(text_width(line, NAME_SIZE) for line in lines) / PANEL_WIDTH
    height = len(lines) * NAME_LINE / PANEL_HEIGHT
    left = x if x < _MIDDLE else x - width
    gap = NAME_GAP / PANEL_HEIGHT
    low = y - gap - height if y > _TOP else y + gap
    return np.array([left, low, left + width, low + height])


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


def _add_legend(figure: go.Figure, families: Sequence[str]) -> list[str]:
    """Names each family by its symbol, and the front; returns the names."""
    for family in families:
        marker = {**FAMILY_STYLES[family], "size": 9}
        name = FAMILIES[family]
        figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)
    figure.add_scatter(x=[None], y=[None], mode="lines", name="Pareto front", line=FRONT)
    return [*(FAMILIES[family] for family in families), "Pareto front"]
