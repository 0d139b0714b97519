"""A loop of words as it lies in each of several languages: an empty ring, or one filled in."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.core.errors import InputError
from tomclip.figures.style.axes import distance_unit
from tomclip.figures.style.context import NO_CONTEXT, literal, wrapped
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import FigureContext, empty_figure, finished
from tomclip.figures.topology.loop_drawing import (
    PANEL_HEIGHT,
    PANEL_WIDTH,
    PICTURE,
    SCALE_BAR_ROOM,
    TEXT_GAP,
    TEXT_WIDTH,
    add_panel,
    add_scale_bar,
)
from tomclip.figures.topology.loop_layout import plane_layout, turned_to
from tomclip.figures.topology.loop_panel import LoopPanel

TITLE = "The same words in each language"
TITLE_LINE, SENTENCE_LENGTH = 17, 34


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
    across = min(columns, len(panels))
    figure = _subplots(titles, rows, across, head_room)
    unit = distance_unit(context.metric)
    for number, (panel, layout) in enumerate(zip(panels, layouts, strict=True)):
        place = {"row": number // columns + 1, "col": number % columns + 1}
        add_panel(figure, panel, layout, pixel, unit, place)
        add_scale_bar(figure, pixel, unit, place)
    _style_axes(figure, len(panels), pixel)
    facts = {
        "languages": [panel.language for panel in panels],
        "loops": [panel.is_loop for panel in panels],
    }
    height = 88 + rows * (PANEL_HEIGHT + SCALE_BAR_ROOM + head_room) - head_room
    return finished(
        figure,
        context,
        kind="loop",
        title=TITLE,
        height=height,
        facts=facts,
        head_room=head_room,
        least_width=PANEL_WIDTH * across if across > 1 else 0,
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


def _style_axes(figure: go.Figure, panels: int, pixel: float) -> None:
    """Gives all axes one scale; the drawing is in the middle above the scale bar.

    A figure that changes its width keeps the ranges: plotly never narrows those it has widened.
    """
    across, up = PANEL_WIDTH / 2 * pixel, PANEL_HEIGHT / 2 * pixel
    kept = {"visible": False, "constrain": "domain"}
    figure.update_xaxes(kept, range=[-across, across])
    figure.update_yaxes(kept, range=[-up - SCALE_BAR_ROOM * pixel, up])
    for number in range(1, panels + 1):
        suffix = "" if number == 1 else str(number)
        linked = number > 1
        figure.layout[f"xaxis{suffix}"].update({"matches": "x"} if linked else {})
        figure.layout[f"yaxis{suffix}"].update(
            {"scaleanchor": f"x{suffix}", "scaleratio": 1, **({"matches": "y"} if linked else {})}
        )
