"""What figures of a run in progress share: the axis of steps or time, and marks on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.style.context import literal, text_width
from tomclip.figures.style.palette import LIGHT, SeriesStyle
from tomclip.figures.training.event_tables import require_columns
from tomclip.figures.training.loss_weights import WeightChange

XAxis = Literal["step", "time"]
MARK_SIZE, MARK_ROW, MOST_LABELS = 11, 15, 6
KEPT_ZOOM = "live"
SHORTEST = 10.0


@dataclass(frozen=True, slots=True)
class Timeline:
    """A horizontal axis of training steps, or of time since each run started.

    Attributes:
        column: "step" or "seconds".
        title: of the axis.
        divisor: seconds in the unit shown, 1 for steps.
        hover: how a hover text writes the position.
        end: the largest position of any run, at least 10 steps or seconds.
    """

    column: str
    title: str
    divisor: float
    hover: str
    end: float

    def positions(self, table: pd.DataFrame) -> np.ndarray:
        """Returns where the rows of a table lie on the axis."""
        return table[self.column].to_numpy(dtype=float) / self.divisor

    def position(self, change: WeightChange) -> float:
        """Returns where a change of weights lies on the axis."""
        return (change.step if self.column == "step" else change.seconds) / self.divisor


def timeline(x: XAxis, tables: Sequence[pd.DataFrame]) -> Timeline:
    """Returns the axis that holds all tables; time is in the largest unit that suits its end.

    Raises:
        InputError: when `x` is neither "step" nor "time", or a table lacks its column.
    """
    if x not in get_args(XAxis):
        raise InputError(f"x is {x!r}; use 'step' or 'time'")
    column = "step" if x == "step" else "seconds"
    for table in tables:
        require_columns(table, [column])
    end = max((float(table[column].max()) for table in tables if len(table)), default=0.0)
    end = max(end, SHORTEST)
    if x == "step":
        return Timeline(column, "training step", 1.0, "step %{x:,}", end)
    unit, divisor = ("s", 1.0) if end < 180 else ("min", 60.0) if end < 7_200 else ("h", 3_600.0)
    return Timeline(column, f"time ({unit})", divisor, f"%{{x:.4g}} {unit}", end / divisor)


def add_weight_lines(
    figure: go.Figure, changes: Sequence[WeightChange], axis: Timeline, *, labelled: bool = True
) -> int:
    """Draws a line in every panel where weights changed; returns the pixels used for labels.

    Labels stand above the plot, those of near lines in rows of their own. More than six changes are
    lines only: their labels would hide one another.

    Args:
        figure: with its panels.
        changes: in any order.
        axis: the figure's.
        labelled: whether to write the labels; small panels have their titles there.
    """
    places: dict[float, list[str]] = {}
    for change in changes:
        places.setdefault(axis.position(change), []).append(change.label)
    line = {"color": LIGHT["muted"], "width": 1.2, "dash": "dot"}
    for x in places:
        figure.add_vline(x=x, line=line, row="all", col="all")  # pyright: ignore
    if not labelled or len(places) > MOST_LABELS:
        return 0
    rows = _label_rows(list(places), [max(map(_width, labels)) for labels in places.values()], axis)
    for (x, labels), row in zip(places.items(), rows, strict=True):
        right = x > 0.6 * axis.end
        figure.add_annotation(
            x=x,
            y=1,
            yref="paper",
            text=literal(" · ".join(labels)),
            showarrow=False,
            xanchor="right" if right else "left",
            yanchor="bottom",
            yshift=row * MARK_ROW,
            xshift=3 if right else -3,
            font={"size": MARK_SIZE, "color": LIGHT["muted"]},
        )
    return MARK_ROW * (max(rows, default=-1) + 1)


def _width(label: str) -> float:
    return text_width(label, MARK_SIZE)


def _label_rows(places: Sequence[float], widths: Sequence[float], axis: Timeline) -> list[int]:
    """Returns a row from 0 for each label, so that none covers another on a plot 400 px wide."""
    taken: list[list[tuple[float, float]]] = []
    rows = []
    for x, width in zip(places, widths, strict=True):
        pixel = x / axis.end * 400
        span = (pixel - width, pixel) if x > 0.6 * axis.end else (pixel, pixel + width)
        free = (
            number
            for number, others in enumerate([*taken, []])
            if all(span[1] < low or high < span[0] for low, high in others)
        )
        rows.append(next(free))
        taken.extend([[]] * (rows[-1] == len(taken)))
        taken[rows[-1]] = [*taken[rows[-1]], span]
    return rows


def style_timeline(figure: go.Figure, axis: Timeline) -> None:
    """Gives every panel the shared range, and keeps a person's zoom when new events come."""
    figure.update_xaxes(range=[-0.01 * axis.end, 1.03 * axis.end])
    figure.update_layout(uirevision=KEPT_ZOOM)


def line_of(style: SeriesStyle, width: float) -> dict[str, Any]:
    """Returns the plotly line of a style."""
    return {"color": style.colour, "dash": style.dash, "width": width}
