"""What lies behind the bars of a diagram: bands of noise, lines of density."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import traces_of

DENSITY_TITLE = "around 50 %, 90 % of bars"
FEWEST_FOR_DENSITY = 10
DENSITY_GRID = 100


def band_title(level: float) -> str:
    """Returns what the legend says of a confidence band, for example "... (95 %)"."""
    return f"not told from noise ({100 * level:g} %)"


def checked_bands(bands: Mapping[int, float] | None) -> dict[int, float]:
    """Returns the half widths by dimension, widest first.

    Raises:
        InputError: when a half width is negative or not finite.
    """
    for homology_dimension, half_width in (bands or {}).items():
        if not 0 <= half_width < np.inf:
            raise InputError(
                f"the band of H{homology_dimension} has half width {half_width}; "
                "give a finite one from 0 on"
            )
    return dict(sorted((bands or {}).items(), key=lambda item: -item[1]))


def add_diagonal_band(
    figure: go.Figure,
    homology_dimension: int,
    half_width: float,
    top: float,
    place: Mapping[str, Any],
    *,
    title: str,
    start: float = 0.0,
) -> None:
    """Adds the strip of bars that live at most twice `half_width`, from birth `start` to `top`."""
    lives = 2 * half_width
    bend = max(top - lives, start)
    x = [start, top, bend, start]
    y = [start, top, top, min(start + lives, top)]
    _add_band(figure, x, y, homology_dimension, lives, title, place)


def add_flat_band(
    figure: go.Figure,
    half_width: float,
    top: float,
    x: tuple[float, float],
    place: Mapping[str, Any],
    *,
    title: str,
) -> None:
    """Adds the H0 strip: as every bar is born at 0, all deaths up to twice `half_width`.

    Args:
        x: left and right end; what the axis shows there is a choice of columns, not a birth.
    """
    lives = min(2 * half_width, top)
    _add_band(figure, [*x, *x[::-1]], [0, 0, lives, lives], 0, 2 * half_width, title, place)


def _add_band(
    figure: go.Figure,
    x: Sequence[float],
    y: Sequence[float],
    homology_dimension: int,
    lives: float,
    title: str,
    place: Mapping[str, Any],
) -> None:
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        fill="toself",
        fillcolor=LIGHT["band"],
        line={"width": 0},
        name=title,
        legendgroup="band",
        legendrank=3_000,
        showlegend=False,
        hoveron="fills",
        hoverinfo="text",
        text=f"H{homology_dimension}: lives of up to {lives:.3g} are {title}",
        **place,
    )


def name_one_band(figure: go.Figure) -> None:
    """Gives the first band of the figure, if there is one, the legend entry of all."""
    for trace in [trace for trace in traces_of(figure) if trace.legendgroup == "band"][:1]:
        trace.update(showlegend=True)


def add_density(
    figure: go.Figure, marks: Sequence[Any], top: float, place: Mapping[str, Any]
) -> None:
    """Adds two lines around the densest half and nine tenths of a language's bars off H0.

    The levels are those of a Gaussian kernel estimate (Scott's bandwidth); marks within the outer
    line become pale. Nothing happens below ten marks or when all lie on one line.

    Args:
        figure: gets the lines.
        marks: traces of `diagram_trace` in the figure, of one language and one panel.
        top: end of both axes.
        place: row and column of the panel.
    """
    from scipy.stats import gaussian_kde

    marks = [trace for trace in marks if trace.customdata[0][1] > 0]
    places = np.concatenate([np.empty((0, 2)), *(np.stack([t.x, t.y], axis=1) for t in marks)])
    if len(places) < FEWEST_FOR_DENSITY or np.linalg.matrix_rank(np.cov(places.T)) < 2:
        return
    estimate = gaussian_kde(places.T)
    inner, outer = np.quantile(estimate(places.T), (0.5, 0.1))
    for trace in marks:
        inside = estimate(np.array([trace.x, trace.y], dtype=float)) >= outer
        trace.update(marker_opacity=np.where(inside, 0.15, 0.9))
    axis = np.linspace(0, top, DENSITY_GRID)
    births, deaths = np.meshgrid(axis, axis)
    height = estimate(np.stack([births.ravel(), deaths.ravel()])).reshape(births.shape)
    figure.add_contour(
        x=axis,
        y=axis,
        z=np.where(deaths >= births, height, np.nan),
        showscale=False,
        contours={"coloring": "none", "start": outer, "end": inner, "size": inner - outer},
        line={"width": 2, "color": marks[0].marker.color, "smoothing": 1.2},
        hoverinfo="skip",
        name="density",
        legendgroup=marks[0].legendgroup,
        showlegend=False,
        **place,
    )


def name_densities(figure: go.Figure, place: Mapping[str, Any]) -> None:
    """Gives the legend full marks instead of those that became pale, and names the lines."""
    if not any(trace.type == "contour" for trace in traces_of(figure)):
        return
    for trace in [trace for trace in traces_of(figure) if trace.customdata is not None]:
        if trace.showlegend:
            marker = {**trace.marker.to_plotly_json(), "opacity": 0.9, "size": 8}
            figure.add_scatter(
                x=[None],
                y=[None],
                mode="markers",
                marker=marker,
                name=trace.name,
                legendgroup=trace.legendgroup,
                showlegend=True,
                hoverinfo="skip",
                **place,
            )
        trace.update(showlegend=False)
    figure.add_scatter(
        x=[None],
        y=[None],
        mode="lines",
        line={"width": 2, "color": LIGHT["muted"]},
        name=DENSITY_TITLE,
        showlegend=True,
        legendrank=2_000,
        hoverinfo="skip",
        **place,
    )
