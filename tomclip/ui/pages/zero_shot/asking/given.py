"""Pictures that a person brings: of the data set, files, or from the clipboard."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from tomclip.core.errors import InputError
from tomclip.ui.computing.shown_data import ShownData
from tomclip.ui.pages.zero_shot.asking.answers import MOST_OFFERED
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.pages.zero_shot.queries import read_picture
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_titles
from tomclip.ui.parts.feedback import refuse
from tomclip.ui.selecting.data import rows_of
from tomclip.ui.view_state import choices

UPLOAD_MEGABYTES = 10
MOST_PICTURES = 12
SIDE = 128
SUFFIXES = ("png", "jpg", "jpeg", "webp", "gif", "bmp")
PASTED = "zero_shot_pasted"


@dataclass(frozen=True, slots=True)
class Given:
    """A picture file.

    Attributes:
        content: its bytes.
        name: what it is called.
        row: of the concept that it shows, where that is known.
    """

    content: bytes
    name: str
    row: int | None = None


def given_pictures(data: ShownData, place: Place) -> tuple[list[Given], str]:
    """Shows the three ways to bring pictures, and returns those that can be read.

    Each of the others is refused in a sentence. At most 12 are returned, the newest way first:
    what was pasted, then files, then concepts. Beside them stands the language to name them in.
    """
    titles = concept_titles(data.pictured_rows(data.rows())[:MOST_OFFERED])
    with place.row():
        chosen = _of_data(titles)
        language = controls.language_picker("Names in")
        brought = _pasted_and_uploaded()
    rendering = place.rendering(data)
    of_data = [
        Given(data.picture_png(row, rendering, SIDE), titles[one], row)
        for one, row in zip(chosen, rows_of(chosen).tolist(), strict=True)
    ]
    every = [*readable(brought), *of_data]
    if len(every) > MOST_PICTURES:
        st.caption(f"Of the {len(every)} pictures the first {MOST_PICTURES} are named.")
    return every[:MOST_PICTURES], language


def _of_data(titles: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the ids of the chosen items; there is nothing to choose where none has a picture."""
    if not titles:
        return ()
    return controls.several_picker(
        "Pictures of the data set",
        choices.SHOWN_CONCEPTS,
        titles,
        most=MOST_PICTURES,
        placeholder="none",
    )


def readable(brought: Sequence[Given]) -> list[Given]:
    """Returns the files that are pictures, each content once; refuses the others in a sentence."""
    kept: dict[str, Given] = {}
    for one in brought:
        try:
            read_picture(one.content, one.name)
        except InputError as error:
            refuse(error)
            continue
        kept.setdefault(hashlib.sha256(one.content).hexdigest(), one)
    return list(kept.values())


def _pasted_and_uploaded() -> list[Given]:
    with st.popover("Your own pictures", icon=":material/add_photo_alternate:"):
        files = st.file_uploader(
            "Files",
            type=list(SUFFIXES),
            accept_multiple_files=True,
            max_upload_size=UPLOAD_MEGABYTES,
        )
        sent = st.chat_input(
            "Paste a picture here (Ctrl+V), then press Enter",
            key="zero_shot_paste",
            accept_file="multiple",
            file_type=list(SUFFIXES),
            max_upload_size=UPLOAD_MEGABYTES,
        )
        if sent is not None:
            _keep(sent)
        pasted: list[Given] = st.session_state.get(PASTED, [])
        if pasted:
            st.button(
                f"Forget {len(pasted)} pasted",
                icon=":material/delete:",
                key="zero_shot_forget",
                on_click=st.session_state.pop,
                args=(PASTED, None),
            )
    return [*pasted, *(Given(file.getvalue(), file.name) for file in files)]


def _keep(sent: object) -> None:
    """Keeps what was pasted for the session; words alone are answered with what is wanted."""
    files = getattr(sent, "files", [])
    if not files:
        st.caption("That was text; to find pictures for it, use “Find pictures”.")
        return
    before: list[Given] = st.session_state.get(PASTED, [])
    new = [
        Given(file.getvalue(), f"pasted {len(before) + place} ({file.name})")
        for place, file in enumerate(files, start=1)
    ]
    st.session_state[PASTED] = [*before, *new][-MOST_PICTURES:]
