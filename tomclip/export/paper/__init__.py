"""Figures at paper size: panels, letters, one legend, fonts and inks, in every format."""

from __future__ import annotations

from tomclip.export.paper.arranging import arranged
from tomclip.export.paper.composing import composed
from tomclip.export.paper.package import figure_package, figure_stem, panel_facts
from tomclip.export.paper.settings import (
    PAPER_FORMATS,
    PaperFormat,
    PaperSettings,
    settings_from,
)
from tomclip.export.paper.venues import VENUES, venue_width

__all__ = [
    "PAPER_FORMATS",
    "VENUES",
    "PaperFormat",
    "PaperSettings",
    "arranged",
    "composed",
    "figure_package",
    "figure_stem",
    "panel_facts",
    "settings_from",
    "venue_width",
]
