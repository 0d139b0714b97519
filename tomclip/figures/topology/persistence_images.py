"""Persistence images of several languages side by side under one colour scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.scores.heatmap import colour_bar
from tomclip.figures.style.axes import distance_unit
from tomclip.figures.style.context import NO_CONTEXT, literal
from tomclip.figures.style.palette import LIGHT_RAMP
from tomclip.figures.style.panels import label_outer_edges, panel_grid, panel_place, panel_rows
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    empty_figure,
    finished,
    style_panel_titles,
    traces_of,
)

if TYPE_CHECKING:
    from tomclip.topology.vectorisations import PersistenceImages

PANEL_HEIGHT, TITLE_HEIGHT, EDGES = 240, 30, 196


def persistence_image_figure(
    images: PersistenceImages,
    codes: Sequence[str],
    *,
    context: FigureContext | None = None,
    columns: int = 4,
) -> go.Figure:
    """Returns one persistence image per language on shared axes, all under one colour scale.

    Births run to the right, persistence (death minus birth) upwards.

    Args:
        images: of m diagrams on one grid.
        codes: m language codes.
        context: what the subtitle says; None: what the data themselves know.
        columns: panels in a row.

    Raises:
        InputError: when codes and images differ in number, or `columns` is below 1.
    """
    context = context or NO_CONTEXT
    title = f"Persistence images, H{images.homology_dimension}"
    if columns < 1:
        raise InputError(f"columns is {columns}; use 1 or more")
    if len(codes) != len(images.values):
        raise InputError(f"{len(codes)} codes came for {len(images.values)} images; give one each")
    if not np.any(images.values):
        sentence = "No bars: these clouds have no feature of this dimension that dies."
        return empty_figure(sentence, context, kind="persistence_image", title=title)
    count, columns = len(codes), min(columns, len(codes))
    rows = panel_rows(count, columns)
    height = rows * (PANEL_HEIGHT + TITLE_HEIGHT)
    figure = panel_grid(
        count,
        columns,
        titles=[literal(context.language(code)) for code in codes],
        vertical=TITLE_HEIGHT / height,
    )
    style_panel_titles(figure)
    for number, (code, values) in enumerate(zip(codes, images.values, strict=True)):
        trace = _image(values, images, literal(context.language(code)))
        figure.add_trace(trace, **panel_place(number, columns))
    _style(figure, count, columns, distance_unit(context.metric))
    facts = {
        "languages": list(codes),
        "homology_dimension": images.homology_dimension,
        "bandwidth": images.bandwidth,
    }
    return finished(
        figure,
        context,
        kind="persistence_image",
        title=title,
        height=EDGES + height,
        facts=facts,
        head_room=PANEL_ROOM,
    )


def _middles(low_high: tuple[float, float], count: int) -> np.ndarray:
    """Returns the middles of `count` equal pixels between two outer edges."""
    edges = np.linspace(*low_high, count + 1)
    return (edges[1:] + edges[:-1]) / 2


def _image(values: np.ndarray, images: PersistenceImages, name: str) -> go.Heatmap:
    return go.Heatmap(
        z=values,
        x=_middles(images.birth_range, values.shape[1]),
        y=_middles(images.persistence_range, values.shape[0]),
        coloraxis="coloraxis",
        name=name,
        hovertemplate=f"<b>{name}</b><br>birth %{{x:.4g}} · persistence %{{y:.4g}}<br>"
        "weight %{z:.4g}<extra></extra>",
    )


def _style(figure: go.Figure, panels: int, columns: int, unit: str) -> None:
    """Gives the panels one colour scale, and labels the axes at the outer edges."""
    births = traces_of(figure)[0].x
    ticks = {"nticks": 4} if len(births) > 1 else {"tickvals": births}
    figure.update_xaxes(ticks, showgrid=False, tickangle=0)
    figure.update_yaxes(showgrid=False, nticks=5)
    label_outer_edges(
        figure, panels, columns, x_title=f"birth ({unit})", y_title=f"persistence ({unit})"
    )
    figure.update_layout(
        coloraxis={
            "colorscale": list(LIGHT_RAMP),
            "cmin": 0,
            "colorbar": colour_bar("weight of the bars in a pixel"),
        }
    )
