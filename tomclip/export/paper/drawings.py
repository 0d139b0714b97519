"""Drawings as SVG trees: panels put side by side under their letters, with the texts kept live."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree

from tomclip.export.paper.panels import POINTS_PER_MM

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", SVG)
ElementTree.register_namespace("xlink", XLINK)
HREF = f"{{{XLINK}}}href"
_REFERENCE = re.compile(r"url\(([\"']?)#([^)\"']+)\1\)")
_TRANSLATION = re.compile(r"translate\(\s*(-?[\d.]+)[ ,]+(-?[\d.]+)\s*\)")
Element = ElementTree.Element


def tag(name: str) -> str:
    """Returns an SVG element's name in its namespace."""
    return f"{{{SVG}}}{name}"


def parsed(svg: bytes, prefix: str) -> Element:
    """Returns a drawing whose ids begin with `prefix`, so that several fit into one document."""
    root = ElementTree.fromstring(svg)
    ids = {one.get("id"): f"{prefix}{one.get('id')}" for one in root.iter() if one.get("id")}
    for one in root.iter():
        for name, value in list(one.attrib.items()):
            if name.startswith("data-"):
                del one.attrib[name]
            elif name == "id":
                one.set(name, ids[value])
            elif name in (HREF, "href") and value[1:] in ids:
                one.set(name, f"#{ids[value[1:]]}")
            elif name in ("style", "clip-path", "mask", "fill", "stroke"):
                one.set(name, _renamed(value, ids))
    return root


def _renamed(value: str, ids: Mapping[str | None, str]) -> str:
    """Returns an attribute with its references renamed and strokes that scale with the drawing."""
    value = value.replace("vector-effect: non-scaling-stroke;", "")
    return _REFERENCE.sub(lambda found: f"url(#{ids.get(found[2], found[2])})", value)


@dataclass(frozen=True)
class Placed:
    """A drawing and where it stands, in points from the upper left corner of the paper.

    Attributes:
        drawing: root of an SVG.
        left, top: of its upper left corner.
        scale: points of one of its units.
    """

    drawing: Element
    left: float
    top: float
    scale: float


@dataclass(frozen=True)
class Written:
    """A line of bold text; `left` and `baseline` in points."""

    text: str
    left: float
    baseline: float


@dataclass(frozen=True)
class Sheet:
    """What stands on the paper.

    Attributes:
        width_mm, height_mm: of the paper.
        ground: its colour.
        drawings: in the order they are drawn.
        titles: lines of text above the panels.
        font: CSS list of families.
        title_size: of the titles, in points.
        ink: of the titles.
    """

    width_mm: float
    height_mm: float
    ground: str
    drawings: Sequence[Placed]
    titles: Sequence[Written]
    font: str
    title_size: float
    ink: str

    def svg(self, name: str, about: str) -> Element:
        """Returns the sheet as an SVG of its size in mm, whose user units are points.

        Args:
            name: title of the document.
            about: its description, for those who hear it.
        """
        width, height = self.width_mm * POINTS_PER_MM, self.height_mm * POINTS_PER_MM
        root = Element(
            tag("svg"),
            {
                "width": f"{self.width_mm:.2f}mm",
                "height": f"{self.height_mm:.2f}mm",
                "viewBox": f"0 0 {width:.3f} {height:.3f}",
                "role": "img",
            },
        )
        ElementTree.SubElement(root, tag("title")).text = name
        ElementTree.SubElement(root, tag("desc")).text = about
        ground = {"width": f"{width:.3f}", "height": f"{height:.3f}", "fill": self.ground}
        ElementTree.SubElement(root, tag("rect"), ground)
        for one in self.drawings:
            place = f"translate({one.left:.3f},{one.top:.3f}) scale({one.scale:.5f})"
            group = ElementTree.SubElement(root, tag("g"), {"transform": place})
            group.extend(list(one.drawing))
        for line in self.titles:
            self._write(root, line)
        return root

    def _write(self, root: Element, line: Written) -> None:
        style = f"font-family: {self.font}; font-size: {self.title_size:.2f}px; font-weight: 600"
        place = {"x": f"{line.left:.3f}", "y": f"{line.baseline:.3f}", "fill": self.ink}
        text = ElementTree.SubElement(root, tag("text"), {**place, "style": style})
        text.text = line.text


def to_bytes(root: Element) -> bytes:
    """Returns the document in UTF-8."""
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def texts(root: Element) -> tuple[str, str]:
    """Returns all characters of the live texts: those in a regular weight, and those in bold."""
    regular, bold = [], []
    for one in root.iter(tag("text")):
        for part in one.iter():
            style = f"{one.get('style') or ''};{part.get('style') or ''}"
            heavy = re.search(r"font-weight:\s*(?:bold|[6-9]00)", style) or part.tag == tag("b")
            (bold if heavy else regular).extend(filter(None, (part.text, part.tail)))
    return "".join(regular), "".join(bold)


class Crowd:
    """The crowded marks of one plot area of a drawing."""

    def __init__(self, drawing: Element, groups: Sequence[Element]) -> None:
        self._drawing, self._groups = drawing, groups

    def alone(self) -> Element:
        """Returns the drawing with nothing but these marks, where they are."""
        kept = set(map(id, self._groups))
        copy = _pruned(self._drawing, kept)
        return copy if copy is not None else Element(tag("svg"))

    def replace(self, png: bytes) -> None:
        """Puts a picture of the whole drawing in the place of the marks."""
        first = self._groups[0]
        offset = _offset(self._drawing, first)
        for group in self._groups:
            group[:] = []
        view = [float(part) for part in (self._drawing.get("viewBox") or "0 0 0 0").split()]
        image = {
            "x": f"{-offset[0]:g}",
            "y": f"{-offset[1]:g}",
            "width": f"{view[2]:g}",
            "height": f"{view[3]:g}",
            "preserveAspectRatio": "none",
            HREF: f"data:image/png;base64,{base64.b64encode(png).decode()}",
        }
        ElementTree.SubElement(first, tag("image"), image)


def crowds(drawing: Element, most: int) -> Iterator[Crowd]:
    """Yields the marks of every plot area that has more than `most` (0: of none)."""
    if not most:
        return
    for layer in drawing.iter(tag("g")):
        if "scatterlayer" not in (layer.get("class") or "").split():
            continue
        groups = [one for one in layer.iter(tag("g")) if one.get("class") == "points" and len(one)]
        if sum(map(len, groups)) > most:
            yield Crowd(drawing, groups)


def _pruned(element: Element, kept: set[int]) -> Element | None:
    """Returns a copy that holds the kept elements, what they stand in, and definitions."""
    if id(element) in kept or element.tag == tag("defs"):
        return element
    parts = [part for child in element if (part := _pruned(child, kept)) is not None]
    drawn = [part for part in parts if part.tag != tag("defs")]
    if not drawn and "main-svg" not in (element.get("class") or ""):
        return None
    copy = Element(element.tag, element.attrib)
    copy.extend(parts)
    return copy


def _offset(root: Element, wanted: Element) -> tuple[float, float]:
    """Returns how far an element is moved by what it stands in; plotly only translates there."""
    above = {child: parent for parent in root.iter() for child in parent}
    x = y = 0.0
    place: Element | None = wanted
    while place is not None:
        for found in _TRANSLATION.finditer(place.get("transform") or ""):
            x, y = x + float(found.group(1)), y + float(found.group(2))
        place = above.get(place)
    return x, y
