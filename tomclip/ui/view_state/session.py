"""What a person has chosen in this session, and the address that says so.

A choice changes when a person uses its widget, opens a link or presses a button that says so; a
page that shows it, whole or narrowed, leaves it as it is. The address holds what the page shows,
and is written at once. It is a link's when this session did not write it; a run that a widget
started keeps what the widget says, because the address may still be the one before it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import streamlit as st

from tomclip.ui.view_state.choices import every_choice
from tomclip.ui.view_state.keys import choice_key
from tomclip.ui.view_state.kinds import (
    AnyChoice,
    Choice,
    Mark,
    MarkChoice,
    NumberChoice,
    Reading,
    SeveralChoice,
    TextChoice,
    ToggleChoice,
)

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

PlacedMarks = tuple[tuple[Mark, ...], Hashable]
"""Marks, and what their figure is drawn of."""
_STATE = "view_state"
_NOTICES: ContextVar[DeltaGenerator | None] = ContextVar("notices", default=None)


class _Kept:
    """What a session keeps of its choices."""

    def __init__(self) -> None:
        self.chosen: dict[str, Any] = {}
        self.cloud_of_marks: dict[str, Hashable] = {}
        self.linked: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.unshown: set[str] = set()
        self.written: dict[str, str] = {}
        self.notices: list[str] = []
        self.page = ""
        self.by_person = False
        self.lost: frozenset[str] = frozenset()


def begin_run(page: str) -> None:
    """Reads the address and shows what was said of it; call it first on every page, at its head.

    Args:
        page: its own address, such as "topology"; "" where it is not known.
    """
    kept, address = _kept(), st.query_params.to_dict()
    linked = bool(address) and address != kept.written and not kept.by_person
    if linked or kept.by_person or page != kept.page:
        kept.notices, kept.linked, kept.unshown = [], {}, set()
    went_back = linked and page == kept.page
    kept.lost = frozenset(kept.written).difference(address) if went_back else frozenset()
    kept.page, kept.by_person, kept.shown = page, False, {}
    place = st.container()
    _NOTICES.set(place)
    for sentence in kept.notices:
        place.warning(sentence, icon=":material/link_off:")
    if linked:
        kept.linked = address
        _refuse_strangers(kept, page)


def _refuse_strangers(kept: _Kept, page: str) -> None:
    """Says which parameters of a link are no choice of this page."""
    strange = [name for name in kept.linked if not _is_of(name, page)]
    for name in strange:
        del kept.linked[name]
    if strange:
        names = ", ".join(f"'{name[:40]}'" for name in strange[:5])
        more = f" and {len(strange) - 5} more" if len(strange) > 5 else ""
        _say(f"The link also asks for {names}{more}, which this page has not; it is left out.")


def _is_of(name: str, page: str) -> bool:
    choice = every_choice().get(name)
    return choice is not None and (not page or page in choice.pages)


def choose(choice: AnyChoice, value: Any) -> None:
    """Makes a choice in the person's name, as a button that says so does."""
    _kept().chosen[choice.name] = value


def chosen(choice: AnyChoice) -> Any:
    """Returns the session's value; None before any choice."""
    return value_of(choice.name)


def value_of(name: str) -> Any:
    """Returns the session's value of the choice of this name, as `chosen` does."""
    return _kept().chosen.get(name)


def asked(choice: AnyChoice) -> bool:
    """Returns whether a link asks for a choice that the page has not come to yet."""
    return choice.name in _kept().linked


def put(values: Mapping[str, Any]) -> None:
    """Gives choices, by name, values that they had before; None is that of no choice yet."""
    kept = _kept()
    for name, value in values.items():
        if value is None:
            kept.chosen.pop(name, None)
        else:
            kept.chosen[name] = value
        kept.linked.pop(name, None)
    kept.by_person = True


def note(choice: AnyChoice, value: Any) -> None:
    """Notes what the page shows of a choice, for the address."""
    _kept().shown[choice.name] = choice.written(value)  # type: ignore[arg-type]


def one_of(choice: Choice, offered: Collection[str]) -> str:
    """Returns the value that is shown; it is the widget's, which is to be drawn next."""
    refusal = _take_link(choice, lambda text: choice.read(text, offered))
    return _put(choice, choice.narrowed(chosen(choice), offered), refusal)


def several_of(choice: SeveralChoice, offered: Collection[str], most: int) -> tuple[str, ...]:
    """Returns the values that are shown, as `one_of` does; says so where the session has more."""
    refusal = _take_link(choice, lambda text: choice.read(text, offered, most))
    shown = choice.narrowed(chosen(choice), offered, most)
    wanted = [value for value in chosen(choice) or () if value in offered]
    if len(wanted) > most and not refusal:
        _place().caption(f"Of the {len(wanted)} {choice.name} chosen, the first {most} are shown.")
    return tuple(_put(choice, list(shown), refusal))


