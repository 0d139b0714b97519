"""A panel of a set made ready for paper: its theme, its labels, its size, without its head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.export.images import for_paper
from tomclip.export.paper.fonts import font_list
from tomclip.export.paper.inks import GreySeries, darker, grey, recoloured
from tomclip.export.paper.labels import relabelled, relabelled_text
from tomclip.export.paper.settings import PaperSettings
from tomclip.export.sets.panel import Panel
from tomclip.figures.style.context import wrapped_words
from tomclip.figures.style.palette import ThemeName
from tomclip.figures.style.template import TEXT_SIZE, figure_content

DEFAULT_HEIGHT, TOP_ROOM = 400, 12
HIGHEST, SQUEEZED, STACKED = 0.85, 0.55, 0.9
"""Share of its width that a panel is high at most, or of its height on a page, if that is more.

Panels with parts above each other are squeezed less: what is written between them needs its room.
"""
LEGEND_ROW, LEGEND_MARK = 23, 40
SIDES = {"l": 4, "r": 12, "b": 4}
NARROWEST = 140
"""Units below which axes and ticks leave no room to draw; a text of TEXT_SIZE has 12."""
MOVING = ("frames", "updatemenus", "sliders")
POINTS_PER_MM = 72 / 25.4
EN_SPACE = "\u2002"


@dataclass(frozen=True)
class Prepared:
    """A panel ready to be drawn, measured in units of which its text has TEXT_SIZE.

    Attributes:
        title: as it is written above the panel.
        figure: without title, subtitle and players.
        width, height: of the figure.
    """

    title: str
    figure: go.Figure
    width: int
    height: int

    @property
    def without_legend(self) -> Prepared:
        """The panel without its legend, and without the room that the legend took."""
        figure = go.Figure(self.figure).update_layout(showlegend=False)
        entries = len(legend_entries(self.figure))
        layout: Any = self.figure.layout
        row = max(1, int(self.width / ((layout.legend.entrywidth or 60) + LEGEND_MARK)))
        freed = LEGEND_ROW * -(-entries // row) if layout.legend.orientation == "h" else 0
        return replace(self, figure=figure, height=max(self.height - freed, NARROWEST))


def unit_points(settings: PaperSettings) -> float:
    """Returns how many points one unit of a panel takes in print."""
    return settings.font_pt / TEXT_SIZE


def panel_width(settings: PaperSettings, gap: float) -> float:
    """Returns the width of a panel in points, `gap` points being between two.

    Raises:
        InputError: when it is too narrow for anything to be read.
    """
    whole = settings.width_mm * POINTS_PER_MM
    width = (whole - gap * (settings.columns - 1)) / settings.columns
    if width / unit_points(settings) < NARROWEST:
        raise InputError(
            f"a panel would be {width / POINTS_PER_MM:.0f} mm wide with text of "
            f"{settings.font_pt:g} points, too narrow to read; take fewer columns, a larger width "
            "or smaller text"
        )
    return width


def prepared_panels(panels: Sequence[Panel], settings: PaperSettings, gap: float) -> list[Prepared]:
    """Returns the panels in order, in the figure's theme, each as wide as a column.

    One of many small parts, which needs more than a column to be read, is as wide as the figure.

    Raises:
        InputError: when a panel is damaged or would be too narrow.
    """
    column = round(panel_width(settings, gap) / unit_points(settings))
    whole = round(settings.width_mm * POINTS_PER_MM / unit_points(settings))
    theme: ThemeName = "dark" if settings.theme == "dark" else "light"
    font = font_list(settings.font)
    still = [one.drawn(without=MOVING) for one in panels]
    widths = [whole if _least_width(one) > column else column for one in still]
    ready = [
        for_paper(one, theme=theme, font_family=font, width=width)
        for one, width in zip(still, widths, strict=True)
    ]
    contents = [relabelled(figure_content(one), settings.language_labels) for one in ready]
    inked = _inked(contents, settings)
    return [
        _beheaded(panel, content, width, settings)
        for panel, content, width in zip(panels, inked, widths, strict=True)
    ]


def legend_entries(figure: go.Figure) -> list[dict[str, Any]]:
    """Returns plotly's JSON of the traces that the legend of a figure lists."""
    content = figure_content(figure)
    traces = [
        one for one in content["data"] if one.get("name") and one.get("visible", True) is True
    ]
    shown = content["layout"].get("showlegend")
    if shown is False or (shown is None and len(traces) < 2):
        return []
    return [one for one in traces if one.get("showlegend", True)]


def ground_of(settings: PaperSettings) -> str:
    """Returns the colour of the paper."""
    from tomclip.figures.style.palette import DARK, LIGHT

    return (DARK if settings.theme == "dark" else LIGHT)["paper"]


def ink_of(settings: PaperSettings) -> str:
    """Returns the colour of titles and letters."""
    from tomclip.figures.style.palette import DARK, LIGHT

    if settings.theme in ("print", "grey"):
        return "#000000"
    return (DARK if settings.theme == "dark" else LIGHT)["ink"]


def _least_width(figure: go.Figure) -> float:
    layout: Any = figure.layout
    least = (layout.meta or {}).get("least_width", 0)
    return least if isinstance(least, int | float) else 0


def _inked(contents: Sequence[dict[str, Any]], settings: PaperSettings) -> list[dict[str, Any]]:
    if settings.theme == "print":
        return [recoloured(one, darker) for one in contents]
    if settings.theme == "grey":
        series = GreySeries(trace for one in contents for trace in one["data"])
        return [
            {
                "data": [series.trace(trace) for trace in one["data"]],
                "layout": recoloured(one["layout"], grey),
            }
            for one in contents
        ]
    return list(contents)


def _beheaded(
    panel: Panel, content: Mapping[str, Any], width: int, settings: PaperSettings
) -> Prepared:
    """Returns the panel without its head, as high as it is without, or as the rows are."""
    figure = go.Figure(dict(content))
    layout: Any = figure.layout
    head = ((layout.meta or {}).get("head") or {}).get("height", 0)
    natural = int(layout.height or DEFAULT_HEIGHT) - head + TOP_ROOM
    axes: Any = figure.select_yaxes()
    stacked = len({axis.domain for axis in axes if axis.domain}) > 1
    least = natural * (STACKED if stacked else SQUEEZED)
    height = max(min(natural, max(HIGHEST * width, least)), NARROWEST)
    if settings.row_height_mm:
        height = settings.row_height_mm * POINTS_PER_MM / unit_points(settings)
    top = max((layout.margin.t or 0) - head, 0) if head else 0
    sides = {side: room for side, room in SIDES.items() if layout.margin[side] is None}
    figure.update_layout(
        title={"text": "", "subtitle": {"text": ""}},
        margin={"t": top + TOP_ROOM, **sides},
        width=width,
        height=round(height),
        paper_bgcolor="rgba(0,0,0,0)",
        autosize=False,
    )
    title = relabelled_text(panel.title, settings.language_labels) if settings.titles else ""
    return Prepared(title, figure, width, round(height))


def title_lines(title: str, letter: str, width: float) -> list[str]:
    """Returns a title in lines of up to `width` units, the first one behind the panel's letter."""
    text = f"{letter}{EN_SPACE}{title}".strip()
    return wrapped_words(text, TEXT_SIZE * 1.12, width) if text else []
