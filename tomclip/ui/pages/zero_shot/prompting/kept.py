"""The prompts of this session: edited by language, taken from a file, reset."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.core.languages import LANGUAGES
from tomclip.core.reading.text import lines
from tomclip.data.prompts import Prompts, checked_prompt, default_prompts, read_prompts
from tomclip.ui.parts.uploads import read_upload

FILE_KEY = "zero_shot_prompt_file"
_KEPT, _REFUSED, _ROUND = "zero_shot_prompts", "zero_shot_prompt_refused", "zero_shot_prompt_round"


def own_prompts(languages: Sequence[str] | None = None) -> Prompts:
    """Returns the session's prompts, or those of some languages; none at first."""
    every: Prompts = st.session_state.get(_KEPT, Prompts())
    if languages is None:
        return every
    return Prompts.of({code: every.own(code) for code in languages})


def refusal() -> str:
    """Returns why the last change was refused; "" where it was not."""
    return st.session_state.get(_REFUSED, "")


def field_key(code: str) -> str:
    """Returns the key of a language's text field; another one once its text was changed for it."""
    return f"zero_shot_prompts:{code}:{st.session_state.get(_ROUND, 0)}"


def typed_prompts(text: str) -> tuple[str, ...]:
    """Returns the prompts of a text, one a line; blank lines and repetitions are left out.

    Raises:
        InputError: when a line is no prompt.
    """
    return tuple(dict.fromkeys(checked_prompt(line) for line in lines(text) if line.strip()))


def take_typed(code: str) -> None:
    """Keeps what was typed for a language; what is no prompt is refused and changes nothing."""
    text = st.session_state[field_key(code)]
    _change(lambda: own_prompts().changed(code, typed_prompts(text)))


def take_file(languages: Sequence[str]) -> None:
    """Keeps the prompts of the uploaded file in place of all others; these are the languages."""
    if (uploaded := st.session_state[FILE_KEY]) is not None:
        _change(partial(_of_file, uploaded, languages))
        _new_fields()


def _of_file(uploaded: object, languages: Sequence[str]) -> Prompts:
    prompts = read_upload(uploaded, read_prompts)  # type: ignore[arg-type]
    prompts.require_languages(languages, "the data set")
    return prompts


def take_paper(languages: Sequence[str]) -> None:
    """Takes the paper's prompt of every one of the languages that has one."""
    _change(lambda: default_prompts([one for one in languages if one in LANGUAGES]))
    _new_fields()


def reset() -> None:
    """Asks with the names alone again."""
    _change(Prompts)
    _new_fields()


def _change(make: Callable[[], Prompts]) -> None:
    """Keeps new prompts, or why they are none: a callback has no place to say it."""
    st.session_state.pop(_REFUSED, None)
    try:
        st.session_state[_KEPT] = make()
    except TomclipError as error:
        st.session_state[_REFUSED] = str(error)


def _new_fields() -> None:
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
