"""Persistence diagrams per language, and the words behind their bars."""

from __future__ import annotations

from tomclip.ui.pages.topology import page
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import page_header

page_header(
    "Topology",
    "Join all captions that lie closer than a growing distance. Components merge (H0), loops open "
    "and close (H1): a persistence diagram marks the distances at which each is born and dies.",
    terms=("diagram", "h0", "h1", "bottleneck", "wasserstein", "sparsification"),
)
with sentences():
    page.show()
