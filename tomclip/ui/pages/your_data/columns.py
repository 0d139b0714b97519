"""What each column is: the proposal with the first rows, to be corrected and confirmed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from tomclip.core.languages import known_languages
from tomclip.core.reading.characters import cut_after
from tomclip.ui.parts.tables import show_table
from tomclip.ui.scores.score_names import language_title
from tomclip.workspaces import ROLE_TITLES, ROLES, ColumnUse, Inspection
from tomclip.workspaces.importing import Changes
from tomclip.workspaces.reading.columns import BY_ROW, DETECT, Role
from tomclip.workspaces.reading.detection import can_tell_words

SHOWN_ROWS, SCROLLED_FROM, VALUE_LENGTH = 10, 8, 48


def show_columns(found: Inspection, draft: int) -> Changes:
    """Shows the first rows and a choice for every column, and returns what a person changed.

    Args:
        found: The files, read.
        draft: Number of these files among those of the session, for the widgets' keys.
    """
    if found.mapping is None:
        st.caption(f"{len(found.sources.pictures):,} pictures and no table: each is an item.")
        return {}
    head = found.head(SHOWN_ROWS)
    st.markdown(f"**First {len(head)} rows** of {_rows(found):,}")
    show_table(head, hide_index=True, height="content")
    st.markdown("**What each column is.** Correct what was guessed wrongly.")
    many = len(found.mapping.uses) > SCROLLED_FROM
    with st.container(height=460 if many else "content", border=many):
        chosen = [_column(use, head[use.name], draft) for use in found.mapping.uses]
    return {
        use.name: (role, language)
        for use, (role, language) in zip(found.mapping.uses, chosen, strict=True)
        if (role, language) != (use.role, use.language)
    }


def _rows(found: Inspection) -> int:
    return 0 if found.table is None else found.table.num_rows


def _column(use: ColumnUse, values: pd.Series, draft: int) -> tuple[Role, str]:
    """Shows one column's choices, and returns its role and language."""
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(width=280, gap=None):
            st.text(use.name)
            st.caption(_escaped(_first(values)))
        role = st.selectbox(
            f"What {use.name} is",
            ROLES,
            index=ROLES.index(use.role),
            format_func=lambda one: _capital(ROLE_TITLES[one]),
            key=f"role:{draft}:{use.name}",
            label_visibility="collapsed",
            width=210,
        )
        if role != "text":
            return role, ""
        offered = _languages(use.language)
        language = st.selectbox(
            f"Language of {use.name}",
            list(offered),
            index=list(offered).index(use.language),
            format_func=lambda one: offered[one],
            key=f"language:{draft}:{use.name}",
            label_visibility="collapsed",
            width=230,
        )
        if use.guessed and language == use.language:
            st.badge("guessed", icon=":material/help:", color="orange")
    return role, language


def _languages(proposed: str) -> Mapping[str, str]:
    """Returns the titles of the languages that a text column can be in."""
    titles = {BY_ROW: "As another column says"}
    if can_tell_words() or proposed == DETECT:
        titles[DETECT] = "Told row by row"
    titles |= {row.code: f"{row.name} ({row.code})" for row in known_languages()}
    return titles if proposed in titles else {**titles, proposed: language_title(proposed)}


def _first(values: Sequence[str] | pd.Series) -> str:
    shown = ", ".join(dict.fromkeys(value for value in values if value)) or "empty"
    return cut_after(shown, VALUE_LENGTH)


def _escaped(text: str) -> str:
    """Returns a text as markdown that shows it, whatever signs it holds."""
    return "".join(f"\\{one}" if one in r"\`*_{}[]()#+-.!|<>~$:&" else one for one in text)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
