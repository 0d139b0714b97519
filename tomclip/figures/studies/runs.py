"""The runs of one form of a study: what each gains over the baseline of its fold and seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tomclip.core.formatting import decimal
from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, bottom_legend, empty_figure, finished
from tomclip.figures.training.event_tables import require_columns

COLUMNS = ["fold", "seed", "value", "gain"]
NO_RUNS = "No run of this form can be held against the baseline yet."
RUN, MEAN_OF_FOLD, MEAN = "one run", "mean of a fold", "mean of the folds"
ROW_HEIGHT = 34


def form_runs_figure(
    table: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    condition: str,
    form: str,
    baseline: str,
    label: str = "zero-shot top-1",
    unit: str = "points",
    digits: int = 2,
    title: str = "",
) -> go.Figure:
    """Returns the gain of every run of a form, a row per fold, with the folds' means.

    The means of the folds are what is tested. `customdata` of a run is
    [condition, form, fold, seed].

    Args:
        table: the columns of `COLUMNS`, a row per run; those without a gain are not drawn.
        context: what the subtitle says; None: what the data themselves know.
        condition, form: whose runs they are.
        baseline: form that was subtracted, run by run.
        label, unit: of the score, and of its differences.
        digits: decimals of a gain.
        title: of the figure; "" builds one.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    title = title or f"Runs of {form}, less {baseline}"
    require_columns(table, COLUMNS)
    drawn = table[table["gain"].notna()]
    if drawn.empty:
        return empty_figure(NO_RUNS, context, kind="form_runs", title=title)
    folds = sorted(set(map(int, drawn["fold"])))
    means = drawn.groupby("fold")["gain"].mean()
    figure = go.Figure()
    _add_runs(figure, drawn, condition, form, digits, unit)
    figure.add_scatter(
        x=means.to_numpy(),
        y=[-folds.index(int(str(fold))) for fold in means.index],
        mode="markers",
        marker={
            "symbol": "line-ns",
            "size": 20,
            "color": LIGHT["ink"],
            "line": {"width": 2.4, "color": LIGHT["ink"]},
        },
        name=MEAN_OF_FOLD,
        hovertext=[
            f"fold {fold}: {decimal(gain, digits, signed=True)}" for fold, gain in means.items()
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    _add_line(figure, 0.0, "solid")
    _add_line(figure, float(means.mean()), "dash")
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="lines",
        name=MEAN,
        line={"color": LIGHT["muted"], "width": 1.4, "dash": "dash"},
    )
    figure.update_xaxes(title=with_unit(f"{label}, difference to {baseline}", unit))
    figure.update_yaxes(
        tickvals=[-place for place in range(len(folds))],
        ticktext=[f"fold {fold}" for fold in folds],
        range=[0.6 - len(folds), 0.6],
        showgrid=False,
        ticks="",
        ticklabelstandoff=6,
        showline=False,
        tickfont={"size": 12, "color": LIGHT["ink"]},
    )
    figure.update_layout(legend=bottom_legend([RUN, MEAN_OF_FOLD, MEAN]), showlegend=True)
    facts = {"condition": condition, "form": form, "runs": len(drawn), "baseline": baseline}
    height = 200 + ROW_HEIGHT * len(folds)
    return finished(figure, context, kind="form_runs", title=title, height=height, facts=facts)


def _add_runs(
    figure: go.Figure, runs: pd.DataFrame, condition: str, form: str, digits: int, unit: str
) -> None:
    folds = sorted(set(map(int, runs["fold"])))
    figure.add_scatter(
        x=runs["gain"],
        y=[-folds.index(int(fold)) for fold in runs["fold"]],
        mode="markers",
        marker={"color": LIGHT["blue"], "size": 9, "line": {"width": 1, "color": LIGHT["paper"]}},
        name=RUN,
        customdata=[
            [condition, form, int(fold), int(seed)]
            for fold, seed in zip(runs["fold"], runs["seed"], strict=True)
        ],
        hovertext=[_hover(row, digits, unit) for row in runs.to_dict("records")],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _hover(row: Mapping[Any, Any], digits: int, unit: str) -> str:
    gain = decimal(row["gain"], digits, signed=True)
    return (
        f"<b>fold {row['fold']}, seed {row['seed']}</b><br>{gain} {literal(unit)}<br>"
        f"itself {decimal(row['value'], digits)}"
    )


def _add_line(figure: go.Figure, value: float, dash: str) -> None:
    line: dict[str, Any] = {"color": LIGHT["muted"], "width": 1.4, "dash": dash}
    figure.add_vline(x=value, line=line, layer="below")
