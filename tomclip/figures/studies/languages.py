"""The gains of a study's forms by language: a heat map per condition, the mean first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.formatting import decimal
from tomclip.core.scores import MEAN
from tomclip.figures.scores.dots import language_label
from tomclip.figures.scores.heatmap import colour_bar
from tomclip.figures.studies.marks import NO_RESULTS, fenced, in_families, interval_text
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import (
    FigureContext,
    empty_figure,
    finished,
    style_panel_titles,
)
from tomclip.figures.training.event_tables import require_columns

COLUMNS = [
    *("condition", "form", "family", "language", "gain", "low", "high", "corrected_low"),
    *("corrected_high", "p_value", "adjusted_p", "smallest_effect", "folds", "runs"),
]
ROW_HEIGHT, PANEL_TITLE, BELOW, CELL_SIZE = 24, 40, 34, 10.5
MOST_LETTERS = 5
"""Characters of a gain that fit a cell; longer ones are shown on hovering alone."""


def language_gains_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    baseline: str,
    label: str = "zero-shot top-1",
    unit: str = "points",
    digits: int = 1,
    title: str = "",
) -> go.Figure:
    """Returns what each form gains over the baseline in each language, a panel per condition.

    Blue is above the baseline, red below, on one scale for all panels that ends where a gain is far
    from all others. A gain is bold where its own
    95 % interval excludes 0, which is not corrected for the number of cells. `customdata` of a cell
    is [condition, form, "", ""].

    Args:
        table: the columns of `COLUMNS`, a row per condition, form and language; rows without a gain
            stay blank.
        context: what the subtitle says; knows the languages' names.
        baseline: form that the others are held against.
        label, unit: of the score, and of its differences.
        digits: decimals of a gain.
        title: of the figure; "" builds one.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    title = title or f"Gain over {baseline} by language: {label}"
    tests = table[table["gain"].notna()] if "gain" in table else table[:0]
    if tests.empty:
        return empty_figure(NO_RESULTS, context, kind="language_gains", title=title)
    require_columns(table, COLUMNS)
    conditions = list(dict.fromkeys(map(str, tests["condition"])))
    forms = [form for group in in_families(tests).values() for form in group]
    languages = _languages(tests)
    inner = len(conditions) * (ROW_HEIGHT * len(forms) + BELOW) + PANEL_TITLE
    figure = make_subplots(
        rows=len(conditions),
        subplot_titles=[literal(one) for one in conditions],
        vertical_spacing=(BELOW + PANEL_TITLE - 8) / inner if len(conditions) > 1 else 0.0,
        shared_xaxes=False,
    )
    style_panel_titles(figure)
    figure.update_annotations(x=0, xanchor="left")
    for row, condition in enumerate(conditions, start=1):
        of_one = tests[tests["condition"] == condition]
        _add_cells(figure, of_one, forms, languages, row)
        _add_text(figure, of_one, forms, languages, row, context, digits, unit)
    _style(figure, forms, languages)
    reach = float(fenced(np.abs(tests["gain"].to_numpy(dtype=float))).max()) or 1.0
    figure.layout["coloraxis"].update(
        cmin=-reach,
        cmax=reach,
        colorscale=[
            [0.0, LIGHT["vermillion_area"]],
            [0.5, LIGHT["paper"]],
            [1.0, LIGHT["blue_area"]],
        ],
        colorbar=colour_bar(unit),
    )
    facts = {"baseline": baseline, "conditions": conditions, "forms": forms, "unit": unit}
    return finished(
        figure,
        context,
        kind="language_gains",
        title=title,
        height=inner + 160,
        facts={**facts, "languages": languages},
        head_room=PANEL_TITLE,
        least_width=750,
    )


def _languages(tests: pd.DataFrame) -> list[str]:
    """Returns the codes in the table's order, the mean first."""
    codes = list(dict.fromkeys(map(str, tests["language"])))
    return sorted(codes, key=lambda code: code != MEAN)


def _places(languages: Sequence[str]) -> dict[str, float]:
    """Returns each column's place: those of the languages have half a column between the mean's."""
    gap = 0.5 if languages[0] == MEAN else 0.0
    return {code: place + (gap if place else 0.0) for place, code in enumerate(languages)}


def _add_cells(
    figure: go.Figure,
    tests: pd.DataFrame,
    forms: Sequence[str],
    languages: Sequence[str],
    row: int,
) -> None:
    """Adds a panel's colours: one heat map for the mean and one for the languages."""
    wide = tests.pivot_table(index="form", columns="language", values="gain", sort=False)
    places = _places(languages)
    for codes in ([MEAN], [code for code in languages if code != MEAN]):
        known = [code for code in codes if code in languages]
        if known:
            figure.add_heatmap(
                z=wide.reindex(index=list(forms), columns=known).to_numpy(),
                x=[places[code] for code in known],
                y=list(range(len(forms))),
                coloraxis="coloraxis",
                xgap=1,
                ygap=1,
                hoverinfo="skip",
                row=row,
                col=1,
            )


def _add_text(
    figure: go.Figure,
    tests: pd.DataFrame,
    forms: Sequence[str],
    languages: Sequence[str],
    row: int,
    context: FigureContext,
    digits: int,
    unit: str,
) -> None:
    """Adds the numbers: marks that can be pointed at and selected, which cells cannot."""
    places = _places(languages)
    texts = [decimal(gain, digits, signed=True) for gain in tests["gain"]]
    clear = ((tests["low"] > 0) | (tests["high"] < 0)).tolist()
    shown = [
        "" if len(text) > MOST_LETTERS else f"<b>{text}</b>" if bold else text
        for text, bold in zip(texts, clear, strict=True)
    ]
    ink = {"size": CELL_SIZE, "color": LIGHT["ink"]}
    figure.add_scatter(
        x=[places[str(code)] for code in tests["language"]],
        y=[forms.index(str(form)) for form in tests["form"]],
        mode="markers+text",
        text=shown,
        textfont=ink,
        textposition="middle center",
        marker={"size": ROW_HEIGHT - 4, "symbol": "square", "color": LIGHT["ink"], "opacity": 0.0},
        selected={"marker": {"opacity": 0.12}, "textfont": {"color": LIGHT["ink"]}},
        unselected={"marker": {"opacity": 0.0}, "textfont": {"color": LIGHT["ink"]}},
        customdata=[
            [str(condition), str(form), "", ""]
            for condition, form in zip(tests["condition"], tests["form"], strict=True)
        ],
        hovertext=[
            f"<b>{literal(str(one['form']))}</b> \u00b7 "
            f"{literal(language_label(str(one['language']), context))}<br>"
            f"{interval_text(one, digits + 1, unit)}"
            for one in tests.to_dict("records")
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        row=row,
        col=1,
    )


def _style(figure: go.Figure, forms: Sequence[str], languages: Sequence[str]) -> None:
    places: Mapping[str, float] = _places(languages)
    plain: dict[str, Any] = {"showgrid": False, "showline": False, "ticks": ""}
    figure.update_xaxes(
        plain,
        tickvals=list(places.values()),
        ticktext=["<b>Mean</b>" if code == MEAN else code for code in languages],
        range=[-0.5, max(places.values()) + 0.5],
    )
    figure.update_yaxes(
        plain,
        tickvals=list(range(len(forms))),
        ticktext=[literal(form) for form in forms],
        range=[len(forms) - 0.5, -0.5],
        ticklabelstandoff=6,
        tickfont={"size": 12, "color": LIGHT["ink"]},
    )
