"""The machine's fonts, cut to what a figure writes and made TrueType, for a PDF to embed.

Chromium embeds the outlines of TrueType fonts as such. It draws other fonts (CFF, such as Noto Sans
CJK) as Type 3 procedures, which conferences refuse: their outlines are converted here.
"""

from __future__ import annotations

import base64
import io
import logging
import os
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

LOGGER = logging.getLogger(__name__)
# fontTools writes a note for every table that it leaves out.
logging.getLogger("fontTools").setLevel(logging.ERROR)
SANS = (
    "Arial",
    "Liberation Sans",
    "Helvetica",
    "Noto Sans",
    "DejaVu Sans",
    "Noto Sans CJK KR",
    "Noto Sans CJK JP",
    "Apple SD Gothic Neo",
    "Hiragino Sans",
    "PingFang SC",
    "Malgun Gothic",
    "Yu Gothic",
    "Microsoft YaHei",
    "Arial Unicode MS",
)
SERIF = (
    "Times New Roman",
    "Liberation Serif",
    "Tinos",
    "Noto Serif",
    "DejaVu Serif",
    "Noto Serif CJK KR",
    "Noto Serif CJK JP",
    "AppleMyungjo",
    "Hiragino Mincho ProN",
    "Batang",
    "Yu Mincho",
)
FAMILIES: dict[str, tuple[str, ...]] = {"sans": SANS, "serif": SERIF}
"""By kind, the families that are looked for, in this order; further ones fill what they lack."""
SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
REGULAR, BOLD = 400, 600
FAMILY = "ToMCLIP figure"
"""The name under which the fonts of a figure are given to a page."""
DRAWN_BY_COLOUR = ("CBDT", "COLR", "sbix", "SVG ")
"""Tables of fonts in colour: their glyphs have no outlines to convert."""


class Face(NamedTuple):
    """One font of a file: where it is, its family and its weight (400 regular, 700 bold)."""

    path: Path
    number: int
    family: str
    weight: int


class WebFont(NamedTuple):
    """A font made for one figure: its weight, its TrueType file and the characters it covers."""

    weight: int
    content: bytes
    covers: frozenset[int]

    @property
    def rule(self) -> str:
        """The CSS rule that gives the font to a page or an SVG, as a part of the family FAMILY.

        One family for all: a character that only another weight covers is not thickened from it.
        """
        data = base64.b64encode(self.content).decode()
        span = ",".join(f"U+{code:X}" for code in sorted(self.covers))
        return (
            f"@font-face{{font-family:'{FAMILY}';font-weight:{self.weight};unicode-range:{span};"
            f"src:url(data:font/ttf;base64,{data}) format('truetype')}}"
        )


def font_list(kind: str) -> str:
    """Returns the families of a kind that this machine has, for CSS, with a generic one last.

    Args:
        kind: "sans", "serif", or the name of a family, which then goes before those of "sans".
    """
    wanted = FAMILIES.get(kind, (kind, *SANS))
    there = {face.family for face in machine_faces()}
    named = [name for name in wanted if name in there] or list(wanted)
    return ", ".join([*named, "serif" if kind == "serif" else "sans-serif"])


def web_fonts(families: Sequence[str], regular: str, bold: str) -> tuple[WebFont, ...]:
    """Returns fonts that cover the characters, cut to them and in TrueType outlines.

    Characters that no font of this machine has outlines for, such as emoji in colour, are left to
    the browser.

    Args:
        families: names in the order of preference.
        regular: every character written in a regular weight.
        bold: every character written in a bold one.
    """
    return _web_fonts(tuple(families), "".join(sorted(set(regular))), "".join(sorted(set(bold))))


@lru_cache(maxsize=16)
def _web_fonts(families: Sequence[str], regular: str, bold: str) -> tuple[WebFont, ...]:
    fonts: list[WebFont] = []
    for weight, text in ((REGULAR, regular), (BOLD, bold)):
        left = {ord(one) for one in text if not unicodedata.category(one).startswith("C")}
        for face in _preferred(families, weight):
            if not left:
                break
            font = _cut(face, left, weight)
            if font is not None:
                fonts.append(font)
                left -= font.covers
    return tuple(fonts)


@lru_cache(maxsize=1)
def machine_faces() -> tuple[Face, ...]:
    """Returns the fonts of this machine that are upright and no symbols; read once a process."""
    return tuple(face for path in sorted(_font_files()) for face in _faces(path))


