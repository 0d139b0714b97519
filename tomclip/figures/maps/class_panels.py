"""One panel of class labels: where its words and boxes stand, and how they are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import plotly.graph_objects as go

from tomclip.core.results import ArrayRecord
from tomclip.figures.maps.label_places import Label, label_places
from tomclip.figures.maps.map_axes import panel_axes
from tomclip.figures.maps.map_panels import MapPanel
from tomclip.figures.maps.points import Points, points_trace, series_title
from tomclip.figures.style.context import literal, text_width
from tomclip.figures.style.palette import LIGHT, language_style
from tomclip.figures.style.panels import panel_place
from tomclip.figures.style.template import FigureContext

WORD_SIZE, GROUP_SIZE = 11, 12
LINE_HEIGHT = 1.3
BOX_PAD = 8.0
SIDE_ROOM = (34.0, 26.0)
"""Pixels beside and above the outermost dots, for their words and boxes."""
LED_FROM = 14.0
"""Pixels from a dot to its word from which a line leads to it."""


class Group(NamedTuple):
    """A group of classes: title, ids, and the colour of its box."""

    title: str
    ids: tuple[str, ...]
    colour: str


class PanelSize(NamedTuple):
    """How many panels stand in a row, and how large one is then, in pixels."""

    columns: int
    width: int
    height: int

    def scale(self, xy: np.ndarray, middle: np.ndarray, reach: float) -> float:
        """Returns pixels for a unit of the map, so that all of xy (n, 2) are inside."""
        farthest = np.maximum(np.abs(xy - middle).max(axis=0), reach * 1e-3)
        room = np.array([self.width, self.height]) / 2 - SIDE_ROOM
        return float((room / farthest).min())


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClassPanel(ArrayRecord):
    """What stands where in a panel, in units of the map.

    Attributes:
        xy: (n, 2) places of all points.
        rows: (m,) which of them are drawn.
        words: (m, 2) centres of their words.
        led: (m,) whether a line leads from the dot to its word.
        ends: (m, 2) where it ends: the nearest place of the word's rectangle.
        groups: whose boxes are drawn.
        boxes: (g, 4) left, lower, right and upper end of every box.
        titles: (g, 2) centres of their titles.
        ranges: of both axes.
    """

    xy: np.ndarray
    rows: np.ndarray
    words: np.ndarray
    led: np.ndarray
    ends: np.ndarray
    groups: tuple[Group, ...]
    boxes: np.ndarray
    titles: np.ndarray
    ranges: tuple[tuple[float, float], tuple[float, float]]

    @classmethod
    def of(
        cls,
        panel: MapPanel,
        groups: Sequence[Group],
        points: Points,
        size: PanelSize,
        middle: np.ndarray,
        scale: float,
    ) -> ClassPanel:
        """Returns the panel with its words apart from each other.

        Args:
            panel: its map.
            groups: at least one, each with members.
            points: what is known of the points.
            size: of the panel.
            middle: (2,) the place in its middle.
            scale: pixels for a unit of the map.

        Raises:
            NoRoom: when the words do not fit.
        """
        half = np.array([size.width, size.height]) / 2
        pixels = (panel.xy - middle) * scale + half
        members = [one for group in groups for one in group.ids]
        rows = np.flatnonzero(np.isin(points.ids, members))
        boxes = np.array([_box(pixels, points, group) for group in groups])
        titled = [_title_label(group, box) for group, box in zip(groups, boxes, strict=True)]
        order = _crowded_first(pixels[rows])
        worded = [_word_label(pixels[row], str(points.labels[row])) for row in rows[order]]
        named = [bool(points.languages[row]) for row in rows[order]]
        chosen = [label for label, has_word in zip(worded, named, strict=True) if has_word]
        places = label_places([*titled, *chosen], (size.width, size.height), pixels[rows])
        words = pixels[rows].copy()
        words[order[np.array(named, dtype=bool)]] = places[len(titled) :]
        halves = np.array([word_size(str(points.labels[row]), WORD_SIZE) / 2 for row in rows])
        ends = np.clip(pixels[rows], words - halves, words + halves)
        back = (half - middle * scale) / scale
        reach = half / scale
        return cls(
            xy=panel.xy,
            rows=rows,
            words=words / scale - back,
            led=np.linalg.norm(ends - pixels[rows], axis=1) > LED_FROM,
            ends=ends / scale - back,
            groups=tuple(groups),
            boxes=boxes / scale - np.tile(back, 2),
            titles=places[: len(titled)] / scale - back,
            ranges=tuple(zip((middle - reach).tolist(), (middle + reach).tolist(), strict=True)),  # type: ignore[arg-type]
        )


def word_size(text: str, font: float) -> np.ndarray:
    """Returns an estimate of width and height in pixels of a word at a font size."""
    return np.array([text_width(text, font) + 5, font * LINE_HEIGHT])


def _word_label(pixel: np.ndarray, text: str) -> Label:
    return Label(pixel, word_size(text, WORD_SIZE), np.empty((0, 2)))


def _title_label(group: Group, box: np.ndarray) -> Label:
    """Returns the title of a box, which is wished above or below it, at either end."""
    size = word_size(group.title, GROUP_SIZE) * [1.06, 1]  # it is bold
    left, lower, right, upper = box
    x = (left + size[0] / 2, right - size[0] / 2, (left + right) / 2)
    y = (upper + size[1] / 2 + 1, lower - size[1] / 2 - 1)
    wished = np.array([[across, up] for up in y for across in x])
    return Label(np.array([left, upper]), size, wished)


def _box(pixels: np.ndarray, points: Points, group: Group) -> np.ndarray:
    """Returns the ends of the box around all dots of a group, in pixels."""
    own = pixels[np.isin(points.ids, group.ids)]
    return np.concatenate([own.min(axis=0) - BOX_PAD, own.max(axis=0) + BOX_PAD])


def _crowded_first(pixels: np.ndarray) -> np.ndarray:
    """Returns the rows in the order in which their words choose: those with near others first."""
    apart = np.linalg.norm(pixels[:, None] - pixels[None], axis=2)
    near = np.sort(apart, axis=1)[:, 1:4]
    return np.argsort(near.mean(axis=1) if near.size else np.zeros(len(pixels)), kind="stable")


def add_class_panel(
    figure: go.Figure,
    panel: ClassPanel,
    number: int,
    columns: int,
    points: Points,
    context: FigureContext,
) -> None:
    """Draws boxes, lines, dots and words of the number-th panel, counted from 0."""
    place = panel_place(number, columns)
    _add_boxes(figure, panel, number)
    figure.add_trace(_lines(panel), **place)
    for code in dict.fromkeys(points.languages[panel.rows].tolist()):
        at = np.flatnonzero(points.languages[panel.rows] == code)
        style, title = language_style(code), literal(series_title(points, code, context))
        dots = points_trace(panel.xy, panel.rows[at], points, context, True)
        dots.update(
            name=title,
            legendgroup=code,
            showlegend=number == 0,
            marker={"size": 6, "color": style.colour, "symbol": style.symbol},
        )
        figure.add_trace(dots, **place)
        if code:
            figure.add_trace(_words(panel, at, points, style.colour), **place)


def _add_boxes(figure: go.Figure, panel: ClassPanel, number: int) -> None:
    x_axis, y_axis = panel_axes(number)
    for group, box, title in zip(panel.groups, panel.boxes, panel.titles, strict=True):
        left, lower, right, upper = box.tolist()
        figure.add_shape(
            type="rect",
            xref=x_axis,
            yref=y_axis,
            x0=left,
            x1=right,
            y0=lower,
            y1=upper,
            line={"color": group.colour, "width": 1.5},
            layer="below",
            name=group.title,
        )
        figure.add_annotation(
            x=title[0],
            y=title[1],
            xref=x_axis,
            yref=y_axis,
            text=literal(group.title),
            showarrow=False,
            borderpad=0,
            font={"size": GROUP_SIZE, "color": group.colour, "weight": 600},
        )


def _lines(panel: ClassPanel) -> go.Scatter:
    """Returns the lines from dots to words that had to go far."""
    dots, ends = panel.xy[panel.rows][panel.led], panel.ends[panel.led]
    path = np.stack([dots, ends, np.full_like(ends, np.nan)], axis=1).reshape(-1, 2)
    return go.Scatter(
        x=path[:, 0],
        y=path[:, 1],
        mode="lines",
        line={"color": LIGHT["axis"], "width": 0.7},
        hoverinfo="skip",
        showlegend=False,
    )


def _words(panel: ClassPanel, at: np.ndarray, points: Points, colour: str) -> go.Scatter:
    return go.Scatter(
        x=panel.words[at, 0],
        y=panel.words[at, 1],
        mode="text",
        text=[literal(str(word)) for word in points.labels[panel.rows[at]]],
        textposition="middle center",
        textfont={"size": WORD_SIZE, "color": colour},
        hoverinfo="skip",
        showlegend=False,
    )
