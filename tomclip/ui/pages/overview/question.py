"""The Overview's question: is the shape of a language, in an encoder, that of English?"""

from __future__ import annotations

import streamlit as st

from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.computing.shown_data import ENGLISH
from tomclip.ui.known_encoders.offered_encoders import offered_encoders
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.topology.clouds import vectors_ready
from tomclip.ui.pages.topology.computations import PAIRS, tests_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.scores.shape_answer import shape_answer
from tomclip.ui.view_state import choices


def show_question() -> None:
    """Asks for an encoder and a language and answers; nothing is computed before an encoder.

    Where there is no encoder at all, there is no question.
    """
    if not offered_encoders():
        return
    st.subheader("Is a language's shape that of English?", anchor=False)
    titles = {"": "Choose an encoder", **controls.encoder_titles()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        encoder = controls.select_picker("Encoder", choices.ASKED_ENCODER, titles)
        language = controls.language_picker("Language", choices.ASKED_LANGUAGE, without=ENGLISH)
    if not encoder:
        return
    show_unread([encoder], [language])
    choice = CloudChoice(encoder, "all")
    if not vectors_ready(choice, cached.dataset().languages):
        return
    if tests := outcomes({"tests": tests_job(choice, scaled=False)}).get("tests"):
        st.info(shape_answer(tests, language, encoder=titles[encoder]), icon=":material/shapes:")
        st.caption(
            f"Mean distances between the diagrams of {PAIRS} samples of concepts, with 95 % "
            "intervals. All languages, and what is left when the size of the clouds is divided "
            "out, stand on the Topology page under *More than noise?*"
        )
