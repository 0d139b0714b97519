"""Title, subtitle and axis titles, broken into lines that fit the width of a figure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Any, NamedTuple

import plotly.graph_objects as go

from tomclip.figures.style.context import literal, text_width, wrapped, wrapped_words

TITLE_SIZE, SUBTITLE_SIZE, AXIS_TITLE_SIZE = 16, 12, 12
TITLE_LINE, SUBTITLE_LINE = 18, 16
TITLE_SHIFT = 14
"""Pixels by which plotly moves a title up for every line after its first."""
SIDE, TITLE_TOP = 16, 16
TOOLBAR_ROOM = 16
"""Pixels that the title stands lower than it would, so that plotly's toolbar is above it."""
NARROW = 368
"""Width in pixels of a figure on a telephone: the narrowest whose titles must fit."""
TICKS_WIDTH, TICKS_HEIGHT, SHORTEST_AXIS = 70, 60, 90
SHORTENING = 8
"""Pixels by which lines get shorter until the last one has more than a word."""
LEGEND_ROW, LEGEND_MARK, LOWEST_PANEL = 19, 40, 150


class Head(NamedTuple):
    """The title of a figure and the parts of its subtitle, as plain text."""

    title: str
    parts: Sequence[str]


def plain(markup: str | None) -> str:
    """Returns plotly's little HTML as plain text in one line: what a reader hears or files hold."""
    text = re.sub(r"<br\s*/?>", " ", markup or "")
    return unescape(re.sub(r"</?(?:a|b|i|em|s|span|strong|sub|sup|u)\b[^>]*>", "", text))


def spoken(figure: go.Figure) -> str:
    """Returns title, subtitle and finding of a figure as one line, for those who hear it.

    The finding is that of `layout.meta`, where the figure knows one.
    """
    layout: Any = figure.layout
    head = (layout.meta or {}).get("head")
    parts = head["parts"] if head else [plain(layout.title.subtitle.text)]
    finding = (layout.meta or {}).get("finding", "")
    return ". ".join(filter(None, (plain(layout.title.text), " · ".join(parts), finding)))


def write_head(figure: go.Figure, head: Head, width: int) -> None:
    """Writes title and subtitle, and breaks axis titles, into lines that fit `width` pixels.

    Height and upper margin grow by what the lines need. A figure can be given its head once more
    for another width: `fit_head`.
    """
    room = width - 2 * SIDE
    titles = _title_lines(head.title, TITLE_SIZE, room)
    subtitles = _subtitle_lines(head.parts, room)
    layout: Any = figure.layout
    above = _height(titles, subtitles)
    meta = {**(layout.meta or {}), "head": {"parts": list(head.parts), "height": above}}
    usual = _height([""], subtitles[:1])
    figure.update_layout(
        title={
            "text": "<br>".join(map(literal, titles)),
            "pad": {"l": SIDE, "t": TITLE_TOP + TOOLBAR_ROOM + TITLE_SHIFT * (len(titles) - 1)},
            "subtitle": {"text": "<br>".join(map(literal, subtitles))},
        },
        height=layout.height + above - usual,
        margin={"t": (layout.margin.t or 0) + above},
        meta=meta,
    )
    _keep_panels_high(figure, width)
    _break_axis_titles(figure, width)


def fit_head(figure: go.Figure, width: int) -> None:
    """Breaks the titles of a figure that `write_head` has finished anew, for another width."""
    layout: Any = figure.layout
    meta = dict(layout.meta or {})
    head = meta.pop("head", None)
    if head is None:
        return
    parts = head["parts"]
    figure.update_layout(
        height=layout.height - head["height"] + _height([""], _subtitle_lines(parts, 10**6)),
        margin={"t": layout.margin.t - head["height"]},
        meta=meta,
    )
    write_head(figure, Head(plain(layout.title.text), parts), width)


def _height(titles: Sequence[str], subtitles: Sequence[str]) -> int:
    """Returns the pixels from the upper edge to the plot that a head of these lines takes."""
    below = SUBTITLE_LINE * (len(subtitles) - 1) if subtitles else -20
    return 72 + TOOLBAR_ROOM + TITLE_LINE * (len(titles) - 1) + below


def _lines(text: str, size: float, width: float) -> list[str]:
    return wrapped_words(text, size, width) if text else [""]


def _title_lines(text: str, size: float, width: float) -> list[str]:
    """Returns the text in as few lines as fit; they get shorter than that for a last lone word."""
    lines = _lines(text, size, width)
    for narrower in range(int(width), int(width / 2), -SHORTENING):
        if len(lines) == 1 or " " in lines[-1]:
            break
        tried = _lines(text, size, narrower)
        lines = tried if len(tried) == len(lines) else lines
    return lines


def _subtitle_lines(parts: Sequence[str], width: float) -> list[str]:
    """Returns the parts in lines; one that is too long for a line is broken at its spaces."""
    separator = " \u00b7 "
    lines = wrapped(
        parts,
        separator=separator,
        width=width,
        measure=lambda line: text_width(line, SUBTITLE_SIZE),
    )
    return [short for line in lines for short in _lines(line, SUBTITLE_SIZE, width)]


def _legend_height(figure: go.Figure, width: int) -> int:
    """Returns about how many pixels the legend below the plot takes in a figure so wide."""
    layout: Any = figure.layout
    if not layout.showlegend:
        return 0
    entries = {
        trace.legendgroup or number
        for number, trace in enumerate(figure.select_traces())
        if trace.showlegend is not False and trace.name
    }
    columns = max(1, int((width - SIDE) / ((layout.legend.entrywidth or 0) + LEGEND_MARK)))
    return LEGEND_ROW * -(-len(entries) // columns)


def _keep_panels_high(figure: go.Figure, width: int) -> None:
    """Makes the figure higher where its legend would leave too little to the plot."""
    layout: Any = figure.layout
    axes: list[Any] = list(figure.select_yaxes())
    panels = len({axis.domain for axis in axes}) or 1
    taken = layout.margin.t + TICKS_HEIGHT + _legend_height(figure, width)
    figure.update_layout(height=max(layout.height, taken + LOWEST_PANEL * panels))


def _break_axis_titles(figure: go.Figure, width: int) -> None:
    layout: Any = figure.layout
    inner = layout.height - layout.margin.t - TICKS_HEIGHT - _legend_height(figure, width)
    for axis in figure.select_xaxes():
        _break(axis, width - TICKS_WIDTH)
    axes: list[Any] = list(figure.select_yaxes())
    for axis in axes:
        low, high = axis.domain or (0, 1)
        _break(axis, max((high - low) * inner, SHORTEST_AXIS))


def _break(axis: Any, width: float) -> None:
    text = axis.title.text
    if text:
        axis.title.text = "<br>".join(
            _title_lines(text.replace("<br>", " "), AXIS_TITLE_SIZE, width)
        )
