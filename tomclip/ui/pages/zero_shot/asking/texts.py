"""Find pictures: a text in any language, ranked against all pictures by every chosen encoder."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tomclip.core.languages import known_languages
from tomclip.core.languages import language as known_language
from tomclip.data.emoji import Subset
from tomclip.ui import view_state
from tomclip.ui.computing import cached
from tomclip.ui.computing.shown_data import ShownData
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.zero_shot.asking.answers import MOST_OFFERED, Shown, show_answers
from tomclip.ui.pages.zero_shot.asking.ranks import ranked, right_rows
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.pages.zero_shot.queries import checked_text, text_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_titles
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.view_state import choices

EXAMPLES = ("여우", "raketa", "pastel de cumpleaños", "снег", "カメラ", "a sleepy animal")
TOLD, NAMED = "", ""
"""The languages, and the right pictures, that are told by the text itself."""


def show_text_view(encoders: Sequence[str], subset: Subset, place: Place) -> None:
    """Shows the field for a text and what every encoder finds for it."""
    data = cached.dataset()
    with place.row():
        text = _typed_text()
    with place.more():
        chosen = _language_picker()
        right = _right_picker(data)
    rendering = place.rendering(data)
    if not text:
        st.info("Type a word or a sentence, in any language.", icon=":material/keyboard:")
        _examples()
        return
    language = chosen or told_language(text)
    if not ready(cached.picture_vectors_job(name, rendering) for name in encoders):
        return
    vectors = outcomes({name: text_job(name, text, language) for name in encoders})
    _say_language(encoders, language, chosen)
    candidates = {name: cached.picture_vectors(name, rendering) for name in vectors}
    rows = data.pictured_rows(data.rows(subset))
    found = {name: ranked(vectors[name], candidates[name], rows, data.pictured) for name in vectors}
    shown = Shown("", rendering, _right(data, text, language, right))
    show_answers("found", found, encoders[0], shown)


def told_language(text: str) -> str:
    """Returns the code of the language that a text is in, or "" where it cannot be told.

    It is English where only a library that is not installed could tell it.
    """
    from tomclip.workspaces.reading.detection import detected_language

    return detected_language([text]) or ""


def _say_language(encoders: Sequence[str], language: str, chosen: str) -> None:
    """Says how the text was read, where nobody chose it, and who was not trained on it."""
    if not language:
        st.caption("Its language could not be told; choose it under More if it matters.")
        return
    if not chosen:
        st.caption(f"Read as {known_language(language).name}, told by itself.")
    show_unread(encoders, (language,))


def _right(data: ShownData, text: str, language: str, chosen: str) -> list[int]:
    """Returns the rows of the right pictures: the chosen one, or those that the text names."""
    if chosen != NAMED:
        return [data.ids.index(chosen)]
    own = right_rows(data, text, [language]) if language in data.names else []
    return own or right_rows(data, text, data.languages)


def _typed_text() -> str:
    text = controls.text_field(
        "Text", choices.QUERY, placeholder="For example 여우, coffee or Geburtstagstorte"
    )
    return checked_text(text)


def _language_picker() -> str:
    codes = [row.code for row in known_languages()]
    titles = {TOLD: "told by itself", **controls.language_titles(codes)}
    return controls.select_picker("Its language", choices.QUERY_LANGUAGE, titles)


def _right_picker(data: ShownData) -> str:
    offered = data.pictured_rows(data.rows())[:MOST_OFFERED]
    titles = {NAMED: "what the text names", **concept_titles(offered)}
    return controls.select_picker(
        "Right picture",
        choices.RIGHT_CONCEPT,
        titles,
        help="Its rank under every encoder is shown, and whether it is among the first ten.",
    )


def _examples() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Try", width="content")
        for example in cached.dataset().examples or EXAMPLES:
            st.button(example, on_click=view_state.choose, args=(choices.QUERY, example))
