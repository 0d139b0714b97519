"""The Zero-shot & retrieval page: a text finds pictures, a picture finds names, and the scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from tomclip.data.emoji import Subset
from tomclip.ui.computing import cached
from tomclip.ui.known_encoders.text_encoders import with_pictures
from tomclip.ui.pages.zero_shot.asking.languages import show_languages_view
from tomclip.ui.pages.zero_shot.asking.pictures import show_picture_view
from tomclip.ui.pages.zero_shot.asking.texts import show_text_view
from tomclip.ui.pages.zero_shot.categories import show_scores
from tomclip.ui.pages.zero_shot.classes import show_classes
from tomclip.ui.pages.zero_shot.language_gap import show_language_gap
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.pages.zero_shot.prompting.view import show_prompts
from tomclip.ui.parts import controls
from tomclip.ui.parts.data_choice import data_picker, missing_pictures
from tomclip.ui.view_state import choices

MOST_ENCODERS = 3
OF_PICTURES = ("text", "languages", "gap", "classes")
"""Views that are about the pictures of the data set."""
View = Callable[[Sequence[str], Subset, Place], None]
VIEWS: Mapping[str, View] = {
    "text": show_text_view,
    "picture": show_picture_view,
    "languages": show_languages_view,
    "accuracy": show_scores,
    "gap": show_language_gap,
    "classes": show_classes,
    "prompts": show_prompts,
}


def show() -> None:
    """Shows the controls and the chosen view."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        data_picker()
        view = controls.option_picker("View", choices.TASK, label_visibility="collapsed")
    place = Place()
    with place.row():
        encoders = controls.encoders_picker("Encoders, the baseline first", most=MOST_ENCODERS)
    if not encoders:
        st.info("Choose at least one encoder.")
        return
    if view in OF_PICTURES and missing_pictures():
        return
    subset = _subset(place)
    if encoders := with_pictures(encoders):
        VIEWS[view](encoders, subset, place)


def _subset(place: Place) -> Subset:
    """Returns the chosen part of the data set; one without parts shows no control."""
    if len(cached.dataset().subsets) == 1:
        return "all"
    with place.more():
        return controls.subset_picker(choices.AMONG)
