"""The workspace that the pages are about, at the head of the Overview."""

from __future__ import annotations

import streamlit as st

from tomclip.data import language
from tomclip.ui.computing.chosen_data import dataset, look_at
from tomclip.ui.computing.shown_data import ShownData
from tomclip.ui.computing.shown_makers import EMOJI
from tomclip.ui.parts.data_choice import data_picker
from tomclip.ui.parts.layout import pictures
from tomclip.ui.parts.markdown import literal, shortened

SHOWN = 8
PAGES = (
    ("pages/2_embeddings.py", "Its maps"),
    ("pages/3_topology.py", "Its diagrams"),
    ("pages/4_compare.py", "Compare encoders on it"),
    ("pages/5_zero_shot.py", "Ask encoders about it"),
    ("pages/11_your_data.py", "Its files and findings"),
)


def show_own_data() -> None:
    """Offers the choice of data where there is one, and shows the chosen workspace in a card.

    The rest of the page is about the embedded emoji all the same: its scores are known, and nobody
    waits for those of other data before asking for them.
    """
    data_picker()
    data = dataset()
    if not data.key.path:
        return
    with st.container(border=True, key="own_data"):
        st.markdown(_facts(data))
        _show_items(data)
        with st.container(horizontal=True):
            for page, label in PAGES:
                st.page_link(page, label=label, icon=":material/arrow_forward:")
    st.caption(f"What follows is about the embedded emoji, not about **{literal(data.title)}**.")
    look_at(EMOJI)


def _facts(data: ShownData) -> str:
    languages = ", ".join(language(code).name for code in data.languages)
    parts = [
        f"**{literal(data.title)}**",
        f"{len(data):,} items",
        f"in {languages}" if languages else "without texts",
        f"{int((data.pictured >= 0).sum()):,} pictures" if data.images else "no pictures",
    ]
    return " · ".join(parts)


def _show_items(data: ShownData) -> None:
    """Shows the first items that have a picture, or the first texts where none has one."""
    rows = data.pictured_rows(data.rows())[:SHOWN]
    if len(rows):
        captions = [shortened(data.titles[row]) for row in rows.tolist()]
        pictures(rows.tolist(), captions, rendering=data.held_out_rendering)
        return
    texts = [shortened(data.titles[row]) for row in data.rows()[:SHOWN].tolist()]
    st.caption(" · ".join(map(literal, texts)))
