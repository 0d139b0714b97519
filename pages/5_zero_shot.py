"""Ask the encoders: a text finds pictures, a picture finds names."""

from __future__ import annotations

from tomclip.ui import zero_shot
from tomclip.ui.feedback import sentences
from tomclip.ui.layout import page_header

page_header(
    "Zero-shot & retrieval",
    "Type in any of the 13 languages and see which pictures each encoder finds, or give a picture "
    "and see the names it gets. Pictures and texts are compared by their cosine.",
)
with sentences():
    zero_shot.show()
