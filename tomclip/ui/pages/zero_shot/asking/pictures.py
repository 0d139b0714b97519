"""Name pictures: each picture, of the data set or brought, gets names by every chosen encoder."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tomclip.data.emoji import Subset
from tomclip.ui.computing import cached
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.zero_shot.asking.answers import Shown, show_answers
from tomclip.ui.pages.zero_shot.asking.given import Given, given_pictures
from tomclip.ui.pages.zero_shot.asking.ranks import ranked
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.pages.zero_shot.queries import picture_job
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.markdown import literal

WIDTH = 112


def show_picture_view(encoders: Sequence[str], subset: Subset, place: Place) -> None:
    """Shows the pictures and the names that every encoder gives them."""
    pictures, language = given_pictures(cached.dataset(), place)
    if not pictures:
        st.info(_wanted(), icon=":material/image:")
        return
    show_unread(encoders, (language,))
    if not ready(cached.text_vectors_job(name, language) for name in encoders):
        return
    for number, picture in enumerate(pictures):
        _name(number, picture, encoders, subset, language)


def _wanted() -> str:
    """Returns what is asked for where no picture came."""
    data = cached.dataset()
    if not data.images:
        return f"{data.title} has texts and no pictures; bring one of your own to name it by them."
    return f"Choose one of the {data.item_word.lower()}, or bring a picture of your own."


def _name(
    number: int, picture: Given, encoders: Sequence[str], subset: Subset, language: str
) -> None:
    """Shows one picture beside the names that it gets."""
    data = cached.dataset()
    vectors = outcomes(
        {name: picture_job(name, picture.content, picture.name) for name in encoders}
    )
    rows, places = data.described(data.rows(subset), [language]), data.places(language)
    found = {
        name: ranked(vectors[name], cached.text_vectors(name, language), rows, places)
        for name in vectors
    }
    with st.container(horizontal=True, vertical_alignment="center"):
        st.image(picture.content, width=WIDTH)
        st.markdown(f"**{literal(picture.name)}**")
    right = [] if picture.row is None else [picture.row]
    shown = Shown(language, data.held_out_rendering, right)
    show_answers(f"named_{number}", found, encoders[0], shown)
