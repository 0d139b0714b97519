"""The marks that a person selects on a figure: kept with the choices, seen again by a link."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import streamlit as st

from tomclip.ui import view_state
from tomclip.ui.view_state.kinds import Mark, MarkChoice

if TYPE_CHECKING:
    import plotly.graph_objects as go

SelectionMode = Literal["points", "box", "lasso"]


@dataclass(frozen=True, slots=True)
class Selection:
    """What can be selected on a figure.

    Attributes:
        choice: which marks, and where they stand in the address.
        cloud: what the figure is drawn of: other marks have the same names on another cloud.
        modes: how they are selected.
    """

    choice: MarkChoice
    cloud: Hashable
    modes: Sequence[SelectionMode] = ("points",)

    def shown(self, chart: go.Figure) -> tuple[Mark, ...]:
        """Returns the selected marks, after drawing them as such on every trace."""
        places = self._places(chart)
        offered = {mark for _, marks in places for mark in marks if mark}
        selected = view_state.marks_of(self.choice, offered, self.cloud)
        if selected:
            for trace, marks in places:
                trace.selectedpoints = [at for at, mark in enumerate(marks) if mark in selected]
        return selected

    def take(self, points: Sequence[Mapping[str, Any]]) -> None:
        """Keeps the marks that were selected in the browser, given with their `customdata`."""
        marks = [self._mark(point.get("customdata")) for point in points]
        view_state.choose_marks(self.choice, [mark for mark in marks if mark], self.cloud)

    def clear(self) -> None:
        """Selects nothing."""
        self.take(())

    def _places(self, chart: go.Figure) -> list[tuple[Any, list[Mark]]]:
        """Returns every trace that has marks, with its marks."""
        traces: Any = chart.data  # plotly's own types know no traces
        marked = [trace for trace in traces if trace.customdata is not None]
        return [(trace, [self._mark(one) for one in trace.customdata]) for trace in marked]

    def _mark(self, customdata: Any) -> Mark:
        """Returns what tells a mark from the others; empty where there is nothing to select."""
        if customdata is None or isinstance(customdata, str):
            return ()
        if len(customdata) <= max(self.choice.columns):
            return ()
        return tuple(_text(customdata[column]) for column in self.choice.columns)


def _text(value: Any) -> str:
    """Returns a whole number without a point, whether it comes from numpy or from the browser."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def reaction(selection: Selection, key: str) -> Callable[[], None]:
    """Returns what is done when a person selects marks of the figure with this key."""
    return lambda: selection.take(st.session_state[key]["selection"]["points"])
