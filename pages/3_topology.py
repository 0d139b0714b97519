"""Persistence diagrams per language, and the words behind their bars."""

from __future__ import annotations

from tomclip.ui import topology
from tomclip.ui.feedback import sentences
from tomclip.ui.layout import page_header

page_header(
    "Topology",
    "Join all captions that lie closer than a growing distance. Components merge (H0), loops open "
    "and close (H1): a persistence diagram marks the distances at which each is born and dies.",
)
with sentences():
    topology.show()
