"""The session's selection: taken from a link, changed by figures and tables, undone, in the link.

Every data set has its own selection and its own history. A step of the history holds the items and
the marks of figures, such as a bar, that they were selected by; so undoing it shows both again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.ui import view_state
from tomclip.ui.parts.feedback import refuse
from tomclip.ui.selecting import store
from tomclip.ui.selecting.data import item_order
from tomclip.ui.selecting.history import History
from tomclip.ui.selecting.item_sets import ItemSelection
from tomclip.ui.selecting.tokens import read, written
from tomclip.ui.view_state import choices
from tomclip.ui.view_state.kinds import MarkChoice
from tomclip.ui.view_state.session import PlacedMarks

_STATE = "item_selections"
ITEM_MARKS = (choices.BAR, choices.LOOP, choices.COMPARED_BAR)
"""Marks of figures that stand for items."""


@dataclass(frozen=True, slots=True)
class Step:
    """A selection and the marks it was made by, by the name of their choice."""

    selection: ItemSelection = field(default_factory=ItemSelection)
    marks: Mapping[str, PlacedMarks] = field(default_factory=dict)


class _Kept:
    """What a session keeps of its selections."""

    def __init__(self) -> None:
        self.data = ""
        self.histories: dict[str, History[Step]] = {}
        self.linked = False
        self.by = ""
        self.adopted: dict[str, PlacedMarks] = {}
        self.generations: dict[str, int] = {}
        self.token: tuple[ItemSelection, str, str] | None = None

    @property
    def history(self) -> History[Step]:
        """Of the data set that was shown last."""
        return self.histories.setdefault(self.data, History(Step()))


def current() -> ItemSelection:
    """Returns what is selected of the data set of this run, and notes it for the address.

    The first call of a run takes what a link selects.
    """
    kept, order = _kept(), item_order()
    kept.data = order.data
    kept.linked |= _take_link(kept)
    selection = kept.history.current.selection.among(order.places)
    _note(kept, selection)
    return selection


def _take_link(kept: _Kept) -> bool:
    """Selects what the link asks for, if it does; says what of it cannot be selected."""
    text = view_state.linked(choices.ITEMS)
    if text is None:
        if view_state.went_back(choices.ITEMS) and len(kept.history.current.selection):
            kept.history.add(Step())
            view_state.put_marks(ITEM_MARKS, {})
        return False
    order = item_order()
    reading = read(text, order, lambda name: store.kept_large(name, order.data))
    if reading.refusal:
        view_state.say(reading.refusal)
    if reading.value is not None:
        if reading.value != kept.history.current.selection:
            kept.history.add(Step(reading.value))
        return True
    return False


def select(
    selection: ItemSelection, *, by: str = "", marks: Mapping[str, PlacedMarks] | None = None
) -> None:
    """Selects items of the data set that was shown last.

    Args:
        selection: takes the place of what was selected.
        by: key of the figure or table they were selected on; "" for a button.
        marks: of figures, that stand for them; those of other figures are given up.
    """
    kept = _kept()
    step = Step(selection, dict(marks or {}))
    if step != kept.history.current:
        kept.history.add(step)
    kept.by = by
    view_state.put_marks(ITEM_MARKS, step.marks)


def take(selection: ItemSelection, *, by: str = "") -> None:
    """Selects items as `select` does; for what a person does, before the page is drawn for it."""
    select(selection, by=by)
    view_state.touched()


def take_ids(ids: Iterable[str], *, by: str = "") -> None:
    """Selects a set of items, each once, as `take` does."""
    take(ItemSelection(tuple(dict.fromkeys(ids))), by=by)


def clear() -> None:
    """Selects nothing."""
    take(ItemSelection())


def undo() -> None:
    """Shows what was selected before."""
    _show_step(_kept().history.undo())


def redo() -> None:
    """Shows what was selected after, before it was undone."""
    _show_step(_kept().history.redo())


def _show_step(step: Step) -> None:
    _kept().by = ""
    view_state.put_marks(ITEM_MARKS, step.marks)
    view_state.touched()


def history() -> History[Step]:
    """Returns the history of the data set that was shown last."""
    return _kept().history


def adopt(choice: MarkChoice, placed: PlacedMarks, make: Callable[[], ItemSelection]) -> None:
    """Selects the items that marks of a figure stand for, once.

    Marks that the history does not hold, such as a cell, are remembered beside it.

    Args:
        choice: which marks.
        placed: the marks that are shown, and what their figure is drawn of.
        make: returns their items; a TomclipError of it is shown as a sentence.
    """
    current()
    kept = _kept()
    step = kept.history.current
    if placed in (step.marks.get(choice.name), kept.adopted.get(choice.name)):
        return
    if choice not in ITEM_MARKS:
        kept.adopted[choice.name] = placed
    marks = {choice.name: placed}
    if kept.linked and len(step.selection):
        kept.history.replace(Step(step.selection, {**step.marks, **marks}))
        return
    try:
        selection = make()
    except TomclipError as error:
        refuse(error)
        kept.history.replace(Step(step.selection, {**step.marks, **marks}))
        return
    select(selection, by=kept.by, marks=marks)
    current()


def let_go(choice: MarkChoice) -> None:
    """Has marks select their items again when a person selects the marks again."""
    _kept().adopted.pop(choice.name, None)


def taken_by(key: str) -> None:
    """Notes that the figure of this key is where a person selected last."""
    _kept().by = key


def was_taken_by(key: str) -> bool:
    """Returns whether the figure or table of this key is where a person selected last."""
    return _kept().by == key


def renew(key: str) -> None:
    """Has a figure or table drawn as a new one, which shows what is selected."""
    kept = _kept()
    kept.generations[key] = kept.generations.get(key, 0) + 1
    view_state.touched()


def begin_run() -> None:
    """Forgets that a link selected items; the next call of `current` looks again."""
    _kept().linked = False


def widget_key(key: str) -> str:
    """Returns the key of a figure's or table's widget, a new one where the old would deceive.

    The browser keeps what was selected on a figure. Where something else has changed the selection
    since, that is no longer so: selecting the same there again would change nothing.

    Args:
        key: of the figure or table.
    """
    kept = _kept()
    number = kept.generations.get(key, 0)
    state: Any = st.session_state.get(_numbered(key, number))
    told = state["selection"] if state else {}
    if kept.by != key and (told.get("points") or told.get("rows")):
        number = kept.generations[key] = number + 1
    return _numbered(key, number)


def _numbered(key: str, number: int) -> str:
    return f"{key}~{number}" if number else key


def _note(kept: _Kept, selection: ItemSelection) -> None:
    """Notes the selection for the address; packed once, whatever often it is asked for."""
    if not len(selection):
        view_state.forget(choices.ITEMS)
        return
    order = item_order()
    if kept.token is None or kept.token[:2] != (selection, order.digest):
        try:
            token = written(selection, order, lambda one: store.keep_large(one, order.data))
        except TomclipError as error:
            refuse(error)
            token = ""
        kept.token = (selection, order.digest, token)
    if kept.token[2]:
        view_state.note(choices.ITEMS, kept.token[2])


def _kept() -> _Kept:
    if _STATE not in st.session_state:
        st.session_state[_STATE] = _Kept()
    return st.session_state[_STATE]
