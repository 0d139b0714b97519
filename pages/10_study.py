"""What helps: studies that compare forms of training over disjoint folds of concepts."""

from __future__ import annotations

from tomclip.ui.pages.study import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "What helps",
    "Studies that train a student in many ways on the same captions and hold each against the "
    "baseline on held-out concepts: with intervals, corrected tests, and the smallest gain that "
    "could have been seen.",
    terms=("interval", "zero_shot", "h0", "h1", "cka"),
)
with sentences():
    page.show()
