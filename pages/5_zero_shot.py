"""Ask the encoders: a text finds pictures, a picture finds names."""

from __future__ import annotations

from tomclip.ui.pages.zero_shot import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Zero-shot & retrieval",
    "Type in any language of the data and see which pictures each encoder finds, or give a picture "
    "and see the names it gets. Pictures and texts are compared by their cosine.",
    terms=("zero_shot", "interval"),
)
with sentences():
    page.show()
