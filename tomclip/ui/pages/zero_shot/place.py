"""Where a view of the page puts its controls: in the second row, and behind "More" at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from tomclip.ui.computing.shown_data import ShownData
from tomclip.ui.parts import controls


class Place:
    """The end of the row of controls that a view fills."""

    def __init__(self) -> None:
        """Stands where it is made; nothing is shown before a view puts something there."""
        self._row = st.container(horizontal=True, vertical_alignment="bottom", key="zero_shot_view")
        self._end = st.container(width="content")
        self._more = None

    @contextmanager
    def row(self) -> Iterator[None]:
        """Puts what is shown inside into the row."""
        with self._row:
            yield

    @contextmanager
    def more(self) -> Iterator[None]:
        """Puts what is shown inside behind "More", which is there once something is."""
        if self._more is None:
            self._more = self._end.popover("More", icon=":material/tune:")
        with self._more:
            yield

    def rendering(self, data: ShownData) -> str:
        """Returns whose pictures are shown; there is no control where there is no choice."""
        if len(data.renderings) < 2:
            return data.held_out_rendering
        with self.more():
            return controls.rendering_picker(data)
