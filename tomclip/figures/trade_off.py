"""The trade-off of a sweep: accuracy against the distance of shapes, one point per run."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.figures.axes import with_unit
from tomclip.figures.context import literal
from tomclip.figures.loss import require_columns
from tomclip.figures.palette import LIGHT
from tomclip.figures.template import FigureContext, bottom_legend, empty_figure, finished

NO_RUNS = "No run of this sweep has a score yet."
COLUMNS = ["run", "setting", "weight", "shape", "accuracy", "state"]
FRONT, SEEDS, UNFINISHED = "Pareto front", "mean and range over seeds", "unfinished run"
TITLE = "Accuracy against shape"
FIRST_RAMP, LAST_RAMP = 3, 7
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "pentagon", "hexagon", "star")


def pareto_front(shape: np.ndarray, accuracy: np.ndarray) -> np.ndarray:
    """Returns the rows that no other beats in both, from the nearest shape to the farthest.

    Args:
        shape: (n,) distances, lower is better.
        accuracy: (n,) values, higher is better. A row with a gap (NaN) is never on the front.
    """
    known = np.flatnonzero(np.isfinite(shape) & np.isfinite(accuracy))
    order = known[np.lexsort((-accuracy[known], shape[known]))]
    best = np.maximum.accumulate(np.concatenate([[-np.inf], accuracy[order]]))
    return order[accuracy[order] > best[:-1]]


def trade_off_figure(
    points: pd.DataFrame,
    *,
    context: FigureContext,
    weight_label: str = "H0 weight",
    shape_label: str = "distance to the teacher’s English, H0",
    shape_unit: str = "cosine distance",
    accuracy_label: str = "zero-shot top-1, mean of the languages",
    accuracy_unit: str = "%",
) -> go.Figure:
    """Returns a sweep's runs by shape and accuracy, with the mean of each setting over its seeds.

    The upper left is best. A run's colour, size and symbol stand for its weight; it is hollow until
    it has finished. The Pareto front is that of the settings' means over finished runs, joined as
    steps. `customdata` of a run is [run, setting]; a setting's mean has ["", setting].

    Args:
        points: one row per run with columns run (id), setting (the same for all its seeds, shown on
            hovering), weight (the swept one), shape, accuracy and state ("finished" or another).
            Runs without both values are not drawn.
        context: what the subtitle says.
        weight_label: what is swept, for the legend.
        shape_label, shape_unit: of the horizontal axis, lower is better.
        accuracy_label, accuracy_unit: of the vertical axis, higher is better.

    Raises:
        InputError: when a column is missing.
    """
    require_columns(points, COLUMNS)
    points = points.astype({"shape": float, "accuracy": float, "weight": float})
    drawn = points[points[["shape", "accuracy"]].notna().all(axis=1)]
    if drawn.empty:
        return empty_figure(NO_RUNS, context, kind="trade_off", title=TITLE)
    figure = go.Figure()
    settings = _settings(drawn)
    front = settings.iloc[
        pareto_front(settings["shape"].to_numpy(), settings["accuracy"].to_numpy())
    ]
    entries: list[str] = []
    for rank, weight in enumerate(sorted(set(points["weight"]))):
        of_one = drawn[drawn["weight"] == weight]
        if len(of_one):
            marker = _marker(rank, points["weight"].nunique())
            entries.append(f"{weight_label} {weight:g}")
            _add_runs(figure, of_one, entries[-1], marker)
    repeated = settings[settings["runs"] > 1]
    if len(repeated):
        entries.append(SEEDS)
        _add_means(figure, repeated)
    if len(front) > 1:
        entries.append(FRONT)
        _add_front(figure, front)
    if (drawn["state"] != "finished").any():
        entries.append(UNFINISHED)
        _explain_hollow(figure)
    figure.update_xaxes(title=f"{with_unit(shape_label, shape_unit)}, lower is nearer")
    figure.update_yaxes(title=with_unit(accuracy_label, accuracy_unit))
    legend = {**bottom_legend(entries), "itemsizing": "trace"}
    figure.update_layout(legend=legend, showlegend=True, uirevision="trade_off")
    facts = {"runs": len(drawn), "settings": len(settings), "front": front["setting"].tolist()}
    return finished(figure, context, kind="trade_off", title=TITLE, height=520, facts=facts)


def _settings(drawn: pd.DataFrame) -> pd.DataFrame:
    """Returns per setting the mean, lowest and highest of its finished runs, and their number."""
    finished_runs = drawn[drawn["state"] == "finished"]
    return (
        finished_runs.groupby("setting", sort=False)
        .agg(
            weight=("weight", "first"), runs=("run", "size"),
            shape=("shape", "mean"), shape_low=("shape", "min"), shape_high=("shape", "max"),
            accuracy=("accuracy", "mean"), accuracy_low=("accuracy", "min"),
            accuracy_high=("accuracy", "max"),
        )
        .reset_index()
    )  # fmt: skip


def _marker(rank: int, count: int) -> dict[str, Any]:
    """Returns a larger and darker marker of another symbol the higher the weight's rank."""
    share = rank / max(count - 1, 1)
    step = FIRST_RAMP + round(share * (LAST_RAMP - FIRST_RAMP))
    return {
        "color": LIGHT[f"ramp_{step}"],
        "size": 8 + 5 * share,
        "symbol": SYMBOLS[rank % len(SYMBOLS)],
    }


