"""The trade-off of a sweep: accuracy against the distance of shapes, one point per run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.figures.style.axes import with_unit
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, bottom_legend, empty_figure, finished
from tomclip.figures.training.event_tables import require_columns

NO_RUNS = "No run of this sweep has a score yet."
RUN_COLUMNS = ["run", "setting", "weight", "shape", "accuracy", "state", "counts"]
MEASURES = [f"{name}{end}" for name in ("shape", "accuracy") for end in ("", "_low", "_high")]
SETTING_COLUMNS = ["setting", "seeds", "pareto", *MEASURES]
FRONT, UNCOUNTED = "Pareto front of the means", "run that is not in the means"
TITLE = "Accuracy against shape"
FIRST_RAMP, LAST_RAMP = 3, 7
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "pentagon", "hexagon", "star")


def trade_off_figure(
    points: pd.DataFrame,
    settings: pd.DataFrame,
    *,
    context: FigureContext | None = None,
    weight_label: str = "H0 weight",
    shape_label: str = "distance to the teacher’s English, H0",
    shape_unit: str = "cosine distance",
    accuracy_label: str = "zero-shot top-1, mean of the languages",
    accuracy_unit: str = "%",
) -> go.Figure:
    """Returns a sweep's runs by shape and accuracy, with the mean of each setting over its seeds.

    The upper left is best. A run is a small point whose colour, size and symbol stand for its
    weight, hollow where it does not count. A setting of two seeds or more has a cross at its mean
    with the bars of its intervals. The front is joined as steps. `customdata` of a run is
    [run, setting]; a setting's mean has ["", setting].

    Args:
        points: one row per run with columns run (id), setting (the same for all its seeds, shown on
            hovering), weight (the swept one), shape, accuracy, state and counts (whether it is in
            the mean of its setting). Runs without both values are not drawn.
        settings: one row per setting, as `tomclip.runs.trade_off` returns them: setting, seeds
            (runs in the mean), accuracy and shape with the ends of their intervals (NaN below two
            seeds), and pareto, whether it is on the front.
        context: what the subtitle says; None: what the data themselves know.
        weight_label: what is swept, for the legend.
        shape_label, shape_unit: of the horizontal axis, lower is better.
        accuracy_label, accuracy_unit: of the vertical axis, higher is better.

    Raises:
        InputError: when a column is missing.
    """
    context = context or NO_CONTEXT
    require_columns(points, RUN_COLUMNS)
    require_columns(settings, SETTING_COLUMNS)
    points = points.astype({"shape": float, "accuracy": float, "weight": float})
    drawn = points[points[["shape", "accuracy"]].notna().all(axis=1)]
    if drawn.empty:
        return empty_figure(NO_RUNS, context, kind="trade_off", title=TITLE)
    figure = go.Figure()
    front = settings[settings["pareto"]].sort_values("shape", kind="stable")
    if len(front) > 1:
        _add_front(figure, front)
    entries = _add_weights(figure, drawn, sorted(set(points["weight"])), weight_label)
    repeated = settings[(settings["seeds"] > 1) & settings["shape"].notna()]
    if len(repeated):
        entries.append(_title_of_means(repeated["seeds"]))
        _add_means(figure, repeated, entries[-1])
    if not drawn["counts"].all():
        entries.append(UNCOUNTED)
        _explain_hollow(figure)
    figure.update_xaxes(title=f"{with_unit(shape_label, shape_unit)}, lower is nearer")
    figure.update_yaxes(title=with_unit(accuracy_label, accuracy_unit))
    legend = {**bottom_legend([*entries, FRONT]), "itemsizing": "trace"}
    figure.update_layout(legend=legend, showlegend=True, uirevision="trade_off")
    facts = {
        "runs": len(drawn),
        "settings": int((settings["seeds"] > 0).sum()),
        "front": front["setting"].tolist(),
    }
    return finished(figure, context, kind="trade_off", title=TITLE, height=520, facts=facts)


def _add_weights(
    figure: go.Figure, drawn: pd.DataFrame, weights: list[float], label: str
) -> list[str]:
    """Adds the runs, a trace per weight of the sweep, and returns the entries of the legend."""
    titles = []
    for rank, weight in enumerate(weights):
        of_one = drawn[drawn["weight"] == weight]
        if len(of_one):
            titles.append(f"{label} {weight:g}")
            _add_runs(figure, of_one, titles[-1], _marker(rank, len(weights)))
    return titles


def _title_of_means(seeds: pd.Series) -> str:
    least, most = seeds.min(), seeds.max()
    count = f"{least}" if least == most else f"{least} to {most}"
    return f"mean of {count} seeds, 95 % t interval"


def _marker(rank: int, count: int) -> dict[str, Any]:
    """Returns a larger and darker marker of another symbol the higher the weight's rank."""
    share = rank / max(count - 1, 1)
    step = FIRST_RAMP + round(share * (LAST_RAMP - FIRST_RAMP))
    return {
        "color": LIGHT[f"ramp_{step}"],
        "size": 7 + 3 * share,
        "symbol": SYMBOLS[rank % len(SYMBOLS)],
    }


