"""Figures that were added on other pages, arranged as one figure of a paper's size."""

from __future__ import annotations

from tomclip.ui.pages.export import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Export",
    "Figures that you added, as one figure at the size it is printed: PDF with its fonts, SVG with "
    "live text, pixels at any dpi, each with its numbers and how it was made.",
)
with sentences():
    page.show()
