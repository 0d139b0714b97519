"""Maps of the captions, per encoder and language."""

from __future__ import annotations

from tomclip.ui.pages.embeddings import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Embeddings",
    "Every point is one concept's name in one language, placed by the encoder. Set a second one "
    "beside the first to see the same captions under both: its map starts from the first one's.",
    terms=("aligned", "h0", "h1"),
)
with sentences():
    page.show()