def _add_runs(figure: go.Figure, runs: pd.DataFrame, title: str, marker: dict[str, Any]) -> None:
    hollow = ~runs["counts"].to_numpy(dtype=bool)
    symbols = [f"{marker['symbol']}-open" if open_ else marker["symbol"] for open_ in hollow]
    lines = [
        f"<b>{literal(str(row.run))}</b> · {literal(str(row.state))}<br>"
        f"{literal(str(row.setting))}<br>"
        f"accuracy {row.accuracy:.4g} · shape {row.shape:.4g}"
        for row in runs.itertuples()
    ]
    figure.add_scatter(
        x=runs["shape"],
        y=runs["accuracy"],
        mode="markers",
        name=literal(title),
        marker={
            **marker,
            "symbol": symbols,
            "line": {"width": np.where(hollow, 1.6, 0.0), "color": marker["color"]},
        },
        customdata=runs[["run", "setting"]].to_numpy(dtype=object),
        hovertext=lines,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _add_means(figure: go.Figure, settings: pd.DataFrame, title: str) -> None:
    """Adds a small cross per setting with the intervals of its means in both directions."""
    lines = [
        f"<b>{literal(str(row.setting))}</b>, mean of {row.seeds} seeds with 95 % interval<br>"
        f"accuracy {row.accuracy:.4g} ({row.accuracy_low:.4g} to {row.accuracy_high:.4g})<br>"
        f"shape {row.shape:.4g} ({row.shape_low:.4g} to {row.shape_high:.4g})"
        for row in settings.itertuples()
    ]
    customdata = settings.assign(run="")[["run", "setting"]].to_numpy(dtype=object)
    figure.add_scatter(
        x=settings["shape"],
        y=settings["accuracy"],
        mode="markers",
        name=title,
        hovertext=lines,
        marker={
            "symbol": "cross-thin",
            "size": 9,
            "color": LIGHT["ink"],
            "line": {"width": 1.6, "color": LIGHT["ink"]},
        },
        error_x=_interval_bars(settings, "shape"),
        error_y=_interval_bars(settings, "accuracy"),
        customdata=customdata,
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _interval_bars(settings: pd.DataFrame, column: str) -> dict[str, Any]:
    return {
        "type": "data",
        "symmetric": False,
        "thickness": 1.4,
        "width": 4,
        "color": LIGHT["ink"],
        "array": settings[f"{column}_high"] - settings[column],
        "arrayminus": settings[column] - settings[f"{column}_low"],
    }


def _add_front(figure: go.Figure, front: pd.DataFrame) -> None:
    """Joins the settings on the front by steps: what lies right of and below them is beaten."""
    figure.add_scatter(
        x=front["shape"],
        y=front["accuracy"],
        mode="lines",
        name=FRONT,
        hoverinfo="skip",
        line={"color": LIGHT["vermillion"], "width": 1.6, "shape": "hv", "dash": "dash"},
        legendrank=2_000,
    )


def _explain_hollow(figure: go.Figure) -> None:
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="markers",
        name=UNCOUNTED,
        hoverinfo="skip",
        marker={
            "symbol": "circle-open",
            "size": 7,
            "color": LIGHT["muted"],
            "line": {"width": 1.6},
        },
    )
