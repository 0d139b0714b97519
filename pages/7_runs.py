"""Every training run on this machine."""

from __future__ import annotations

from tomclip.ui.pages.runs import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Runs",
    "What was trained here: compare settings and scores, keep notes, use a student everywhere in "
    "the studio, and clear up.",
    terms=("exact", "paper", "edges", "zero_shot"),
)
with sentences():
    page.show()
