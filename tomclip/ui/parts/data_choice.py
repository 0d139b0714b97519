"""What a page is about: the embedded emoji, or a workspace of one's own."""

from __future__ import annotations

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.ui import view_state
from tomclip.ui.computing.chosen_data import dataset, look_at
from tomclip.ui.computing.shown_makers import EMOJI, workspace_keys
from tomclip.ui.parts.controls import select_picker
from tomclip.ui.parts.feedback import refuse
from tomclip.ui.view_state import choices

EMOJI_TITLE = "Embedded emoji"
HELP = "One choice on all pages: the embedded emoji, or a workspace of the page Your data."


def data_picker() -> None:
    """Makes the rest of the page about the chosen data set; call it before anything reads one.

    Where there is no workspace there is no control, unless a link asks for one: that is refused in
    one sentence, as is a workspace that went or is damaged, and the page is about the emoji.
    """
    keys = {EMOJI.name: EMOJI, **workspace_keys()}
    gone = view_state.chosen(choices.DATA)
    if gone is not None and gone not in keys:
        view_state.choose(choices.DATA, EMOJI.name)
        st.info(f"{gone} is no longer there; shown are the embedded emoji.", icon=":material/info:")
    if len(keys) == 1 and choices.DATA.name not in st.query_params:
        return
    titles = {name: name.partition(":")[2] or EMOJI_TITLE for name in keys}
    name = select_picker("Data", choices.DATA, titles, help=HELP)
    try:
        look_at(keys[name])
    except TomclipError as error:
        refuse(error)
    if dataset().note:
        st.caption(dataset().note)


def missing_pictures() -> bool:
    """Returns whether the data set has no pictures, and says so."""
    if dataset().images:
        return False
    st.info(
        f"{dataset().title} has no pictures, which this view is about; add some to it under "
        "Your data.",
        icon=":material/hide_image:",
    )
    return True