def _add_runs(figure: go.Figure, runs: pd.DataFrame, title: str, marker: dict[str, Any]) -> None:
    hollow = (runs["state"] != "finished").to_numpy()
    symbols = [f"{marker['symbol']}-open" if open_ else marker["symbol"] for open_ in hollow]
    lines = [
        f"<b>{literal(str(row.run))}</b> · {literal(str(row.state))}<br>"
        f"{literal(str(row.setting))}<br>"
        f"accuracy {row.accuracy:.4g} · shape {row.shape:.4g}"
        for row in runs.itertuples()
    ]
    figure.add_scatter(
        x=runs["shape"], y=runs["accuracy"], mode="markers", name=literal(title),
        marker={**marker, "symbol": symbols,
                "line": {"width": np.where(hollow, 2.0, 0.0), "color": marker["color"]}},
        customdata=runs[["run", "setting"]].to_numpy(dtype=object), hovertext=lines,
        hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _add_means(figure: go.Figure, settings: pd.DataFrame) -> None:
    """Adds a small cross per setting with the range of its seeds in both directions."""
    lines = [
        f"<b>{literal(str(row.setting))}</b>, mean of {row.runs} runs<br>"
        f"accuracy {row.accuracy:.4g} ({row.accuracy_low:.4g} to {row.accuracy_high:.4g})<br>"
        f"shape {row.shape:.4g} ({row.shape_low:.4g} to {row.shape_high:.4g})"
        for row in settings.itertuples()
    ]
    customdata = settings.assign(run="")[["run", "setting"]].to_numpy(dtype=object)
    figure.add_scatter(
        x=settings["shape"], y=settings["accuracy"], mode="markers", name=SEEDS, hovertext=lines,
        marker={"symbol": "cross-thin", "size": 9, "color": LIGHT["ink"],
                "line": {"width": 1.6, "color": LIGHT["ink"]}},
        error_x=_range_bars(settings, "shape"), error_y=_range_bars(settings, "accuracy"),
        customdata=customdata, hovertemplate="%{hovertext}<extra></extra>",
    )  # fmt: skip


def _range_bars(settings: pd.DataFrame, column: str) -> dict[str, Any]:
    return {
        "type": "data", "symmetric": False, "thickness": 1.2, "width": 0, "color": LIGHT["ink"],
        "array": settings[f"{column}_high"] - settings[column],
        "arrayminus": settings[column] - settings[f"{column}_low"],
    }  # fmt: skip


def _add_front(figure: go.Figure, front: pd.DataFrame) -> None:
    """Joins the settings on the front by steps: what lies right of and below them is beaten."""
    figure.add_scatter(
        x=front["shape"], y=front["accuracy"], mode="lines", name=FRONT, hoverinfo="skip",
        line={"color": LIGHT["vermillion"], "width": 1.6, "shape": "hv", "dash": "dash"},
    )  # fmt: skip


def _explain_hollow(figure: go.Figure) -> None:
    figure.add_scatter(
        x=[None], y=[None], mode="markers", name=UNFINISHED, hoverinfo="skip",
        marker={"symbol": "circle-open", "size": 9, "color": LIGHT["muted"], "line": {"width": 2}},
    )  # fmt: skip