def number_of(choice: NumberChoice, low: float, high: float) -> float:
    """Returns the number that is shown, as `one_of` does."""
    refusal = _take_link(choice, lambda text: choice.read(text, low, high))
    return _put(choice, choice.narrowed(chosen(choice), low, high), refusal)


def toggle_of(choice: ToggleChoice) -> bool:
    """Returns whether it is on, as `one_of` does."""
    refusal = _take_link(choice, choice.read)
    return _put(choice, choice.narrowed(chosen(choice)), refusal)


def text_of(choice: TextChoice) -> str:
    """Returns the text that is shown, as `one_of` does."""
    refusal = _take_link(choice, choice.read)
    return _put(choice, choice.narrowed(chosen(choice)), refusal)


def marks_of(choice: MarkChoice, offered: Collection[Mark], cloud: Hashable) -> tuple[Mark, ...]:
    """Returns the selected marks of a figure.

    Args:
        choice: which marks.
        offered: all that the figure has.
        cloud: what the figure is drawn of; the marks of another cloud are other marks.
    """
    kept = _kept()
    if choice.name in kept.linked:
        kept.cloud_of_marks[choice.name] = cloud
        if refusal := _take_link(choice, lambda text: choice.read(text, offered)):
            _say(f"The link asks for {choice.name} {refusal}.")
    of_this = kept.cloud_of_marks.get(choice.name) == cloud
    shown = choice.narrowed(chosen(choice) if of_this else None, offered)
    if shown and len(shown) <= choice.most:
        note(choice, shown)
    return shown


def choose_marks(choice: MarkChoice, marks: Iterable[Mark], cloud: Hashable) -> None:
    """Keeps the marks that a person selected on a figure of `cloud`."""
    kept = _kept()
    kept.chosen[choice.name] = tuple(dict.fromkeys(marks))
    kept.cloud_of_marks[choice.name] = cloud
    kept.by_person = True


def by_person(choice: AnyChoice) -> None:
    """Takes the value of a choice's widget; the `on_change` of every such widget."""
    value = st.session_state[choice_key(choice)]
    _kept().chosen[choice.name] = tuple(value) if isinstance(value, list) else value
    _kept().by_person = True


def shown_choices() -> dict[str, str]:
    """Returns what the page showed of every choice when it was last drawn, as in its address."""
    return dict(_kept().shown)


def write_address(*, whole: bool = True) -> None:
    """Writes what the page shows into the address, where it says something else.

    Args:
        whole: whether the page is drawn to its end. What it has not come to yet keeps its place in
            the address till then.
    """
    kept, address = _kept(), st.query_params.to_dict()
    wanted = dict(kept.shown)
    if not whole:
        wanted |= {name: text for name, text in address.items() if _waits(kept, name)}
    elif kept.linked:
        _refuse_unshown(kept)
    if wanted != address:
        st.query_params.from_dict(wanted)
    kept.written = wanted


def _refuse_unshown(kept: _Kept) -> None:
    """Says which choices of a link this view has no place for; they hold once it is shown."""
    unshown = [name for name in kept.linked if name not in kept.unshown]
    if unshown:
        kept.unshown |= set(unshown)
        names = ", ".join(f"'{name}'" for name in unshown)
        _say(f"The link also asks for {names}, for which there is no place in what is shown now.")


def _waits(kept: _Kept, name: str) -> bool:
    return name not in kept.shown and _is_of(name, kept.page)


def _take_link(choice: AnyChoice, read: Callable[[str], Reading[Any]]) -> str:
    """Makes the choice that a link asks for, and returns what of it cannot be shown."""
    kept = _kept()
    text = kept.linked.pop(choice.name, None)
    if text is None:
        return ""
    reading = read(text)
    if reading.value is not None:
        kept.chosen[choice.name] = reading.value
    return reading.refusal


def _put(choice: AnyChoice, shown: Any, refusal: str) -> Any:
    """Gives the choice's widget its value before it is drawn, and notes it for the address."""
    kept, state = _kept(), st.session_state
    kept.by_person = False
    key = choice_key(choice)
    # Set in every run, also to what it is: a run that was cut short may have drawn the widget
    # without the browser having seen it, which would then show the first option and send that.
    if not isinstance(choice, TextChoice) or key not in state or state[key] != shown:
        state[key] = shown
    note(choice, shown)
    if refusal:
        text = kept.shown[choice.name].replace(",", ", ") or "nothing"
        _say(f"The link asks for {choice.name} {refusal}. Shown: {text}.")
    return shown


def _say(sentence: str) -> None:
    _kept().notices.append(sentence)
    _place().warning(sentence, icon=":material/link_off:")


def _place() -> DeltaGenerator:
    return _NOTICES.get() or st.container()


def _kept() -> _Kept:
    if _STATE not in st.session_state:
        st.session_state[_STATE] = _Kept()
    return st.session_state[_STATE]
