"""The saved sets: a new one, another name, an end, and a file of one's own."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import streamlit as st

from tomclip.core.paths import figure_sets_directory
from tomclip.export.sets import (
    SUFFIX,
    PanelSet,
    count_panels,
    delete_set,
    read_set,
    rename_set,
    require_set_name,
    save_set,
    set_names,
)
from tomclip.ui import view_state
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.view_state import choices


def show_set_buttons(name: str, *, there: bool) -> None:
    """Offers to begin, rename, delete, save and open a set; `there` says that it is on disk."""
    _beginning()
    if there:
        _renaming(name)
        _saving(name)
        _deleting(name)


def _beginning() -> None:
    with st.popover("New", icon=":material/add:"):
        with sentences(), st.form("new_set", border=False):
            new = st.text_input("Name of the new set", max_chars=64, placeholder="figure_2")
            if st.form_submit_button("Begin"):
                _open(save_set(PanelSet(require_set_name(new))).name)
        with sentences():
            given = st.file_uploader(f"Or open a saved file ({SUFFIX})", max_upload_size=256)
            if given is not None and st.button("Open it", key="open_set_file"):
                _open(_taken(given.name, given))


def _taken(file_name: str, content: io.BytesIO) -> str:
    """Returns the name under which a file that was brought is kept, after it was read whole."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"brought{SUFFIX}"
        path.write_bytes(content.getvalue())
        panels = read_set(path)
    stem = require_set_name(Path(file_name).name.removesuffix(SUFFIX))
    name, number = stem, 1
    while name in set_names():
        number += 1
        name = f"{stem}-{number}"
    return save_set(PanelSet(name, panels.panels, panels.settings)).name


def _open(name: str) -> None:
    view_state.choose(choices.EXPORT_SET, name)
    st.rerun()


def _renaming(name: str) -> None:
    with st.popover("Rename", icon=":material/edit:"), sentences():
        new = st.text_input("New name", value=name, key=f"new_set_name:{name}", max_chars=64)
        if st.button("Rename", key="rename_set", disabled=new.strip() == name):
            _open(rename_set(name, new))


def _saving(name: str) -> None:
    path = figure_sets_directory() / f"{name}{SUFFIX}"
    st.download_button(
        "Save a copy",
        path.read_bytes,
        f"{name}{SUFFIX}",
        "application/zip",
        icon=":material/save:",
        on_click="ignore",
        key="save_set",
        help="One file with all panels, to open here or on another machine.",
    )


def _deleting(name: str) -> None:
    with st.popover("Delete", icon=":material/delete:"), sentences():
        held = count_panels(name)
        st.caption(
            f"The set and its {held} panel{'' if held == 1 else 's'} are removed from the disk and "
            "cannot be brought back."
        )
        sure = st.checkbox("I am sure", key=f"sure_set:{name}")
        if st.button(f"Delete {name}", type="primary", key="delete_set", disabled=not sure):
            delete_set(name)
            left = set_names()
            view_state.choose(choices.EXPORT_SET, left[0] if left else None)
            st.rerun()
