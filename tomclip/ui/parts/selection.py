"""What a person selects on a figure: its own marks, or items of the data set.

Items are one selection for all figures (`tomclip.ui.selecting`); marks, such as a bar or a cell,
belong to their figure, and may stand for items.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np
import streamlit as st

from tomclip.figures import draw_groups, draw_loop, items_on
from tomclip.ui import view_state
from tomclip.ui.selecting import state
from tomclip.ui.selecting.data import words_of
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.view_state.kinds import Mark, MarkChoice

if TYPE_CHECKING:
    import plotly.graph_objects as go

SelectionMode = Literal["points", "box", "lasso"]


class Selectable(Protocol):
    """What `layout.figure` asks of what can be selected on a figure."""

    @property
    def modes(self) -> Sequence[SelectionMode]:
        """How it is selected."""
        ...

    @property
    def of_items(self) -> bool:
        """Whether items of the data set are selected by it."""
        ...

    def shown(self, chart: go.Figure) -> tuple[Mark, ...]:
        """Returns what is selected, after drawing it as such."""
        ...

    def take(self, points: Sequence[Mapping[str, Any]]) -> None:
        """Keeps what was selected in the browser."""
        ...


@dataclass(frozen=True, slots=True)
class Selection:
    """Marks that can be selected on a figure.

    Attributes:
        choice: which marks, and where they stand in the address.
        cloud: what the figure is drawn of: other marks have the same names on another cloud.
        modes: how they are selected.
        items: returns the items that a mark stands for; None where it stands for none.
        follow: draws on the figure what the selected items mean there.
    """

    choice: MarkChoice
    cloud: Hashable
    modes: Sequence[SelectionMode] = ("points",)
    items: Callable[[Mark], ItemSelection] | None = None
    follow: Callable[[go.Figure], None] | None = None

    @property
    def of_items(self) -> bool:
        """Whether a mark stands for items."""
        return self.items is not None

    def shown(self, chart: go.Figure) -> tuple[Mark, ...]:
        """Returns the selected marks, after drawing them as such on every trace."""
        places = self._places(chart)
        offered = {mark for _, marks in places for mark in marks if mark}
        if self.items is not None:
            state.current()
        selected = view_state.marks_of(self.choice, offered, self.cloud)
        if selected:
            for trace, marks in places:
                trace.selectedpoints = [at for at, mark in enumerate(marks) if mark in selected]
            if (items := self.items) is not None:
                state.adopt(self.choice, (selected, self.cloud), lambda: items(selected[0]))
        if self.follow is not None:
            self.follow(chart)
        return selected

    def take(self, points: Sequence[Mapping[str, Any]]) -> None:
        """Keeps the marks that were selected in the browser, given with their `customdata`."""
        marks = [self._mark(point.get("customdata")) for point in points]
        state.let_go(self.choice)
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


@dataclass(frozen=True, slots=True)
class ItemPoints:
    """Items that can be selected on a map, whose points have their id first in `customdata`.

    Attributes:
        languages: language code of every row of the map.
        theme: of the figure.
        modes: how they are selected.
    """

    languages: Sequence[str]
    theme: Literal["light", "dark"] = "light"
    modes: Sequence[SelectionMode] = ("points", "box", "lasso")
    of_items: bool = field(default=True, init=False)

    def shown(self, chart: go.Figure) -> tuple[Mark, ...]:
        """Returns the ids of the selected items of the map, after drawing them as selected.

        Those of a loop are joined in order, those of a merge have the colours of their groups.
        """
        chart.update_layout(dragmode="lasso")
        selection = state.current()
        there = items_on(chart).intersection(selection.ids)
        if not there:
            return ()
        _mark_selected(chart, there)
        spoken: dict[str, Any] = {
            "languages": self.languages,
            "language": selection.language,
            "theme": self.theme,
        }
        if selection.form == "loop":
            words = words_of(selection.ids, selection.language)
            draw_loop(chart, selection.ids, dict(zip(selection.ids, words, strict=True)), **spoken)
        elif selection.form == "merge":
            draw_groups(chart, selection.groups, **spoken)
        return tuple((one,) for one in selection.ids if one in there)

    def take(self, points: Sequence[Mapping[str, Any]]) -> None:
        """Selects the items whose points were selected in the browser."""
        marks = [point.get("customdata") for point in points]
        state.take_ids(str(mark[0]) for mark in marks if mark and not isinstance(mark, str))


def _mark_selected(chart: go.Figure, ids: set[str]) -> None:
    """Draws the points of items as selected on every trace that has points of items."""
    traces: Any = chart.data
    for trace in traces:
        if trace.customdata is not None:
            own = enumerate(trace.customdata)
            trace.selectedpoints = [at for at, mark in own if mark[0] in ids]


def _text(value: Any) -> str:
    """Returns a whole number without a point, whether it comes from numpy or from the browser."""
    if isinstance(value, float | np.floating) and float(value).is_integer():
        return str(int(value))
    return str(value)


def reaction(selection: Selectable, key: str, figure: str) -> Callable[[], None]:
    """Returns what is done when a person selects something on a figure.

    Items are not given up where they are deselected in the browser; a button does that.

    Args:
        selection: what can be selected.
        key: of the figure's widget.
        figure: key of the figure, whatever the number of its widget.
    """

    def react() -> None:
        points = st.session_state[key]["selection"]["points"]
        if not selection.of_items:
            selection.take(points)
        elif points:
            selection.take(points)
            state.taken_by(figure)
        else:
            # Plotly also deselects when the page gets wider or narrower, as when its menu closes.
            state.renew(figure)

    return react
