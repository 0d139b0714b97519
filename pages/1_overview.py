"""What the studio holds, and how the encoders do at a glance."""

from __future__ import annotations

import streamlit as st

from tomclip.ui.computing.maps import prepare_maps
from tomclip.ui.known_encoders.offered_encoders import shipped_and_pinned
from tomclip.ui.pages.overview.holdings import show_dataset, show_encoders
from tomclip.ui.pages.overview.jobs import show_jobs
from tomclip.ui.pages.overview.own_data import show_own_data
from tomclip.ui.pages.overview.question import show_question
from tomclip.ui.pages.overview.scores import show_scores
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header
from tomclip.ui.tour import show_tour_button

page_header(
    "ToMCLIP Studio",
    "See the shape of multilingual vision-language embeddings, and what training for that shape "
    "does to it. A student learns to place captions in 13 languages where an English teacher "
    "places the English ones; ToMCLIP also asks it to keep the topology of the whole cloud.",
    terms=("zero_shot", "interval", "h0", "wasserstein"),
)
with sentences():
    show_own_data()
show_tour_button("overview", "Take the two-minute tour")
verdict = st.container()
show_jobs()
with sentences():
    show_scores(verdict)
question = st.container()
with sentences():
    show_dataset()
with sentences():
    show_encoders(shipped_and_pinned())
    st.page_link("pages/9_encoders.py", label="Add an encoder", icon=":material/add:")
prepare_maps()
with question, sentences():
    show_question()
