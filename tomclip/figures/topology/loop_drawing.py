"""One loop drawn in the plane: its lines, points, words and scale bar."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.style.axes import nice_ticks
from tomclip.figures.style.context import literal, wrapped_words
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import language_style
from tomclip.figures.topology.loop_layout import label_places
from tomclip.figures.topology.loop_panel import LoopPanel

PANEL_WIDTH, PANEL_HEIGHT, SCALE_BAR_ROOM = 420, 350, 54
"""Pixels a panel is set out for. A wider one has more room at its sides, a narrower one shrinks."""


TEXT_SIZE, TEXT_LINE, TEXT_WIDTH, TEXT_GAP = 12, 16, 94, 12


MARK, PICTURE = 9, 28


def add_panel(
    figure: go.Figure,
    panel: LoopPanel,
    layout: np.ndarray,
    pixel: float,
    unit: str,
    place: Mapping[str, Any],
) -> None:
    colour = language_style(panel.language).colour
    if not panel.is_loop:
        ring = layout[[*range(len(layout)), 0]]
        figure.add_scatter(
            x=ring[:, 0],
            y=ring[:, 1],
            mode="lines",
            line={"width": 0},
            fill="toself",
            fillcolor=LIGHT["band"],
            hoverinfo="skip",
            showlegend=False,
            name="filled",
            **place,
        )
    for pairs, line in (
        (panel.chords, {"color": LIGHT["reference"], "width": 0.8}),
        (panel.edges, {"color": colour, "width": 3.5}),
    ):
        _add_joins(figure, panel, layout, pairs, line, unit, place)
    _add_words(figure, panel, layout, pixel, place)
    size = PICTURE if panel.pictures else MARK
    figure.add_scatter(
        x=layout[:, 0],
        y=layout[:, 1],
        mode="markers",
        opacity=0 if panel.pictures else 1,
        marker={"size": size, "color": colour},
        hovertext=list(map(literal, panel.words)),
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        name=panel.language,
        **place,
    )
    for point, picture in zip(layout, panel.pictures, strict=False):
        figure.add_layout_image(
            source="data:image/png;base64," + base64.b64encode(picture).decode(),
            x=point[0],
            y=point[1],
            xanchor="center",
            yanchor="middle",
            sizex=PICTURE * pixel,
            sizey=PICTURE * pixel,
            layer="above",
            **place,
        )


def _add_words(
    figure: go.Figure,
    panel: LoopPanel,
    layout: np.ndarray,
    pixel: float,
    place: Mapping[str, Any],
) -> None:
    """Adds the words in columns beside the drawing, a hairline from each to its point."""
    lines = [wrapped_words(word, TEXT_SIZE, TEXT_WIDTH) for word in panel.words]
    heights = TEXT_LINE * (np.array([len(of_one) for of_one in lines]) + 0.5)
    reach = PANEL_WIDTH / 2 - TEXT_WIDTH
    height = PANEL_HEIGHT - 2 * TEXT_LINE
    places = pixel * label_places(layout / pixel, heights, reach, height)
    near = places - [5 * pixel, 0] * np.sign(places[:, :1])
    ends = np.stack([layout, near, np.full_like(layout, np.nan)], axis=1).reshape(-1, 2)
    figure.add_scatter(
        x=ends[:, 0],
        y=ends[:, 1],
        mode="lines",
        line={"color": LIGHT["axis"], "width": 0.8},
        hoverinfo="skip",
        showlegend=False,
        name="words",
        **place,
    )
    figure.add_scatter(
        x=places[:, 0],
        y=places[:, 1],
        mode="text",
        cliponaxis=False,
        hoverinfo="skip",
        text=["<br>".join(map(literal, of_one)) for of_one in lines],
        textposition=["middle left" if x < 0 else "middle right" for x in places[:, 0]],
        textfont={"size": TEXT_SIZE, "color": LIGHT["ink"]},
        showlegend=False,
        name="words",
        **place,
    )


def _add_joins(
    figure: go.Figure,
    panel: LoopPanel,
    layout: np.ndarray,
    pairs: Sequence[tuple[int, int]],
    line: Mapping[str, Any],
    unit: str,
    place: Mapping[str, Any],
) -> None:
    """Adds lines between pairs of points, and unseen points half way for their hover texts."""
    if not pairs:
        return
    common = {"showlegend": False, "name": panel.language, **place}
    gap = np.full(2, np.nan)
    x, y = np.array([point for u, v in pairs for point in (layout[u], layout[v], gap)]).T
    figure.add_scatter(x=x, y=y, mode="lines", line=line, hoverinfo="skip", **common)
    x, y = np.array([(layout[u] + layout[v]) / 2 for u, v in pairs]).T
    texts = [
        f"{literal(panel.words[u])} – {literal(panel.words[v])}<br>"
        f"{panel.distances[u, v]:.4g} {unit}"
        for u, v in pairs
    ]
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"color": line["color"], "size": 8, "opacity": 0},
        hovertext=texts,
        hovertemplate="%{hovertext}<extra></extra>",
        **common,
    )


def add_scale_bar(figure: go.Figure, pixel: float, unit: str, place: Mapping[str, Any]) -> None:
    """Adds a bar of a round length, with its unit, below the middle of the drawing."""
    length = nice_ticks(PANEL_WIDTH / 2 * pixel, count=2)[1]
    y = -(PANEL_HEIGHT / 2 + SCALE_BAR_ROOM - 34) * pixel
    figure.add_scatter(
        x=[-length / 2, length / 2],
        y=[y, y],
        mode="lines+markers",
        hoverinfo="skip",
        line={"color": LIGHT["muted"], "width": 1.4},
        showlegend=False,
        name="scale",
        marker={
            "symbol": "line-ns",
            "size": 7,
            "color": LIGHT["muted"],
            "line": {"width": 1.4, "color": LIGHT["muted"]},
        },
        **place,
    )
    figure.add_annotation(
        x=0,
        y=y,
        text=f"{length:g} {unit}",
        yanchor="top",
        yshift=-3,
        showarrow=False,
        font={"size": 11, "color": LIGHT["muted"]},
        **place,
    )
