"""A loop of words as it lies in each of several languages: an empty ring, or one filled in."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.errors import InputError
from tomclip.figures.style.axes import distance_unit, nice_ticks
from tomclip.figures.style.context import NO_CONTEXT, literal, wrapped, wrapped_words
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, empty_figure, finished, language_style
from tomclip.figures.topology.loop_layout import label_places, plane_layout, turned_to
from tomclip.figures.topology.loop_panel import LoopPanel

TITLE = "The same words in each language"
PANEL_WIDTH, PANEL_HEIGHT, SCALE_BAR_ROOM = 420, 350, 54
"""Pixels a panel is set out for. A wider one has more room at its sides, a narrower one shrinks."""
TEXT_SIZE, TEXT_LINE, TEXT_WIDTH, TEXT_GAP = 12, 16, 94, 12
TITLE_LINE, SENTENCE_LENGTH = 17, 34
MARK, PICTURE = 9, 28


def loop_figure(
    panels: Sequence[LoopPanel],
    *,
    context: FigureContext | None = None,
    columns: int = 2,
    only: int | None = None,
) -> go.Figure:
    """Returns the points of one loop as they lie in each language, in the plane.

    Thick lines join neighbours round the loop; thin grey ones join other points that are as near as
    the loop's longest edge: these fill it. A loop that never is one is filled in grey. Distances in
    the plane are as true as a plane allows (classical scaling); hovering over a line shows the true
    one. All panels have one scale, and each is turned to lie like the first.

    Args:
        panels: of the same points in the same order, one per language.
        context: what the subtitle says; None: what the data themselves know.
        columns: panels in a row; 1 puts them below each other, for narrow pages.
        only: draws this panel alone, scaled and turned as among all of them, for pages that set
            figures side by side themselves; name its language in the context's title.

    Raises:
        InputError: when the panels differ in their number of points, or `columns` is below 1.
    """
    context = context or NO_CONTEXT
    if columns < 1:
        raise InputError(f"columns is {columns}; use 1 or more")
    if not panels:
        return empty_figure("No loop to show.", context, kind="loop", title=TITLE)
    if len({len(panel.words) for panel in panels}) > 1:
        counts = ", ".join(str(len(panel.words)) for panel in panels)
        raise InputError(f"the panels have {counts} points; give the same points in each language")
    layouts = [plane_layout(panel.distances) for panel in panels]
    layouts = [layouts[0], *(turned_to(layout, layouts[0]) for layout in layouts[1:])]
    pixel = _data_per_pixel(layouts)
    if only is not None:
        panels, layouts, columns = [panels[only]], [layouts[only]], 1
    named = only is None  # a single panel is named by the figure's title
    titles = [_title_lines(panel, context)[0 if named else 1 :] for panel in panels]
    rows = -(-len(panels) // columns)
    head_room = TITLE_LINE * max(map(len, titles)) + 14
    figure = _subplots(titles, rows, min(columns, len(panels)), head_room)
    unit = distance_unit(context.metric)
    for number, (panel, layout) in enumerate(zip(panels, layouts, strict=True)):
        place = {"row": number // columns + 1, "col": number % columns + 1}
        _add_panel(figure, panel, layout, pixel, unit, place)
        _add_scale_bar(figure, pixel, unit, place)
    _style_axes(figure, len(panels), pixel)
    facts = {
        "languages": [panel.language for panel in panels],
        "loops": [panel.is_loop for panel in panels],
    }
    height = 88 + rows * (PANEL_HEIGHT + SCALE_BAR_ROOM + head_room) - head_room
    return finished(
        figure, context, kind="loop", title=TITLE, height=height, facts=facts, head_room=head_room
    )


def _data_per_pixel(layouts: Sequence[np.ndarray]) -> float:
    """Returns the scale at which the largest layout leaves room for words at the panel's edges."""
    room = np.array([PANEL_WIDTH - 2 * (TEXT_WIDTH + TEXT_GAP) - PICTURE, PANEL_HEIGHT - PICTURE])
    extent = max(float((2 * np.abs(layout).max(axis=0) / room).max()) for layout in layouts)
    return extent or 1.0


def _title_lines(panel: LoopPanel, context: FigureContext) -> list[str]:
    words = panel.sentence().split(" ")
    sentence = wrapped(words, separator=" ", width=SENTENCE_LENGTH)
    return [f"<b>{literal(context.language(panel.language))}</b>", *sentence]


def _subplots(
    titles: Sequence[Sequence[str]], rows: int, columns: int, head_room: int
) -> go.Figure:
    whole = rows * (PANEL_HEIGHT + SCALE_BAR_ROOM + head_room) - head_room
    spacing = head_room / whole if rows > 1 else 0
    figure = make_subplots(
        rows,
        columns,
        subplot_titles=["<br>".join(lines) for lines in titles],
        horizontal_spacing=0.02,
        vertical_spacing=spacing,
    )
    figure.update_annotations(
        font={"size": 13, "color": LIGHT["ink"]}, yanchor="top", yshift=head_room
    )
    return figure


def _add_panel(
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


def _add_scale_bar(figure: go.Figure, pixel: float, unit: str, place: Mapping[str, Any]) -> None:
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


def _style_axes(figure: go.Figure, panels: int, pixel: float) -> None:
    """Gives all axes one scale; the drawing is in the middle above the scale bar."""
    across, up = PANEL_WIDTH / 2 * pixel, PANEL_HEIGHT / 2 * pixel
    figure.update_xaxes(visible=False, range=[-across, across])
    figure.update_yaxes(visible=False, range=[-up - SCALE_BAR_ROOM * pixel, up])
    for number in range(1, panels + 1):
        suffix = "" if number == 1 else str(number)
        linked = number > 1
        figure.layout[f"xaxis{suffix}"].update({"matches": "x"} if linked else {})
        figure.layout[f"yaxis{suffix}"].update(
            {"scaleanchor": f"x{suffix}", "scaleratio": 1, **({"matches": "y"} if linked else {})}
        )
