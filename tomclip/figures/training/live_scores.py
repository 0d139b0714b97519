"""Accuracy and shape of every language while a student trains, in panels over one axis."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.scores import MEAN, ScoreKind, capitalised, score_kind
from tomclip.figures.style.axes import series_to_show
from tomclip.figures.style.context import NO_CONTEXT, literal, wrapped_words
from tomclip.figures.style.findings import curves_finding
from tomclip.figures.style.panels import panel_place, panel_rows
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    style_panel_titles,
)
from tomclip.figures.training.event_tables import NO_EVENTS, require_columns
from tomclip.figures.training.loss_weights import WeightChange
from tomclip.figures.training.score_lines import panel_lines, run_scores
from tomclip.figures.training.timeline import (
    Timeline,
    XAxis,
    add_weight_lines,
    style_timeline,
    timeline,
)

TITLE = "Accuracy and shape while training"
PANEL_TITLE_SIZE, PANEL_TITLE_LINE, PANEL_TITLE_WIDTH = 13, 17, 140
LIVE_SCORES = (
    "zero_shot_top1",
    "text_to_image_recall_at_1",
    "wasserstein_h0_to_teacher",
    "wasserstein_h1_to_teacher",
    "linear_cka_to_teacher",
    "mutual_knn_to_teacher",
)
"""What the full probes of a run measure and its figure shows, in order."""
WATCHED_SCORES = (
    "sampled_zero_shot_top1",
    "sampled_wasserstein_h0",
    "zero_shot_top1",
    "sampled_text_rank",
)
"""What light probes measure, and the accuracy of full ones among them, in order."""
COLUMNS = ["step", "score", "series", "value"]


def live_scores_figure(
    scores: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    panels: Sequence[str] = LIVE_SCORES,
    highlight: Sequence[str] | None = None,
    changes: Sequence[WeightChange] = (),
    others: Mapping[str, pd.DataFrame] | None = None,
    x: XAxis = "step",
    columns: int = 2,
    full_probes: Collection[int] | None = None,
    title: str = TITLE,
) -> go.Figure:
    """Returns one panel per score over a shared axis: languages, their mean, other runs' means.

    The reference is the teacher's English. A missing value leaves a gap; a single probe is a
    mark. `meta` of a line is its language code or "mean"; the grey languages of a panel are one
    line with gaps between them, whose `customdata` names them.

    Args:
        scores: long, columns step, score, series (language code or "mean") and value; seconds for
            `x="time"`. A mean that is not there is taken over the languages.
        context: what the subtitle says; its metric is the unit of distances.
        panels: names of the scores to show, in order; those never measured are left out.
        highlight: codes in colour, the others grey; None takes all of at most eight, else the
            first six.
        changes: weights changed during the run, each drawn as a line.
        others: per encoder name of another run (run:ID), which decides its style, its scores; only
            the means are drawn. The context knows its title.
        x: "step", or "time" since each run started.
        columns: panels side by side.
        full_probes: steps that were probed in full, which get a ring; the lines between them are
            those of light probes, without marks. None: there are only full probes.
        title: used when the context has none.

    Raises:
        InputError: when a column is missing or `x` is unknown.
    """
    context = context or NO_CONTEXT
    tables = {name: _checked(table) for name, table in (others or {}).items()}
    scores = _checked(scores)
    measured = set(scores.loc[scores["value"].notna(), "score"])
    shown = {name: score_kind(name) for name in panels if name in measured}
    if not shown:
        return empty_figure(NO_EVENTS, context, kind="live_scores", title=title)
    axis = timeline(x, [scores, *tables.values()])
    columns = min(columns, len(shown))
    figure = _panels(shown, columns)
    names = [str(name) for name in dict.fromkeys(scores["series"]) if name != MEAN]
    chosen = series_to_show(names, highlight)
    own = run_scores(scores, axis)
    compared = {run: run_scores(table, axis) for run, table in tables.items()}
    lines = [
        panel_lines(own, compared, name, chosen, context, axis.hover, full_probes) for name in shown
    ]
    entries = _add(figure, lines, columns)
    _style(figure, shown, columns, axis, context)
    add_weight_lines(figure, changes, axis, labelled=False)
    figure.update_layout(legend=bottom_legend(entries), showlegend=True)
    facts = {
        "scores": list(shown),
        "highlighted": chosen,
        "others": list(tables),
        "x": x,
        "full_probes": None if full_probes is None else sorted(full_probes),
        "weight_changes": [change.label for change in changes],
    }
    lines = max(len(_title_lines(kind)) for kind in shown.values())
    return finished(
        figure,
        context,
        kind="live_scores",
        title=title,
        facts=facts,
        finding=curves_finding(scores, shown),
        head_room=PANEL_ROOM + PANEL_TITLE_LINE * (lines - 1),
        height=130 + 200 * panel_rows(len(shown), columns),
    )


def _checked(scores: pd.DataFrame) -> pd.DataFrame:
    require_columns(scores, COLUMNS)
    return scores.sort_values("step", kind="stable")


def _title_lines(kind: ScoreKind) -> list[str]:
    """Returns the score's name with the direction that is better, broken for a narrow panel."""
    title = f"{capitalised(kind.short_title)} {'↑' if kind.higher_is_better else '↓'}"
    return wrapped_words(title, PANEL_TITLE_SIZE, PANEL_TITLE_WIDTH)


def _panels(shown: Mapping[str, ScoreKind], columns: int) -> go.Figure:
    rows = panel_rows(len(shown), columns)
    places = [panel_place(number, columns) for number in range(len(shown))]
    taken = {(place["row"], place["col"]) for place in places}
    grid = [
        [{} if (row, column) in taken else None for column in range(1, columns + 1)]
        for row in range(1, rows + 1)
    ]
    figure = make_subplots(
        rows,
        columns,
        specs=grid,
        vertical_spacing=0.26 / rows,
        horizontal_spacing=0.16,
        subplot_titles=["<br>".join(map(literal, _title_lines(one))) for one in shown.values()],
    )
    style_panel_titles(figure)
    return figure


def _add(figure: go.Figure, panels: Sequence[Sequence[dict[str, Any]]], columns: int) -> list[str]:
    """Adds all lines at once, one legend entry per group, and returns the names of the entries."""
    lines, rows, cols = [], [], []
    names: dict[str, str] = {}
    for number, panel in enumerate(panels):
        place = panel_place(number, columns)
        for line in panel:
            lines.append({**line, "showlegend": line["legendgroup"] not in names})
            names[line["legendgroup"]] = line["name"]
            rows.append(place["row"])
            cols.append(place["col"])
    figure.add_traces(lines, rows=rows, cols=cols)
    return list(names.values())


def _style(
    figure: go.Figure,
    shown: Mapping[str, ScoreKind],
    columns: int,
    axis: Timeline,
    context: FigureContext,
) -> None:
    """Gives panels their units, and tick labels and the axis title to the lowest ones only."""
    style_timeline(figure, axis)
    for number, kind in enumerate(shown.values()):
        place = panel_place(number, columns)
        unit = kind.scale_in(context.metric)
        from_zero = "tozero" if kind.unit else None
        figure.update_yaxes(title={"text": unit, "standoff": 4}, rangemode=from_zero, **place)
        lowest = number + columns >= len(shown)
        figure.update_xaxes(
            title=axis.title if lowest else "",
            showticklabels=lowest,
            matches="x" if number else None,
            **place,
        )
