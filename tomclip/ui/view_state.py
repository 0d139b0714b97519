"""What a person has chosen: kept for the session and written into the address, to share a page.

A widget's key is the name of its parameter in the address. Several values are joined by commas. The
address decides when a page is opened by a link or with the browser's back button; a run that a
widget started keeps what the widget says, because the address may still be the one before it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

_BY_WIDGET = "_started_by_widget"
_THIS_RUN = "_this_run_by_widget"


def begin_run() -> None:
    """Notes whether a widget of this module started the run; call it first on every page."""
    st.session_state[_THIS_RUN] = st.session_state.pop(_BY_WIDGET, False)


def by_widget() -> None:
    """The `on_change` of every widget whose value goes into the address."""
    st.session_state[_BY_WIDGET] = True


def seed(name: str, accepted: Collection[str], default: str) -> str:
    """Gives a single-choice widget its value before it is drawn.

    Args:
        name: the widget's key and the parameter's name.
        accepted: values the widget offers.
        default: used when neither the address nor the session has an accepted value.

    Returns:
        A sentence when the address asks for something else, otherwise "".
    """
    asked = _asked(name)
    if asked in accepted:
        st.session_state[name] = asked
    if st.session_state.get(name) not in accepted:
        st.session_state[name] = default
    return "" if asked is None or asked in accepted else _refusal(name, [asked], accepted)


def seed_many(
    name: str, accepted: Collection[str], default: Sequence[str], *, most: int | None = None
) -> str:
    """Gives a multiple-choice widget its values before it is drawn; returns as `seed` does."""
    asked = _asked(name)
    stored = st.session_state.get(name, default)
    wanted = stored if asked is None else [value for value in asked.split(",") if value]
    kept = [value for value in dict.fromkeys(wanted) if value in accepted][:most]
    unknown = [value for value in wanted if value not in accepted]
    st.session_state[name] = kept if kept or not unknown else list(default)
    return _refusal(name, unknown, accepted) if asked and unknown else ""


def seed_number(name: str, low: int, high: int, default: int) -> str:
    """Gives a slider its whole number before it is drawn; returns as `seed` does."""
    asked = _asked(name)
    if asked is not None and asked.isdecimal() and low <= int(asked) <= high:
        st.session_state[name] = int(asked)
        asked = None
    value = st.session_state.get(name, default)
    st.session_state[name] = min(max(value, low), high)
    if asked is None:
        return ""
    return f"The link asks for {name} '{asked}'; use a whole number from {low} to {high}."


def seed_text(name: str) -> None:
    """Gives a text field its text before it is drawn."""
    asked = _asked(name)
    if asked is not None:
        st.session_state[name] = asked


def publish(name: str, value: object) -> None:
    """Writes the widget's value into the address; call it after the widget is drawn."""
    text = _as_text(value)
    st.session_state[_written(name)] = text
    if st.query_params.get(name) != text:
        st.query_params[name] = text


def _asked(name: str) -> str | None:
    """Returns what the address says when somebody else than this session put it there."""
    value = st.query_params.get(name)
    by_this_session = value == st.session_state.get(_written(name))
    return None if by_this_session or st.session_state.get(_THIS_RUN) else value


def _written(name: str) -> str:
    return f"_in_address_{name}"


def _as_text(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _refusal(name: str, unknown: Sequence[str], accepted: Collection[str]) -> str:
    came = ", ".join(f"'{value[:40]}'" for value in unknown[:3])
    return f"The link asks for {name} {came}, which is not known here; use {', '.join(accepted)}."
