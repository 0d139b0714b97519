"""Persistence landscapes by language, with the error of an average where there is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.style.axes import distance_unit, series_to_show
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import (
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    language_style,
)

RIBBON = "± 1 standard error"


def landscape_figure(
    curves: Mapping[str, np.ndarray],
    grid: np.ndarray,
    *,
    homology_dimension: int,
    context: FigureContext | None = None,
    standard_errors: Mapping[str, np.ndarray] | None = None,
    sample_size: int = 0,
    samples: int = 0,
    levels: int = 3,
    reference: str = "en",
    highlight: Sequence[str] | None = None,
) -> go.Figure:
    """Returns persistence landscapes by language: one colour each, one line per level.

    The first level, the height of the tallest tent over each filtration value, is the thickest.

    Args:
        curves: per language code, (levels, g) landscapes on the grid.
        grid: (g,) increasing filtration values.
        homology_dimension: homology dimension.
        context: what the subtitle says; None: what the data themselves know.
        standard_errors: per language code, (levels, g) of an average landscape; drawn as a ribbon
            of one on each side of the first level.
        sample_size: points in each sample an average was taken over; 0 when it is none.
        samples: how many samples.
        levels: how many of the levels to draw at most.
        reference: code drawn in its own colour and always shown.
        highlight: other codes to draw; None takes all of at most four, else the first three.

    Raises:
        InputError: when a landscape or its error does not fit the grid, or `levels` is below 1.
    """
    context = context or NO_CONTEXT
    if levels < 1:
        raise InputError(f"levels is {levels}; use 1 or more")
    title = f"Persistence landscapes, H{homology_dimension}"
    grid = np.asarray(grid, dtype=float)
    errors = standard_errors or {}
    _check(curves, errors, grid)
    if samples:
        note = f"mean of {samples:,} samples of {sample_size:,} {context.points}"
        context = replace(context, note=" · ".join(filter(None, (context.note, note))))
    if not curves or not len(grid):
        return empty_figure("No landscape to show.", context, kind="landscape", title=title)
    chosen = series_to_show(list(curves), highlight, reference=reference, limit=4)
    chosen = chosen[:3] if highlight is None and len(chosen) > 4 else chosen
    drawn = [*([reference] if reference in curves else []), *chosen]
    figure = go.Figure()
    for code in (code for code in drawn if code in errors):
        _add_ribbon(figure, grid, curves[code][0], errors[code][0], code)
    for code in drawn:
        _add_levels(figure, grid, curves[code][:levels], code, context)
    entries = _explain(figure, levels=min(levels, max(map(len, curves.values()))), errors=errors)
    names = [context.language(code) for code in drawn]
    unit = distance_unit(context.metric)
    figure.update_xaxes(title=f"filtration value ({unit})")
    figure.update_yaxes(title=f"landscape ({unit})", rangemode="tozero")
    figure.update_layout(legend=bottom_legend([*names, *entries]), showlegend=True)
    facts = {
        "languages": drawn,
        "homology_dimension": homology_dimension,
        "levels": levels,
        "sample_size": sample_size,
        "samples": samples,
    }
    return finished(figure, context, kind="landscape", title=title, height=480, facts=facts)


def _check(
    curves: Mapping[str, np.ndarray], errors: Mapping[str, np.ndarray], grid: np.ndarray
) -> None:
    for code, curve in curves.items():
        shape = np.shape(curve)
        if len(shape) != 2 or shape[1] != len(grid):
            raise InputError(
                f"the landscape of {code!r} has shape {shape} for a grid of {len(grid)}; "
                f"give (levels, {len(grid)})"
            )
        if code in errors and np.shape(errors[code]) != shape:
            raise InputError(
                f"the standard error of {code!r} has shape {np.shape(errors[code])}; "
                f"give that of its landscape, {shape}"
            )


def _add_ribbon(
    figure: go.Figure, grid: np.ndarray, mean: np.ndarray, error: np.ndarray, code: str
) -> None:
    upper, lower = mean + error, np.maximum(mean - error, 0)
    figure.add_scatter(
        x=[*grid, *grid[::-1]],
        y=[*upper, *lower[::-1]],
        mode="lines",
        line={"width": 0},
        fill="toself",
        fillcolor=language_style(code).colour,
        opacity=0.22,
        hoverinfo="skip",
        showlegend=False,
        legendgroup=code,
        name=RIBBON,
    )


def _add_levels(
    figure: go.Figure, grid: np.ndarray, curves: np.ndarray, code: str, context: FigureContext
) -> None:
    style, name = language_style(code), literal(context.language(code))
    for level, curve in enumerate(curves, start=1):
        figure.add_scatter(
            x=grid,
            y=curve,
            mode="lines",
            name=name,
            legendgroup=code,
            showlegend=level == 1,
            line={"color": style.colour, "dash": style.dash, "width": 2.4 if level == 1 else 1},
            opacity=1 if level == 1 else 0.75,
            hovertemplate=f"<b>{name}</b> · level {level}<br>%{{y:.4g}} at %{{x:.4g}}"
            "<extra></extra>",
        )


def _explain(figure: go.Figure, *, levels: int, errors: Mapping[str, np.ndarray]) -> list[str]:
    """Adds what thin lines and ribbons mean to the legend, and returns these entries."""
    entries = []
    if levels > 1:
        entries.append(f"thin: levels 2 to {levels}" if levels > 2 else "thin: level 2")
        line = {"color": LIGHT["muted"], "width": 1}
        figure.add_scatter(x=[None], y=[None], mode="lines", line=line, name=entries[-1])
    if errors:
        entries.append(RIBBON)
        figure.add_scatter(
            x=[None],
            y=[None],
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=LIGHT["band"],
            name=RIBBON,
        )
    return entries
