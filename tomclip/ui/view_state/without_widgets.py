"""Choices that have no widget: what a link says of them, and what the address is to say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tomclip.ui.view_state.kinds import AnyChoice, MarkChoice
from tomclip.ui.view_state.session import PlacedMarks, _kept, _say


def linked(choice: AnyChoice) -> str | None:
    """Returns, once, what a link says of a choice; None where it says nothing.

    What of it cannot be shown is for the caller to `say`.
    """
    return _kept().linked.pop(choice.name, None)


def went_back(choice: AnyChoice) -> bool:
    """Returns whether this page's address was changed, as by Back, to one without the choice."""
    return choice.name in _kept().lost


def forget(choice: AnyChoice) -> None:
    """Takes back what was noted of a choice for the address."""
    _kept().shown.pop(choice.name, None)


def put_marks(kinds: Iterable[MarkChoice], marks: Mapping[str, PlacedMarks]) -> None:
    """Gives choices of marks those of `marks`, by the name of the choice; the others none."""
    kept = _kept()
    for choice in kinds:
        placed = marks.get(choice.name, ((), None))
        kept.chosen[choice.name], kept.cloud_of_marks[choice.name] = placed


def touched() -> None:
    """Says that a person started the next run: what the address says is not a link's."""
    _kept().by_person = True


def say(sentence: str) -> None:
    """Says at the head of the page what of a link cannot be shown."""
    _say(sentence)
