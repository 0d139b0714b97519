"""The gains of a study's forms over its baseline: a forest plot, a panel per condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.formatting import decimal
from tomclip.figures.studies.gain_marks import (
    INTERVAL,
    add_dots,
    add_legend,
    add_level,
    add_lines,
    add_words,
)
from tomclip.figures.studies.marks import FAMILIES, NO_RESULTS, VERDICTS, fenced, in_families
from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal
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
    *("condition", "form", "family", "value", "gain", "low", "high", "corrected_low"),
    *("corrected_high", "p_value", "adjusted_p", "smallest_effect", "folds", "runs", "verdict"),
]
LEVELS = (0.5, 1.0)
"""Points: a form whose interval ends below the first does not help, one helps from the second."""
ROW_HEIGHT, TEXT_ROOM, PANEL_TITLE = 23, 146, 40


def form_gains_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    baseline: str,
    label: str = "zero-shot top-1",
    unit: str = "points",
    value_unit: str = "%",
    digits: int = 2,
    levels: Sequence[float] = LEVELS,
    higher_is_better: bool = True,
    title: str = "",
) -> go.Figure:
    """Returns what each form gains over the baseline, a panel per condition, rows by family.

    A dot has its 95 % interval, and behind it the corrected one, thin. Beside it stand
    the verdict and the adjusted p-value. A gain far from all others is a triangle at the edge.
    `customdata` of a dot is [condition, form, "", ""].

    Args:
        table: the columns of `COLUMNS`, a row per condition and form, the baseline among them;
            rows without a gain are not drawn.
        context: what the subtitle says; None: what the data themselves know.
        baseline: form that the others are held against.
        label, unit: of the score, and of its differences.
        value_unit: of the score itself.
        digits: decimals of a gain.
        levels: dotted lines beside that of no gain; none for scores without a verdict.
        higher_is_better: the direction; it is written at the axis when lower is better.
        title: of the figure; "" builds one.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    title = title or f"Gain over {baseline}: {label}"
    tests = table[table["gain"].notna()] if "gain" in table else table[:0]
    if tests.empty:
        return empty_figure(NO_RESULTS, context, kind="form_gains", title=title)
    require_columns(table, COLUMNS)
    conditions = list(dict.fromkeys(map(str, tests["condition"])))
    rows, ticks = _rows(in_families(tests))
    ends = _ends(tests, levels)
    columns = min(len(conditions), 2)
    figure = _panels(table, conditions, columns, baseline, digits, value_unit)
    for number, condition in enumerate(conditions):
        of_one, place = tests[tests["condition"] == condition], panel_place(number, columns)
        add_lines(figure, of_one, rows, ends, place)
        add_dots(figure, of_one, rows, ends, place, digits, unit)
        add_words(figure, of_one, rows, ends, number, digits)
        for level in levels:
            add_level(figure, level, place, dash="dot")
        add_level(figure, 0.0, place)
    add_legend(figure)
    _style(figure, ticks, ends)
    better = "" if higher_is_better else ", lower is better"
    axis = with_unit(f"{label}, difference to {baseline}", unit)
    for number in range(len(conditions)):
        if number + columns >= len(conditions):
            figure.update_xaxes(title=f"{axis}{better}", **panel_place(number, columns))
    facts = {"baseline": baseline, "conditions": conditions, "forms": list(rows), "unit": unit}
    height = 150 + panel_rows(len(conditions), columns) * (ROW_HEIGHT * len(ticks) + 46)
    return finished(
        figure,
        context,
        kind="form_gains",
        title=title,
        height=height,
        facts=facts,
        head_room=PANEL_TITLE,
        least_width=860 if columns > 1 else 600,
    )


def _rows(families: Mapping[str, Sequence[str]]) -> tuple[dict[str, float], dict[float, str]]:
    """Returns each form's height, and the labels of all rows by height, with the families' own."""
    rows: dict[str, float] = {}
    ticks: dict[float, str] = {}
    height = 0.0
    for family, forms in families.items():
        ticks[height] = f"<b>{literal(FAMILIES[family])}</b>"
        for form in forms:
            height -= 1.0
            rows[form], ticks[height] = height, literal(form)
        height -= 1.0
    return rows, ticks


def _ends(tests: pd.DataFrame, levels: Sequence[float]) -> tuple[float, float]:
    """Returns the range that shows every interval but those far from all others."""
    inside = fenced(tests[["corrected_low", "corrected_high"]].to_numpy(dtype=float).ravel())
    low, high = min(inside.min(), 0.0), max(inside.max(), 0.0, *levels)
    room = 0.06 * (high - low) or 1.0
    return float(low - room), float(high + room)


def _panels(
    table: pd.DataFrame,
    conditions: Sequence[str],
    columns: int,
    baseline: str,
    digits: int,
    unit: str,
) -> go.Figure:
    values = table[table["form"] == baseline].set_index("condition")["value"]
    titles = []
    for condition in conditions:
        value = values.get(condition)
        told = f"{baseline} {decimal(float(value), digits)} {unit}" if value is not None else ""
        titles.append(literal(" \u00b7 ".join(filter(None, (condition, told.rstrip())))))
    rows = panel_rows(len(conditions), columns)
    figure = make_subplots(
        rows,
        columns,
        shared_yaxes=True,
        subplot_titles=titles,
        horizontal_spacing=0.25 if columns > 1 else 0.0,
        vertical_spacing=0.14 / (rows - 1) if rows > 1 else 0.0,
    )
    style_panel_titles(figure)
    return figure


def _style(figure: go.Figure, ticks: Mapping[float, str], ends: tuple[float, float]) -> None:
    lowest, highest = min(ticks), max(ticks)
    figure.update_yaxes(
        tickvals=list(ticks),
        ticktext=list(ticks.values()),
        range=[lowest - 0.7, highest + 0.7],
        showgrid=False,
        ticks="",
        ticklabelstandoff=6,
        showline=False,
        tickfont={"size": 12, "color": LIGHT["ink"]},
    )
    figure.update_xaxes(range=list(ends), showgrid=False)
    legend = bottom_legend([INTERVAL, *VERDICTS])
    figure.update_layout(legend=legend, showlegend=True, margin={"r": TEXT_ROOM})