def _font_files() -> Iterator[Path]:
    home = Path.home()
    places: Sequence[Path] = (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        home / ".local/share/fonts",
        home / ".fonts",
    )
    if sys.platform == "darwin":
        places = (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts")
    elif sys.platform == "win32":
        places = (Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",)
    for place in places:
        for folder, _, names in os.walk(place):
            yield from (Path(folder) / name for name in names if name.lower().endswith(SUFFIXES))


def _faces(path: Path) -> list[Face]:
    from fontTools.ttLib import TTCollection, TTFont, TTLibError

    try:
        if path.suffix.lower() in (".ttc", ".otc"):
            with TTCollection(path, lazy=True) as collection:
                fonts: list[Any] = list(collection.fonts)
                return [f for number, one in enumerate(fonts) if (f := _face(path, number, one))]
        with TTFont(path, lazy=True) as font:
            return [face] if (face := _face(path, 0, font)) else []
    except (TTLibError, OSError, AssertionError, KeyError, ValueError) as error:
        LOGGER.debug("%s is no font that can be read: %s", path, error)
        return []


def _face(path: Path, number: int, font: Any) -> Face | None:
    """Returns what a font says of itself; None for an italic one and one in colour."""
    if any(table in font for table in DRAWN_BY_COLOUR) or font["head"].macStyle & 2:
        return None
    family = font["name"].getBestFamilyName()
    weight = font["OS/2"].usWeightClass if "OS/2" in font else REGULAR
    condensed = "OS/2" in font and font["OS/2"].usWidthClass < 5
    return None if condensed or not family else Face(path, number, family, int(weight))


def _preferred(families: Sequence[str], weight: int) -> list[Face]:
    """Returns the faces by family in order, then all others, the nearest weight first."""
    rank = {family: place for place, family in enumerate(families)}
    return sorted(
        machine_faces(),
        key=lambda face: (rank.get(face.family, len(rank)), abs(face.weight - weight)),
    )


def _cut(face: Face, wanted: Iterable[int], weight: int) -> WebFont | None:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    with TTFont(face.path, fontNumber=face.number, lazy=True) as font:
        covers = frozenset(font.getBestCmap() or {}) & frozenset(wanted)
        if not covers:
            return None
        features = ["kern", "liga", "mark", "ccmp"]
        subsetter = Subsetter(Options(layout_features=features, notdef_outline=True))
        subsetter.populate(unicodes=covers)
        subsetter.subset(font)
        if "CFF " in font:
            _to_truetype(font)
        buffer = io.BytesIO()
        font.save(buffer)
    return WebFont(weight, buffer.getvalue(), covers)


def _to_truetype(font: Any) -> None:
    """Gives a font of cubic outlines quadratic ones, to within a thousandth of its size."""
    from fontTools.pens.cu2quPen import Cu2QuPen
    from fontTools.pens.ttGlyphPen import TTGlyphPen
    from fontTools.ttLib import newTable

    order, outlines = font.getGlyphOrder(), font.getGlyphSet()
    tolerance = font["head"].unitsPerEm / 1_000
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, tolerance, reverse_direction=True))
        glyphs[name] = pen.glyph()
    glyf: Any = newTable("glyf")
    font["loca"] = newTable("loca")
    glyf.glyphOrder, glyf.glyphs = order, glyphs
    font["glyf"] = glyf
    for name, (advance, _) in list(font["hmtx"].metrics.items()):
        glyphs[name].recalcBounds(glyf)
        font["hmtx"].metrics[name] = (advance, getattr(glyphs[name], "xMin", 0))
    maxp: Any = newTable("maxp")
    maxp.tableVersion, maxp.numGlyphs = 0x00010000, len(order)
    limits = "maxZones maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs "
    limits += "maxStackElements maxSizeOfInstructions maxComponentElements maxPoints maxContours "
    limits += "maxCompositePoints maxCompositeContours maxComponentDepth"
    for limit in limits.split():
        setattr(maxp, limit, 1 if limit == "maxZones" else 0)
    font["maxp"] = maxp
    font["post"].formatType = 3.0
    for table in ("CFF ", "VORG"):
        if table in font:
            del font[table]
    font.sfntVersion = "\x00\x01\x00\x00"
