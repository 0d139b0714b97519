"""Two or more encoders side by side."""

from __future__ import annotations

from tomclip.ui.pages.compare import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Compare",
    "The same concepts under two or more encoders: differences with paired intervals, diagrams on "
    "the same axes, maps that start from the first one's.",
    terms=("diagram", "h0", "h1", "wasserstein", "cka", "aligned", "interval"),
)
with sentences():
    page.show()
