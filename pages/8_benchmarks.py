"""Published benchmarks: which are on this machine, and what encoders score on them."""

from __future__ import annotations

from tomclip.ui.pages.benchmarks import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Benchmarks",
    "Zero-shot classification and retrieval on published pictures, per language, with intervals "
    "and paired tests between encoders. Pictures and captions come from their authors.",
    terms=("zero_shot", "interval", "h0", "h1", "cka"),
)
with sentences():
    page.show()
