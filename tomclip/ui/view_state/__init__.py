"""What a person has chosen: kept for the session, shown by every page, and in the address."""

from __future__ import annotations

from tomclip.ui.view_state.keys import choice_key, download_key, figure_key, file_stem
from tomclip.ui.view_state.session import (
    begin_run,
    choose,
    choose_marks,
    chosen,
    marks_of,
    note,
    number_of,
    one_of,
    several_of,
    shown_choices,
    text_of,
    toggle_of,
    write_address,
)
from tomclip.ui.view_state.undoing import by_person, change
from tomclip.ui.view_state.without_widgets import (
    forget,
    linked,
    put_marks,
    say,
    touched,
    went_back,
)

__all__ = [
    "begin_run",
    "by_person",
    "change",
    "choice_key",
    "choose",
    "choose_marks",
    "chosen",
    "download_key",
    "figure_key",
    "file_stem",
    "forget",
    "linked",
    "marks_of",
    "note",
    "number_of",
    "one_of",
    "put_marks",
    "say",
    "several_of",
    "shown_choices",
    "text_of",
    "toggle_of",
    "touched",
    "went_back",
    "write_address",
]
