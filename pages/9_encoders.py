"""Which encoders the studio offers, and how one is added."""

from __future__ import annotations

from tomclip.ui.pages.encoders import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Encoders",
    "Bring a published model, a directory or vectors of your own into the studio. It is loaded "
    "once to see that it works; from then on every page offers it, and links to it work.",
)
with sentences():
    page.show()
