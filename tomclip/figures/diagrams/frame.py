"""The empty frame of a diagram: a strip for H0 beside the birth-death plane, on one death axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from tomclip.figures.diagrams.marks import add_diagonal, add_infinity_line
from tomclip.figures.style.axes import nice_ticks
from tomclip.figures.style.template import style_panel_titles

FEATURES = {0: "components", 1: "loops", 2: "voids"}


@dataclass(frozen=True, slots=True)
class Frame:
    """A figure with a panel for H0, one for all higher dimensions, or both.

    Attributes:
        figure: to add traces to.
        codes: languages in drawing order; each has a column in the strip.
        homology_dimensions: homology dimensions, ascending.
        top: end of both axes.
    """

    figure: go.Figure
    codes: Sequence[str]
    homology_dimensions: Sequence[int]
    top: float

    @property
    def infinity(self) -> float:
        """Height at which bars that never die are drawn."""
        return 1.1 * self.top

    @property
    def strip(self) -> tuple[float, float]:
        """Left and right end of the H0 strip."""
        return (-0.7, len(self.codes) - 0.3)

    @property
    def has_plane(self) -> bool:
        """Whether there is a panel for H1 and above."""
        return self.homology_dimensions[-1] > 0

    def place(self, homology_dimension: int) -> dict[str, int]:
        """Returns row and column of the panel of a dimension."""
        both = self.homology_dimensions[0] == 0 and self.has_plane
        return {"row": 1, "col": 2 if both and homology_dimension > 0 else 1}


def diagram_frame(codes: Sequence[str], homology_dimensions: Sequence[int], top: float) -> Frame:
    """Returns the panels with their titles."""
    higher = [k for k in homology_dimensions if k > 0]
    titles = [f"H0 · {FEATURES[0]}"] if 0 in homology_dimensions else []
    if higher:
        titles.append(" and ".join(f"H{d} · {FEATURES.get(d, 'classes')}" for d in higher))
    strip = min(0.1 + 0.04 * len(codes), 0.35)
    figure = make_subplots(
        1,
        len(titles),
        shared_yaxes=True,
        subplot_titles=titles,
        horizontal_spacing=0.03,
        column_widths=[strip, 1 - strip] if len(titles) == 2 else [1],
    )
    style_panel_titles(figure)
    return Frame(figure, codes, homology_dimensions, top)


def add_grounds(frame: Frame) -> None:
    """Adds the line at infinity and the diagonal."""
    top = frame.top
    if 0 in frame.homology_dimensions:
        add_infinity_line(frame.figure, frame.infinity, frame.strip, frame.place(0))
    if frame.has_plane:
        place = frame.place(1)
        add_infinity_line(frame.figure, frame.infinity, [-0.03 * top, 1.03 * top], place)
        add_diagonal(frame.figure, top, place)


def style_axes(frame: Frame, unit: str) -> None:
    """Gives both panels round ticks, ∞ on the death axis, and titles with the unit."""
    figure, top = frame.figure, frame.top
    ticks = nice_ticks(top)
    figure.update_yaxes(
        range=[-0.03 * top, frame.infinity + 0.04 * top],
        tickvals=[*ticks, frame.infinity],
        ticktext=[*(f"{tick:g}" for tick in ticks), "∞"],
    )
    figure.update_yaxes(title={"text": f"death ({unit})"}, col=1)
    if frame.has_plane:
        figure.update_xaxes(
            range=[-0.03 * top, top * 1.03],
            tickvals=ticks,
            title={"text": f"birth ({unit})"},
            col=frame.place(1)["col"],
        )
    if 0 in frame.homology_dimensions:
        figure.update_xaxes(
            range=frame.strip,
            tickvals=list(range(len(frame.codes))),
            ticktext=list(frame.codes),
            showgrid=False,
            title={"text": "birth 0, by language"},
            col=1,
        )
