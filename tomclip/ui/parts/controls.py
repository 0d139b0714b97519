"""Widgets that several pages share, each bound to a choice of the view state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from tomclip.core.errors import EncoderUnavailable, InputError
from tomclip.core.languages import LANGUAGES
from tomclip.core.reading.characters import trimmed
from tomclip.core.subsets import UNSEEN_CONCEPTS
from tomclip.core.types import Metric
from tomclip.data import language
from tomclip.data.emoji import Subset
from tomclip.encoders import encoder_catalogue
from tomclip.encoders.added import KnownEncoder
from tomclip.ui import view_state
from tomclip.ui.computing.chosen_data import dataset
from tomclip.ui.computing.shown_data import ShownData
from tomclip.ui.known_encoders.offered_encoders import offered_encoders, others_note
from tomclip.ui.view_state import choices
from tomclip.ui.view_state.keys import group_key, last_shown_key
from tomclip.ui.view_state.kinds import (
    AnyChoice,
    Choice,
    NumberChoice,
    SeveralChoice,
    TextChoice,
    ToggleChoice,
)


def encoder_titles() -> dict[str, str]:
    """Returns the shown title of every encoder that can be chosen, added ones last, by its name.

    Raises:
        EncoderUnavailable: when there is none.
    """
    known = offered_encoders()
    if not known:
        raise EncoderUnavailable(
            "no encoder is on this machine; restore the shipped ones with 'git checkout -- assets'"
        )
    return {one.name: one.title for one in known}


def students() -> tuple[KnownEncoder, ...]:
    """Returns the shipped students and those of the runs that can be loaded."""
    local = {info.name for info in encoder_catalogue() if info.kind == "student"}
    return tuple(one for one in offered_encoders() if one.name in local)


def encoder_picker(label: str = "Encoder") -> str:
    """Returns the name of the chosen encoder."""
    return select_picker(label, choices.ENCODER, encoder_titles(), help=others_note())


def encoders_picker(label: str = "Encoders", *, most: int = 4) -> tuple[str, ...]:
    """Returns the names of the chosen encoders, the first one being the baseline."""
    return several_picker(
        label, choices.ENCODERS, encoder_titles(), most=most, help_text=others_note()
    )


def language_picker(
    label: str = "Language", choice: Choice = choices.LANGUAGE, *, without: str = ""
) -> str:
    """Returns the code of the chosen language of the data set; `without` is not offered.

    Raises:
        InputError: when the data set has no other.
    """
    titles = _offered_languages(without)
    if not titles:
        raise InputError(
            f"{dataset().title} has {'one language' if without else 'no texts'}, so there is none "
            "to choose; add captions to it under Your data"
        )
    return select_picker(label, choice, titles)


def languages_picker(
    *, label: str = "Languages", most: int = 13, without: str = ""
) -> tuple[str, ...]:
    """Returns the codes of the chosen languages of the data set in the order they were chosen."""
    titles = _offered_languages(without)
    return several_picker(label, choices.LANGUAGES, titles, most=most) if titles else ()


def _offered_languages(without: str) -> dict[str, str]:
    titles = language_titles(dataset().languages)
    return {code: title for code, title in titles.items() if code != without}


def metric_picker() -> Metric:
    """Returns the chosen distance."""
    help_text = "All vectors have length 1; cosine is half the square of Euclidean then."
    return option_picker("Distance", choices.METRIC, help=help_text)  # type: ignore[return-value]


def subset_picker(choice: Choice = choices.SUBSET) -> Subset:
    """Returns the chosen subset of the data set; one without parts shows no control."""
    if len(dataset().subsets) == 1:
        return "all"
    help_text = (
        f"No caption of the {UNSEEN_CONCEPTS} was read by any of them, in any language; the "
        "teacher may know these concepts."
    )
    return option_picker("Concepts", choice, help=help_text)  # type: ignore[return-value]


def option_picker(
    label: str, choice: Choice, titles: Mapping[str, str] | None = None, **options: Any
) -> str:
    """Returns the chosen option of a few; `titles` are offered where not all declared ones are."""
    return _single(st.segmented_control, label, choice, titles, required=True, **options)


def grouped_picker(label: str, choice: Choice, groups: Mapping[str, Sequence[str]]) -> str:
    """Returns the chosen option of many: a row of groups, and beside it the options of one.

    A group opens at its option that was shown last in this session, or at its first.

    Args:
        label: for screen readers; neither row shows it.
        choice: declares the title of every option.
        groups: by title, the options in their order; each is in one group.
    """
    value = view_state.one_of(choice, choice.titles)
    group = next(title for title, options in groups.items() if value in options)
    st.session_state[last_shown_key(choice, group)] = value
    st.session_state[group_key(choice)] = group
    with st.container(horizontal=True, gap="medium", width="content"):
        st.segmented_control(
            f"{label}: group",
            list(groups),
            key=group_key(choice),
            required=True,
            label_visibility="collapsed",
            on_change=_open_group,
            args=(choice, groups),
        )
        titles = {option: choice.titles[option] for option in groups[group]}
        return option_picker(label, choice, titles, label_visibility="collapsed")


def _open_group(choice: Choice, groups: Mapping[str, Sequence[str]]) -> None:
    group = st.session_state[group_key(choice)]
    shown = st.session_state.get(last_shown_key(choice, group), groups[group][0])
    view_state.change(choice, shown)


def select_picker(
    label: str, choice: Choice, titles: Mapping[str, str] | None = None, **options: Any
) -> str:
    """Returns the chosen option of many; `titles` are offered where not all declared ones are."""
    return _single(st.selectbox, label, choice, titles, **options)


def several_picker(
    label: str,
    choice: SeveralChoice,
    titles: Mapping[str, str],
    *,
    most: int,
    placeholder: str | None = None,
    help_text: str | None = None,
) -> tuple[str, ...]:
    """Returns the keys of the chosen options, at most `most`, in the order they were chosen."""
    view_state.several_of(choice, titles, most)
    chosen = st.multiselect(
        label,
        list(titles),
        format_func=lambda value: titles.get(value, str(value)),
        max_selections=most,
        placeholder=placeholder,
        help=help_text,
        wrap=True,
        **_bound(choice),
    )
    return tuple(chosen)


def number_slider(
    label: str,
    choice: NumberChoice,
    low: int,
    high: int,
    *,
    help_text: str | None = None,
) -> int:
    """Returns the chosen whole number; there is no slider where only `high` is possible."""
    shown = int(view_state.number_of(choice, min(low, high), high))
    if high <= low:
        return shown
    return int(st.slider(label, low, high, help=help_text, **_bound(choice)))


def real_slider(
    label: str, choice: NumberChoice, high: float, *, step: float, **options: Any
) -> float:
    """Returns the chosen number from 0 to `high`."""
    view_state.number_of(choice, 0.0, high)
    return st.slider(label, 0.0, high, step=step, **options, **_bound(choice))


def step_slider(
    label: str, choice: Choice, titles: Mapping[str, str], *, help_text: str | None = None
) -> str:
    """Returns the chosen one of ordered values; the first of `titles`, at the right, at first."""
    view_state.one_of(choice, titles)
    return st.select_slider(
        label,
        list(titles)[::-1],
        format_func=lambda value: titles.get(value, value),
        help=help_text,
        **_bound(choice),
    )


def toggle(label: str, choice: ToggleChoice, *, help_text: str | None = None) -> bool:
    """Returns whether the toggle is on."""
    view_state.toggle_of(choice)
    return st.toggle(label, help=help_text, **_bound(choice))


def text_field(label: str, choice: TextChoice, **options: Any) -> str:
    """Returns the typed text, without space around it; "" when it shows nothing."""
    view_state.text_of(choice)
    return trimmed(st.text_input(label, **options, **_bound(choice)) or "")


def other_encoders_picker(first: str) -> tuple[str, ...]:
    """Returns the names of the encoders to set beside the first one, in the order chosen."""
    titles = {name: title for name, title in encoder_titles().items() if name != first}
    return several_picker(
        "Beside it", choices.BESIDE, titles, most=len(titles), placeholder="No other encoder"
    )


def rendering_picker(data: ShownData) -> str:
    """Returns the name of the rendering whose pictures are shown; the held-out one at first.

    Pictures that are all of one kind, or none, need no control.
    """
    held_out = data.held_out_rendering
    if len(data.renderings) < 2:
        return held_out
    first = sorted(data.renderings, key=lambda name: name != held_out)
    titles = {name: name + (" (held out)" if name == held_out else "") for name in first}
    return select_picker("Drawn by", choices.RENDERING, titles)


def pictures_toggle() -> bool:
    """Returns whether pictures are put on the map beside the captions."""
    return toggle("Show the pictures' own vectors", choices.PICTURES)


def language_titles(codes: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """Returns the shown name of every language by its code."""
    return {code: _language_title(code) for code in codes}


def language_names(codes: Sequence[str] = LANGUAGES) -> dict[str, str]:
    """Returns the English name of every language by its code, for figures."""
    return {code: language(code).name for code in codes}


def _language_title(code: str) -> str:
    known = language(code)
    return known.name if known.name == known.endonym else f"{known.name} · {known.endonym}"


def _single(
    widget: Callable[..., object],
    label: str,
    choice: Choice,
    titles: Mapping[str, str] | None,
    **options: Any,
) -> str:
    offered = choice.titles if titles is None else titles
    shown = view_state.one_of(choice, offered)
    chosen = widget(
        label,
        list(offered),
        format_func=lambda value: offered.get(value, value),
        **_bound(choice),
        **options,
    )
    return chosen if isinstance(chosen, str) and chosen in offered else shown


def _bound(choice: AnyChoice) -> dict[str, Any]:
    """Returns what binds a widget to a choice.

    Streamlit gives a widget that comes back on another page its value again only where it persists.
    """
    return {
        "key": view_state.choice_key(choice),
        "persist_state": "session",
        "on_change": view_state.by_person,
        "args": (choice,),
    }
