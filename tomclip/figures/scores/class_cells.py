"""Groups of classes by languages as heat maps: accuracy, its gap to English, two encoders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.core.scores import EVERY_CLASS, MEAN
from tomclip.figures.scores.cell_grid import DIVERGING, SEQUENTIAL, CellGrid
from tomclip.figures.scores.cell_traces import LABEL_ROOM, add_grid, grid_height
from tomclip.figures.style.context import NO_CONTEXT
from tomclip.figures.style.findings import cells_finding
from tomclip.figures.style.template import FigureContext, empty_figure, finished

NO_CELLS = "No pictures of these classes were named: choose other classes or languages."
LEAST_WIDTH = 600
COLUMNS = ("group", "language", "value")


class _Kind(NamedTuple):
    """What a heat map shows, and what of it comes first."""

    name: str
    unit: str
    signed: bool
    lowest_first: bool


ACCURACY = _Kind("class_accuracy", "%", signed=False, lowest_first=False)
GAP = _Kind("class_gap", "percentage points", signed=True, lowest_first=True)
DIFFERENCE = _Kind("class_difference", "percentage points", signed=True, lowest_first=False)


def class_accuracy_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    label: str = "top-1 accuracy",
    titles: Mapping[str, str] | None = None,
    groups: Sequence[str] | None = None,
    title: str = "",
) -> go.Figure:
    """Returns accuracy as a heat map, a row per group of classes and a column per language.

    The row of all groups stands apart above, the mean of the languages apart on the right. Other
    rows and columns have the best first. `customdata` is [group, language] on the cells of a
    language, and none on the mean's.

    Args:
        table: long, columns group, language, value (per cent) and, where known, ci_low, ci_high and
            pictures; a group "every class" is the row above.
        context: what the subtitle says; knows the shown names of languages.
        label: what is measured.
        titles: shown title of a group by its name.
        groups: the rows, from the top, where not all are shown in the usual order.
        title: of the figure; "" builds one.

    Raises:
        InputError: when a column is missing, or a group has no row.
    """
    shown = title or f"{_capitalised(label)} by class and language"
    return _figure(ACCURACY, table, context, titles, groups, shown)


def class_gap_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    label: str = "top-1 accuracy",
    reference: str = "en",
    titles: Mapping[str, str] | None = None,
    groups: Sequence[str] | None = None,
    title: str = "",
) -> go.Figure:
    """Returns by how much each language is behind English as a heat map centred at zero.

    The largest gap comes first; an asterisk marks an interval that excludes zero. Otherwise as
    `class_accuracy_figure`, the values in percentage points.

    Args:
        table, context, label, titles, groups, title: as there.
        reference: code of the language that was subtracted, which has no column.

    Raises:
        InputError: as there.
    """
    named = (context or NO_CONTEXT).language(reference)
    shown = title or f"Gap to {named}, {label}"
    return _figure(GAP, table, context, titles, groups, shown, reference=reference)


def class_difference_figure(
    table: pd.DataFrame,
    *,
    baseline: str,
    context: FigureContext | None = None,
    label: str = "top-1 accuracy",
    titles: Mapping[str, str] | None = None,
    groups: Sequence[str] | None = None,
    title: str = "",
) -> go.Figure:
    """Returns an encoder's accuracy less another's as a heat map centred at zero, best gains first.

    An asterisk marks an interval that excludes zero. Otherwise as `class_accuracy_figure`, the
    values in percentage points.

    Args:
        table, context, label, titles, groups, title: as there.
        baseline: name of the encoder that was subtracted.

    Raises:
        InputError: as there.
    """
    against = (context or NO_CONTEXT).encoder(baseline)
    shown = title or f"Difference to {against}, {label}"
    return _figure(DIFFERENCE, table, context, titles, groups, shown, baseline=baseline)


def _figure(
    kind: _Kind,
    table: pd.DataFrame,
    context: FigureContext | None,
    titles: Mapping[str, str] | None,
    groups: Sequence[str] | None,
    title: str,
    **facts: Any,
) -> go.Figure:
    context = context or NO_CONTEXT
    table = _checked(table)
    if table.empty:
        return empty_figure(NO_CELLS, context, kind=kind.name, title=title)
    rows = _rows(table, kind, groups)
    languages = _languages(table, kind)
    grid = CellGrid(
        table=table,
        rows=rows,
        languages=languages,
        row_titles={row: (titles or {}).get(row, _capitalised(row)) for row in rows},
        apart=EVERY_CLASS,
        unit=kind.unit,
        signed=kind.signed,
        ramp=DIVERGING if kind.signed else SEQUENTIAL,
    )
    figure = go.Figure()
    add_grid(figure, grid, context)
    return finished(
        figure,
        context,
        kind=kind.name,
        title=title,
        height=grid_height(len(rows)),
        facts={"groups": rows, "languages": languages, "unit": kind.unit, **facts},
        head_room=LABEL_ROOM,
        least_width=LEAST_WIDTH,
        finding=cells_finding(
            table[table["group"].isin(rows)],
            context,
            row=grid.row_titles.__getitem__,
            unit=kind.unit,
        ),
    )


def _checked(table: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in COLUMNS if name not in table]
    if missing:
        raise InputError(f"the table lacks {', '.join(missing)}; it needs {', '.join(COLUMNS)}")
    return table[table["value"].notna()]


def _rows(table: pd.DataFrame, kind: _Kind, groups: Sequence[str] | None) -> list[str]:
    """Returns the groups from the top, all together first."""
    known = list(dict.fromkeys(table["group"]))
    if lost := [name for name in groups or () if name not in known]:
        raise InputError(f"group {lost[0]!r} is not in the table; it has {', '.join(known[:8])}")
    ordered = list(groups) if groups is not None else _ordered(table, "group", "language", kind)
    total = [EVERY_CLASS] if EVERY_CLASS in known else []
    return [*total, *(name for name in ordered if name != EVERY_CLASS)]


def _languages(table: pd.DataFrame, kind: _Kind) -> list[str]:
    """Returns the languages from the left, the mean of all last."""
    ordered = _ordered(table, "language", "group", kind)
    return [*(code for code in ordered if code != MEAN), *([MEAN] if MEAN in ordered else [])]


def _ordered(table: pd.DataFrame, by: str, over: str, kind: _Kind) -> list[str]:
    """Returns the values of one column by what the summary of the other says, or its mean."""
    summary = {"language": MEAN, "group": EVERY_CLASS}[over]
    rows = table[table[over] == summary]
    rows = rows if set(rows[by]) == set(table[by]) else table
    means = rows.groupby(by, sort=False)["value"].mean()
    return list(means.sort_values(ascending=kind.lowest_first, kind="stable").index)


def _capitalised(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
