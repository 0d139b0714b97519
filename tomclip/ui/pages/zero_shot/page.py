"""The Zero-shot & retrieval page: a text finds pictures, a picture finds names, and the scores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.reading.characters import searched
from tomclip.data import EmojiDataset
from tomclip.data.emoji import Subset
from tomclip.ui import view_state
from tomclip.ui.computing import cached
from tomclip.ui.pages.zero_shot.categories import show_scores
from tomclip.ui.pages.zero_shot.language_gap import show_language_gap
from tomclip.ui.pages.zero_shot.queries import checked_text, picture_job, ranking, text_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_titles, picture_address
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import pictures, side_by_side
from tomclip.ui.parts.text_encoders import with_pictures
from tomclip.ui.selecting.data import ids_of
from tomclip.ui.selecting.rows import item_rows, select_button
from tomclip.ui.view_state import choices

EXAMPLES = ("여우", "raketa", "pastel de cumpleaños", "снег", "カメラ", "a sleepy animal")
MOST_ENCODERS = 3
SHOWN_PICTURES, SHOWN_NAMES = 10, 10
UPLOAD_MEGABYTES = 10


def show() -> None:
    """Shows the controls and the chosen view."""
    encoders = controls.encoders_picker(most=MOST_ENCODERS)
    if not encoders:
        st.info("Choose at least one encoder.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = controls.option_picker("View", choices.TASK)
        subset = controls.subset_picker(choices.AMONG)
    if not (encoders := with_pictures(encoders)):
        return
    shown: Mapping[str, Callable[[Sequence[str], Subset], None]] = {
        "text": _text_view,
        "picture": _picture_view,
        "accuracy": show_scores,
        "gap": show_language_gap,
    }
    shown[view](encoders, subset)


def _text_view(encoders: Sequence[str], subset: Subset) -> None:
    data = cached.dataset()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = _typed_text()
        rendering = controls.rendering_picker(data)
    _examples()
    if not text:
        st.info("Type a word or a sentence, in any language.", icon=":material/keyboard:")
        return
    if not ready(cached.picture_vectors_job(name, rendering) for name in encoders):
        return
    vectors = outcomes({name: text_job(name, text) for name in encoders})
    titles, named = controls.encoder_titles(), concepts_named(data, text)
    columns = side_by_side("found_pictures", wide=True)
    for name in encoders:
        with columns.container(border=True):
            st.markdown(f"**{titles[name]}**")
            if name in vectors:
                candidates = cached.picture_vectors(name, rendering)
                found = ranking(vectors[name], candidates, data.rows(subset))
                _ranked_pictures(data, found, rendering, named)
                select_button(ids_of(found[0][:SHOWN_PICTURES]), f"found:{name}")


def _typed_text() -> str:
    text = controls.text_field(
        "Text", choices.QUERY, placeholder="For example 여우, coffee or Geburtstagstorte"
    )
    return checked_text(text)


def _examples() -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Try", width="content")
        for example in EXAMPLES:
            st.button(example, on_click=view_state.choose, args=(choices.QUERY, example))


def _ranked_pictures(
    data: EmojiDataset, found: tuple[np.ndarray, ...], rendering: str, named: Sequence[int]
) -> None:
    rows, similarity = found
    for row in named:
        place = np.flatnonzero(rows == row)
        if len(place):
            st.caption(f"*{data.names['en'][row]}* comes {place[0] + 1:,} of {len(rows):,}")
    shown = rows[:SHOWN_PICTURES]
    captions = [
        f"{data.names['en'][row]} · {cosine:.2f}"
        for row, cosine in zip(shown, similarity, strict=False)
    ]
    pictures(shown.tolist(), captions, rendering=rendering)


def concepts_named(data: EmojiDataset, text: str) -> list[int]:
    """Returns the rows of the concepts that have exactly this name in some language."""
    wanted = searched(text)
    found = {
        row
        for names in data.names.values()
        for row, name in enumerate(names)
        if searched(name) == wanted
    }
    return sorted(found)


def _picture_view(encoders: Sequence[str], subset: Subset) -> None:
    data = cached.dataset()
    shown, chooser = st.columns((1, 4))
    with chooser:
        content, file = _chosen_picture(data)
    language = controls.language_picker("Names in")
    jobs = {name: picture_job(name, content, file) for name in encoders}
    shown.image(content, width=128)
    if not ready(cached.text_vectors_job(name, language) for name in encoders):
        return
    vectors = outcomes(jobs)
    titles = controls.encoder_titles()
    columns = side_by_side("found_names", wide=True)
    for name in encoders:
        with columns.container(border=True):
            st.markdown(f"**{titles[name]}**")
            if name in vectors:
                candidates = cached.text_vectors(name, language)
                rows, similarity = ranking(vectors[name], candidates, data.rows(subset))
                _ranked_names(data, language, rows, similarity, key=f"zero_shot/names/{name}")


def _chosen_picture(data: EmojiDataset) -> tuple[bytes, str]:
    """Returns a picture file and its name: the one that was uploaded, or a concept's."""
    uploaded = st.file_uploader(
        "Your picture",
        type=["png", "jpg", "jpeg", "webp", "gif", "bmp"],
        max_upload_size=UPLOAD_MEGABYTES,
    )
    titles = concept_titles()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        identity = controls.select_picker("Or a concept", choices.SHOWN_CONCEPT, titles)
        rendering = controls.rendering_picker(data)
    if uploaded is not None:
        return uploaded.getvalue(), uploaded.name
    row = int(np.flatnonzero(data.concepts["id"] == identity)[0])
    return data.picture_png(row, rendering, 128), titles[identity]


def _ranked_names(
    data: EmojiDataset, language: str, rows: np.ndarray, similarity: np.ndarray, *, key: str
) -> None:
    shown = rows[:SHOWN_NAMES]
    table = pd.DataFrame(
        {
            "": [picture_address(int(row), data.held_out_rendering) for row in shown],
            "name": [data.names[language][row] for row in shown],
            "cosine": similarity[:SHOWN_NAMES],
        }
    )
    if language != "en":
        table.insert(2, "in English", [data.names["en"][row] for row in shown])
    item_rows(
        table,
        [(one,) for one in ids_of(shown)],
        key,
        hide_index=True,
        height="content",
        column_config={
            "": st.column_config.ImageColumn(width=36),
            "cosine": st.column_config.NumberColumn(format="%.2f", width="small"),
        },
    )
