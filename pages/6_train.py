"""Start a training run and watch shape and accuracy move."""

from __future__ import annotations

from tomclip.ui.pages.train import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Train",
    "Set how much topology weighs in the loss, start, and watch accuracy and shape of every "
    "language move together. A run goes on when this page is closed.",
    terms=("exact", "paper", "edges", "h0", "h1"),
)
with sentences():
    page.show()
