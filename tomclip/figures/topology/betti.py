"""Betti and Euler curves: how many classes are alive at each filtration value."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

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

OTHERS = "other languages"
COUNTED = {0: "components", 1: "loops", 2: "voids"}


def _line(name: str, grid: np.ndarray, curve: np.ndarray, **style: object) -> go.Scatter:
    return go.Scatter(
        x=grid,
        y=curve,
        mode="lines",
        name=literal(name),
        line={"shape": "hv", **style},
        hovertemplate=f"<b>{literal(name)}</b><br>%{{y:,.0f}} at %{{x:.4g}}<extra></extra>",
    )


def _check(curves: Mapping[str, np.ndarray], grid: np.ndarray) -> None:
    for language, curve in curves.items():
        if np.shape(curve) != np.shape(grid):
            raise InputError(
                f"the curve of {language!r} has {len(curve)} values for a grid of {len(grid)}; "
                "compute it on this grid"
            )


def betti_figure(
    curves: Mapping[str, np.ndarray],
    grid: np.ndarray,
    *,
    homology_dimension: int,
    context: FigureContext | None = None,
    reference: str = "en",
    highlight: Sequence[str] | None = None,
) -> go.Figure:
    """Returns Betti curves by language as step lines; those not highlighted are thin and grey.

    Args:
        curves: per language code, (g,) counts of classes alive at each grid value.
        grid: (g,) increasing filtration values.
        homology_dimension: homology dimension of the curves.
        context: what the subtitle says; None: what the data themselves know.
        reference: code that always gets a line of its own.
        highlight: codes in colour; None takes all of at most eight, else the first six.

    Raises:
        InputError: when a curve and the grid differ in length.
    """
    context = context or NO_CONTEXT
    what = COUNTED.get(homology_dimension, "classes")
    return _step_curves(
        curves,
        grid,
        context,
        reference,
        highlight,
        kind="betti",
        title=f"Betti curves, H{homology_dimension}",
        axis=f"β<sub>{homology_dimension}</sub> (number of {what})",
        facts={"homology_dimension": homology_dimension},
    )


def euler_figure(
    curves: Mapping[str, np.ndarray],
    grid: np.ndarray,
    *,
    context: FigureContext | None = None,
    max_dimension: int = 1,
    reference: str = "en",
    highlight: Sequence[str] | None = None,
) -> go.Figure:
    """Returns Euler characteristic curves by language: components minus loops (plus voids).

    Args:
        curves: per language code, (g,) alternating sums of the Betti numbers at each grid value.
        grid, context, reference, highlight: see `betti_figure`.
        max_dimension: the highest homology dimension that was summed.

    Raises:
        InputError: when a curve and the grid differ in length.
    """
    context = context or NO_CONTEXT
    terms = [COUNTED.get(k, "classes") for k in range(max_dimension + 1)]
    signs = ["", *(" − " if k % 2 else " + " for k in range(1, len(terms)))]
    summed = "".join(sign + term for sign, term in zip(signs, terms, strict=True))
    return _step_curves(
        curves,
        grid,
        context,
        reference,
        highlight,
        kind="euler",
        title="Euler characteristic curves",
        axis=f"Euler characteristic ({summed})",
        facts={"max_dimension": max_dimension},
    )


def _step_curves(
    curves: Mapping[str, np.ndarray],
    grid: np.ndarray,
    context: FigureContext,
    reference: str,
    highlight: Sequence[str] | None,
    *,
    kind: str,
    title: str,
    axis: str,
    facts: Mapping[str, object],
) -> go.Figure:
    grid = np.asarray(grid, dtype=float)
    _check(curves, grid)
    if not curves or not len(grid):
        return empty_figure("No curve to show.", context, kind=kind, title=title)
    chosen = series_to_show(list(curves), highlight, reference=reference)
    figure = go.Figure()
    _add_others(figure, curves, grid, {*chosen, reference}, context)
    _add_chosen(figure, curves, grid, chosen, reference, context)
    figure.update_xaxes(title=f"filtration value ({distance_unit(context.metric)})")
    figure.update_yaxes(
        title=axis, rangemode="tozero", zeroline=True, zerolinecolor=LIGHT["axis"], zerolinewidth=1
    )
    names = [context.language(code) for code in (*chosen, reference)]
    figure.update_layout(legend=bottom_legend([*names, OTHERS]), showlegend=True)
    facts = {"languages": list(curves), "highlighted": chosen, **facts}
    height = 460 + 12 * max(0, len(names) - 7)
    return finished(figure, context, kind=kind, title=title, height=height, facts=facts)


def _add_others(
    figure: go.Figure,
    curves: Mapping[str, np.ndarray],
    grid: np.ndarray,
    coloured: Collection[str],
    context: FigureContext,
) -> None:
    """Adds the curves without a colour, thin and grey, under one entry of the legend."""
    rest = [code for code in curves if code not in coloured]
    for number, code in enumerate(rest):
        line = _line(context.language(code), grid, curves[code], color=LIGHT["context"], width=1)
        name = OTHERS if number == 0 else line.name
        line.update(name=name, legendgroup="others", showlegend=number == 0, legendrank=2_000)
        figure.add_trace(line)


def _add_chosen(
    figure: go.Figure,
    curves: Mapping[str, np.ndarray],
    grid: np.ndarray,
    chosen: Sequence[str],
    reference: str,
    context: FigureContext,
) -> None:
    """Adds the chosen curves, and on top of them the reference, which leads the legend."""
    for code in [*chosen, *([reference] if reference in curves else [])]:
        style, own = language_style(code), code == reference
        line = _line(
            context.language(code),
            grid,
            curves[code],
            color=style.colour,
            dash=style.dash,
            width=2.6 if own else 2.0,
        )
        line.update(legendrank=1 if own else 1_000)
        figure.add_trace(line)
