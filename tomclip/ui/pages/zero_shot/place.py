"""Where a view of the page puts its controls: in the second row, and behind "More" at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import streamlit as st

from tomclip.ui.computing.shown_data import ShownData
from tomclip.ui.parts import controls

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator


KEY = "zero_shot_more"
STYLE = f"""<style>
.st-key-choice-encoders {{flex-grow: 2.2}}
.st-key-choice-data {{max-width: 20rem}}
[data-testid="stLayoutWrapper"]:has(> .st-key-{KEY}) {{order: 1}}
</style>"""
"""Gives encoders the room of two, and puts "More" behind what comes later in its row."""


class Place:
    """The row of controls that the page begins and a view fills."""

    def __init__(self) -> None:
        """Stands where it is made; nothing is shown before something is put there."""
        st.html(STYLE)
        self._row = st.container(horizontal=True, vertical_alignment="bottom")
        self._more: DeltaGenerator | None = None

    @contextmanager
    def row(self) -> Iterator[None]:
        """Puts what is shown inside into the row."""
        with self._row:
            yield

    @contextmanager
    def more(self) -> Iterator[None]:
        """Puts what is shown inside behind "More", which is there once something is."""
        if self._more is None:
            with self._row.container(key=KEY, width="content"):
                self._more = st.popover("More", icon=":material/tune:")
        with self._more:
            yield

    def rendering(self, data: ShownData) -> str:
        """Returns whose pictures are shown; there is no control where there is no choice."""
        if len(data.renderings) < 2:
            return data.held_out_rendering
        with self.more():
            return controls.rendering_picker(data)
