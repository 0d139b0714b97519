"""The lines of a live view's scores: per panel the languages, their mean, other runs' means."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from tomclip.core.scores import MEAN
from tomclip.figures.style.context import FigureContext, literal
from tomclip.figures.style.palette import LIGHT, SeriesStyle, encoder_style, language_style
from tomclip.figures.style.thinning import drawn_line, kept_rows
from tomclip.figures.training.curves import GREY
from tomclip.figures.training.timeline import Timeline, line_of

MEAN_TITLE, OTHERS = "mean of the languages", "other languages"
FULL_PROBE = "full probe"
MEAN_STYLE = SeriesStyle(LIGHT["muted"], "solid", "circle")
MARK_UP_TO = 40
MOST_POINTS = 400


class RunScores(NamedTuple):
    """A run's probes: places on the axis, and per score a table of them by series."""

    x: np.ndarray
    values: Mapping[str, pd.DataFrame]


def run_scores(scores: pd.DataFrame, axis: Timeline) -> RunScores:
    """Returns the tables with a row for every probe, NaN where missing, and a mean in each."""
    rows = scores.drop_duplicates(["step", "score", "series"], keep="last")
    wide = rows.pivot(index="step", columns=["score", "series"], values="value").astype(float)
    values = {str(name): wide[name] for name in rows["score"].unique()}
    for name, table in values.items():
        if MEAN not in table:
            values[name] = table.assign(**{MEAN: table.mean(axis=1)})
    return RunScores(axis.positions(scores.drop_duplicates("step")), values)


def panel_lines(
    own: RunScores,
    compared: Mapping[str, RunScores],
    name: str,
    chosen: Sequence[str],
    context: FigureContext,
    hover: str,
    full_probes: Collection[int] | None = None,
) -> list[dict[str, Any]]:
    """Returns one score's plotly traces in drawing order: languages, other runs, the run's mean.

    With `full_probes` the lines are those of light probes, without marks, and the mean has one at
    each of these steps.

    Args:
        own: the run whose languages are drawn.
        compared: other runs by their encoders' names, of which only the mean is drawn.
        name: of the score.
        chosen: codes of the languages in colour.
        context: names the languages and the other runs.
        hover: how a hover text writes the position on the axis.
        full_probes: steps of the run that was probed in full, where there are light probes too.
    """
    means = [
        {
            **_mean(run, name, context.encoder(key), encoder_style(key), hover),
            "legendgroup": key,
        }
        for key, run in compared.items()
        if name in run.values
    ]
    languages = _languages(own, name, chosen, context, hover)
    lines = [*languages, *means, _mean(own, name, MEAN_TITLE, MEAN_STYLE, hover)]
    if full_probes is None:
        return lines
    marks = _full_probes(own, name, full_probes, hover)
    return [*(_without_marks(line) for line in lines), *([marks] if len(marks["x"]) else [])]


def _without_marks(line: dict[str, Any]) -> dict[str, Any]:
    """Returns a line that only marks values with a gap on both sides."""
    y = np.asarray(line["y"], dtype=float)
    alone = _alone(y)
    if not alone.any():
        return {**line, "mode": "lines"}
    return {**line, "marker": {**line["marker"], "size": np.where(alone, 6.0, 0.0)}}


def _full_probes(run: RunScores, name: str, steps: Collection[int], hover: str) -> dict[str, Any]:
    """Returns a ring on the mean at every step that was probed in full."""
    table = run.values[name]
    rows = table.index.isin(list(steps)) & table[MEAN].notna().to_numpy()
    ring = {"width": 2, "color": LIGHT["ink"]}
    return {
        "x": run.x[rows],
        "y": table[MEAN].to_numpy()[rows],
        "type": "scatter",
        "mode": "markers",
        "name": FULL_PROBE,
        "legendgroup": FULL_PROBE,
        "marker": {"symbol": "circle-open", "size": 9, "color": LIGHT["ink"], "line": ring},
        "hovertemplate": f"<b>{FULL_PROBE}</b> · {hover}<br>%{{y:.4g}}<extra></extra>",
        "legendrank": 1_500,
    }


def _languages(
    run: RunScores, name: str, chosen: Sequence[str], context: FigureContext, hover: str
) -> Iterator[dict[str, Any]]:
    """Yields the grey line of all other languages first, then one per chosen language."""
    codes = [str(code) for code in run.values[name] if code != MEAN]
    if others := [code for code in codes if code not in chosen]:
        yield _grey_line(run, name, others, context, hover)
    for code in codes:
        if code in chosen:
            yield _line(run, name, code, language_style(code), context.language(code), hover)


def _grey_line(
    run: RunScores, name: str, codes: Sequence[str], context: FigureContext, hover: str
) -> dict[str, Any]:
    """Returns several languages as one trace with a gap after each, which a browser draws fast."""
    parts = {code: _places(run, name, code) for code in codes}
    gap = {"x": np.float32(run.x[-1]), "y": np.float32(np.nan)}
    joined = {
        axis: np.concatenate([np.append(part[axis], end) for part in parts.values()])
        for axis, end in gap.items()
    }
    titles = [literal(context.language(code)) for code in codes]
    named = np.repeat(titles, [len(part["x"]) + 1 for part in parts.values()]).tolist()
    line = _trace(joined, OTHERS, GREY, f"<b>%{{customdata}}</b> · {hover}", width=1.0)
    return {**line, "customdata": named, "legendrank": 2_000}


def _mean(run: RunScores, name: str, title: str, style: SeriesStyle, hover: str) -> dict[str, Any]:
    return {**_line(run, name, MEAN, style, title, hover), "line": line_of(style, 3.2)}


def _line(
    run: RunScores, name: str, series: str, style: SeriesStyle, title: str, hover: str
) -> dict[str, Any]:
    hover = f"<b>{literal(title)}</b> · {hover}"
    return {**_trace(_places(run, name, series), title, style, hover), "meta": series}


def _places(run: RunScores, name: str, series: str) -> dict[str, np.ndarray]:
    """Returns x and y of one series of one score, thinned."""
    y = run.values[name][series].to_numpy()
    return drawn_line(run.x, y, kept_rows([y], MOST_POINTS))


def _trace(
    places: Mapping[str, np.ndarray],
    title: str,
    style: SeriesStyle,
    hover: str,
    *,
    width: float = 1.8,
) -> dict[str, Any]:
    """Returns a plotly line.

    Where no value is marked there are no marks at all: a browser draws also those of size 0.
    """
    sizes = _mark_sizes(places["y"], style)
    marker = {
        "symbol": style.symbol,
        "size": sizes,
        "color": style.colour,
        "opacity": 1,
        "line": {"width": 0},
    }
    marked = {"mode": "lines+markers", "marker": marker} if sizes.any() else {"mode": "lines"}
    return {
        **places,
        "type": "scatter",
        "name": literal(title),
        "legendgroup": title,
        "line": line_of(style, width),
        "connectgaps": False,
        "hovertemplate": f"{hover}<br>%{{y:.4g}}<extra></extra>",
        **marked,
    }


def _mark_sizes(y: np.ndarray, style: SeriesStyle) -> np.ndarray:
    """Returns the marks' diameters: where they would crowd, only values alone have one."""
    crowded = style is GREY or len(y) > MARK_UP_TO
    return np.where(_alone(y), 6.0, 0.0 if crowded else 5.0).astype(np.float32)


def _alone(y: np.ndarray) -> np.ndarray:
    """Returns which values have a gap on both sides."""
    known = np.isfinite(np.concatenate([[np.nan], y, [np.nan]]))
    return known[1:-1] & ~known[:-2] & ~known[2:]
