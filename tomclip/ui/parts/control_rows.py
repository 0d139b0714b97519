"""The controls at the head of a page: two rows, and what is changed less often behind one button.

Every page that sets out its controls here has the button, "More", in the same place: at the right
end of the second row.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

ROWS_STYLE = """
[data-variant="segmented_control"] {min-height: 2.5rem}
[data-testid="stLayoutWrapper"]:has(> [class*="st-key-controls_own_"]) {
  flex: 1 1 24rem; min-width: 0;
}
[class*="st-key-controls_own_"] [data-testid="stMultiSelectTagsContainer"] {
  max-height: 5.6rem; overflow-y: auto;
}
@media (min-width: 40rem) {
  [class*="st-key-controls_first_"] > :has([data-testid="stSelectbox"]) {min-width: 9.5rem}
  [class*="st-key-controls_first_"] > :has([data-tag]) {min-width: 14rem}
}
"""
"""Segmented buttons as high as fields, the whole name of a second encoder, and many languages that
move inside of two lines and a half, which shows that more follow."""


class ControlRows:
    """Two rows for controls, to be filled in any order.

    Attributes:
        first: what is looked at: the view, the data, the encoders.
        second: what the view needs.
        tail: before "More" at the right end of the second row, for buttons that open something.
    """

    def __init__(self, key: str) -> None:
        """Makes the rows, empty.

        Args:
            key: of the page, such as "topology".
        """
        self.first = st.container(
            horizontal=True, vertical_alignment="bottom", key=f"controls_first_{key}"
        )
        row = st.container(
            horizontal=True, vertical_alignment="bottom", horizontal_alignment="right"
        )
        self.second = row.container(
            horizontal=True, vertical_alignment="bottom", key=f"controls_own_{key}"
        )
        end = row.container(horizontal=True, wrap=False, width="content")
        self.tail = end.container(horizontal=True, wrap=False, width="content")
        self._last = end.container(width="content")

    @cached_property
    def more(self) -> DeltaGenerator:
        """The popover of the controls that have no room in the rows; made when first used."""
        return self._last.popover("More", icon=":material/tune:")
