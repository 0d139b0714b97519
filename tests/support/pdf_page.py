"""A PDF as a test reads it: its size, its text, what its fonts hold, whether it has pictures."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader

POINTS = 72 / 25.4
"""Points of a millimetre."""


class Pdf:
    """Reads a PDF; `sheets` are the texts of its pages."""

    def __init__(self, content: bytes) -> None:
        self.pages = list(PdfReader(io.BytesIO(content)).pages)
        self.sheets = [page.extract_text() for page in self.pages]
        self.text = " ".join("\n".join(self.sheets).split())

    @property
    def millimetres(self) -> set[tuple[int, int]]:
        """Width and height of every page."""
        boxes = (page.mediabox for page in self.pages)
        return {(round(box.width / POINTS), round(box.height / POINTS)) for box in boxes}

    def fonts(self) -> Iterator[dict[str, Any]]:
        """Yields every font that a page, or a form drawn on it, names."""
        for page in self.pages:
            yield from _fonts(page["/Resources"].get_object())

    def not_embedded(self) -> list[str]:
        """Returns the names of fonts whose glyphs are not in the file."""
        return [str(font.get("/BaseFont", "?")) for font in self.fonts() if not _holds_glyphs(font)]

    def raster_pictures(self) -> int:
        """Returns how many bitmaps the pages draw."""
        return sum(len(page.images) for page in self.pages)

    def outside(self) -> list[str]:
        """Returns the texts that begin or stand outside of their page."""
        found: list[str] = []
        for page in self.pages:
            width, height = float(page.mediabox.width), float(page.mediabox.height)

            def visit(
                text: str,
                outer: Any,
                inner: Any,
                font: Any,
                size: Any,
                *,
                width: float = width,
                height: float = height,
            ) -> None:
                x = inner[4] * outer[0] + inner[5] * outer[2] + outer[4]
                y = inner[4] * outer[1] + inner[5] * outer[3] + outer[5]
                if text.strip() and not (0 <= x <= width and 0 <= y <= height):
                    found.append(text)

            page.extract_text(visitor_text=visit)
        return found


def _fonts(resources: Any) -> Iterator[dict[str, Any]]:
    for one in resources.get("/Font", {}).values():
        yield one.get_object()
    for one in resources.get("/XObject", {}).values():
        form = one.get_object()
        if form.get("/Subtype") == "/Form" and "/Resources" in form:
            yield from _fonts(form["/Resources"].get_object())


def _holds_glyphs(font: Any) -> bool:
    if font["/Subtype"] == "/Type3":
        return True
    within = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    described = within.get("/FontDescriptor", {})
    return any(name in described.get_object() for name in ("/FontFile", "/FontFile2", "/FontFile3"))
