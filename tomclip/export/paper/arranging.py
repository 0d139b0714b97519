"""Where panels, their letters and titles, and the shared legend stand on the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from tomclip.export.paper.drawings import Placed, Sheet, Written
from tomclip.export.paper.fonts import font_list
from tomclip.export.paper.legends import shared_legend
from tomclip.export.paper.panels import (
    POINTS_PER_MM,
    Prepared,
    ground_of,
    ink_of,
    panel_width,
    prepared_panels,
    title_lines,
    unit_points,
)
from tomclip.export.paper.settings import PaperSettings
from tomclip.export.sets.panel import Panel

GAP_MM, ROW_GAP_MM, EDGE_MM = 4.0, 3.0, 0.8
TITLE_SCALE, LINE_SCALE = 1.06, 1.3
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Row:
    """Panels side by side, all as high as the highest, under titles of up to `lines` lines."""

    panels: tuple[Prepared, ...]
    titles: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> int:
        """How many lines of titles stand above the row."""
        return max((len(one) for one in self.titles), default=0)


@dataclass(frozen=True)
class Arrangement:
    """A figure before it is drawn.

    Attributes:
        settings: of it.
        rows: of panels.
        legend: shared by panels; None where there is none.
        own: the panels, each with its own legend.
    """

    settings: PaperSettings
    rows: tuple[Row, ...]
    legend: Prepared | None
    own: tuple[Prepared, ...]

    @property
    def figures(self) -> list[Prepared]:
        """What is to be drawn, in the order in which `sheet` takes it: the panels, the legend."""
        panels = [panel for row in self.rows for panel in row.panels]
        return [*panels, self.legend] if self.legend else panels

    @property
    def height_mm(self) -> float:
        """The height of the whole figure in mm."""
        unit, title = unit_points(self.settings), self._title_height
        rows = sum(row.panels[0].height * unit + row.lines * title for row in self.rows)
        gaps = ROW_GAP_MM * (len(self.rows) - 1) + 2 * EDGE_MM
        below = self.legend.height * unit if self.legend else 0.0
        return (rows + below) / POINTS_PER_MM + gaps

    def sheet(self, drawings: Sequence[Element]) -> Sheet:
        """Returns the paper with the drawings of `figures` on it."""
        unit, gap = unit_points(self.settings), GAP_MM * POINTS_PER_MM
        step = panel_width(self.settings, gap) + gap
        placed: list[Placed] = []
        written: list[Written] = []
        top, left_over = EDGE_MM * POINTS_PER_MM, iter(drawings)
        for row in self.rows:
            below_titles = top + row.lines * self._title_height
            for place, titles in enumerate(row.titles):
                placed.append(Placed(next(left_over), place * step, below_titles, unit))
                written += self._titles(titles, place * step, top)
            top = below_titles + row.panels[0].height * unit + ROW_GAP_MM * POINTS_PER_MM
        if self.legend:
            top -= ROW_GAP_MM * POINTS_PER_MM
            placed.append(Placed(next(left_over), 0.0, top, unit))
        return Sheet(
            width_mm=self.settings.width_mm,
            height_mm=self.height_mm,
            ground=ground_of(self.settings),
            drawings=placed,
            titles=written,
            font=font_list(self.settings.font),
            title_size=self.settings.font_pt * TITLE_SCALE,
            ink=ink_of(self.settings),
        )

    @property
    def _title_height(self) -> float:
        return self.settings.font_pt * TITLE_SCALE * LINE_SCALE

    def _titles(self, lines: Sequence[str], left: float, top: float) -> list[Written]:
        ascent = self.settings.font_pt * TITLE_SCALE
        return [
            Written(line, left, top + ascent + number * self._title_height)
            for number, line in enumerate(lines)
            if line
        ]


def arranged(panels: Sequence[Panel], settings: PaperSettings) -> Arrangement:
    """Returns how the panels stand on the paper, row by row.

    Raises:
        InputError: when a panel is damaged, or too narrow to be read.
    """
    columns = min(settings.columns, max(len(panels), 1))
    settings = replace(settings, columns=columns)
    unit = unit_points(settings)
    ready = prepared_panels(panels, settings, GAP_MM * POINTS_PER_MM)
    own, legend = tuple(ready), None
    if settings.legend == "shared":
        whole = round(settings.width_mm * POINTS_PER_MM / unit)
        legend, ready = shared_legend(ready, whole)
    elif settings.legend == "none":
        ready = [one.without_legend for one in ready]
    rows, first = [], 0
    for group in _rows(ready, settings.columns):
        rows.append(_row(group, first, settings))
        first += len(group)
    return Arrangement(settings, tuple(rows), legend, own)


def panel_letter(number: int, settings: PaperSettings) -> str:
    """Returns the letter of a panel counted from 0, as it is written; "" without letters."""
    letter = ALPHABET[number % len(ALPHABET)]
    return {"a": letter, "A": letter.upper(), "(a)": f"({letter})", "none": ""}[settings.letters]


def _rows(panels: Sequence[Prepared], columns: int) -> list[list[Prepared]]:
    """Returns the panels row by row; one that is wider than a column has a row of its own."""
    column = min(one.width for one in panels)
    rows: list[list[Prepared]] = []
    for one in panels:
        alone = one.width > column
        if not rows or len(rows[-1]) == columns or alone or rows[-1][-1].width > column:
            rows.append([])
        rows[-1].append(one)
    return rows


def _row(panels: Sequence[Prepared], first: int, settings: PaperSettings) -> Row:
    height = round(settings.row_height_mm * POINTS_PER_MM / unit_points(settings))
    height = height or max(one.height for one in panels)
    titles = (
        title_lines(one.title, panel_letter(first + place, settings), one.width)
        for place, one in enumerate(panels)
    )
    return Row(
        tuple(replace(one, height=height) for one in panels), tuple(tuple(one) for one in titles)
    )
