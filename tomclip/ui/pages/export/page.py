"""The Export page: which set, its panels, how they are arranged, and the files to take away."""

from __future__ import annotations

import streamlit as st

from tomclip.export import NO_BROWSER, browser_available
from tomclip.export.sets import FIRST_NAME, PanelSet, open_set, set_names
from tomclip.ui.pages.export.drawn import show_files, show_preview
from tomclip.ui.pages.export.empty import show_empty
from tomclip.ui.pages.export.panels import show_panels
from tomclip.ui.pages.export.saved import show_set_buttons
from tomclip.ui.pages.export.settings import settings_pickers
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import sentence, sentences
from tomclip.ui.parts.layout import person
from tomclip.ui.view_state import choices


def show() -> None:
    """Shows the set, its panels beside the figure, and the files."""
    names = set_names() or (FIRST_NAME,)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = controls.select_picker("Set", choices.EXPORT_SET, {one: one for one in names})
        there = name in set_names()
        show_set_buttons(name, there=there)
    with sentences():
        found = open_set(name) if there else PanelSet(name)
        if found.panels:
            _arranged(found)
        else:
            show_empty(name)


def _arranged(found: PanelSet) -> None:
    owner = person()
    with sentences():
        settings = settings_pickers(found, owner)
        left, right = st.columns([2, 3], gap="large")
        with left:
            show_panels(found, owner)
        with right, sentences():
            if browser_available():
                show_preview(found, settings)
            else:
                st.info(sentence(NO_BROWSER), icon=":material/picture_as_pdf:")
            show_files(found, settings)
