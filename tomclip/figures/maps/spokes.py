"""The points of one concept joined to their centre, as a map shows that they belong together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.style.context import literal


def add_spokes(
    figure: go.Figure,
    xy: np.ndarray,
    title: str,
    axes: tuple[str, str],
    *,
    line_colour: str,
    colours: Mapping[str, str],
) -> None:
    """Joins points (k, 2), k >= 1, to their centre and writes the title above the highest.

    Args:
        figure: It is changed.
        xy: In the units of the axes.
        title: Shown as it is, whatever marks it holds.
        axes: Of the panel, such as ("x2", "y2").
        line_colour: Of the spokes.
        colours: The theme's, for the title and what lies behind it.
    """
    gap = np.full_like(xy, np.nan)
    centre = np.broadcast_to(xy.mean(axis=0), xy.shape)
    path = np.stack([centre, xy, gap], axis=1).reshape(-1, 2)
    figure.add_scatter(
        x=path[:, 0],
        y=path[:, 1],
        xaxis=axes[0],
        yaxis=axes[1],
        mode="lines",
        line={"color": line_colour, "width": 1.2},
        hoverinfo="skip",
        showlegend=False,
    )
    x, y = xy[np.argmax(xy[:, 1])].tolist()
    figure.add_annotation(
        x=x,
        y=y,
        xref=axes[0],
        yref=axes[1],
        text=literal(title),
        yanchor="bottom",
        yshift=7,
        showarrow=False,
        borderpad=1,
        font={"size": 12, "color": colours["ink"], "weight": 600},
        bgcolor=colours["veil"],
    )
