"""Takes figures away: image bytes, stand-alone HTML, and a bundle that says how it was made."""

from __future__ import annotations

from tomclip.export.browser import NO_BROWSER, ExportError, browser_available
from tomclip.export.bundle import figure_bundle
from tomclip.export.images import (
    FORMATS,
    html_bytes,
    image_bytes,
    images_bytes,
)
from tomclip.export.pages import figures_page
from tomclip.export.spreadsheets import harmless, harmless_table, spreadsheet_csv

__all__ = [
    "FORMATS",
    "NO_BROWSER",
    "ExportError",
    "browser_available",
    "figure_bundle",
    "figures_page",
    "harmless",
    "harmless_table",
    "html_bytes",
    "image_bytes",
    "images_bytes",
    "spreadsheet_csv",
]
