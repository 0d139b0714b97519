"""A set of figures composed as one figure of exact size, in every format, by one browser."""

from __future__ import annotations

import hashlib
import io
import threading
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from html import escape
from xml.etree.ElementTree import Element

from plotly.io.json import to_json_plotly

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress
from tomclip.export.drawer import Drawer, with_browser
from tomclip.export.paper.arranging import Arrangement, arranged
from tomclip.export.paper.drawings import crowds, parsed, texts, to_bytes
from tomclip.export.paper.fonts import FAMILY, font_list, web_fonts
from tomclip.export.paper.interactive import interactive_page
from tomclip.export.paper.panels import Prepared, unit_points
from tomclip.export.paper.settings import (
    MOST_PIXELS,
    PAPER_FORMATS,
    PaperFormat,
    PaperSettings,
)
from tomclip.export.sets.panel import PanelSet
from tomclip.figures.style.template import figure_content

MM_PER_INCH, POINTS_PER_INCH = 25.4, 72.0
Told = Callable[[], None]
NOT_DRAWN = ("customdata", "hovertemplate", "hovertext", "ids")
"""What traces carry for a page and no picture shows."""


def composed(
    panels: PanelSet,
    settings: PaperSettings,
    formats: Sequence[PaperFormat] = ("svg",),
    *,
    on_progress: OnProgress | None = None,
) -> dict[PaperFormat, bytes]:
    """Returns the set as one figure, in each of the formats.

    SVG has live text in named fonts; PDF is exactly as large and embeds TrueType fonts; PNG and
    TIFF say their dots per inch; HTML is a page with zoom and hover that needs no network, and no
    browser here. Marks beyond `settings.most_marks` are one raster layer inside SVG and PDF.

    Args:
        panels: at least one.
        settings: of the figure.
        formats: "svg", "pdf", "png", "tiff", "html".
        on_progress: told of every panel and file that is done.

    Raises:
        InputError: for an empty set, an unknown format, a damaged panel, or a size out of range.
        ExportError: without a browser, which "html" does not need.
    """
    unknown = [name for name in formats if name not in PAPER_FORMATS]
    if unknown:
        raise InputError(f"format is {unknown[0]!r}; use {', '.join(PAPER_FORMATS)}")
    if not panels.panels:
        raise InputError(
            f"the set {panels.name!r} has no panels; add figures by 'Add to export' in the studio"
        )
    plan = arranged(panels.panels, settings)
    _require_pixels(plan)
    drawn: list[PaperFormat] = [name for name in formats if name != "html"]
    told = _Told(on_progress, (len(plan.figures) if drawn else 0) + len(formats))
    files: dict[PaperFormat, bytes] = {}
    if drawn:
        work = _Work(panels, plan, drawn, told)
        files = with_browser(work.made)
    if "html" in formats:
        files["html"] = interactive_page(panels.name, plan)
        told()
    return {name: files[name] for name in formats}


def about(panels: PanelSet) -> str:
    """Returns what each panel shows, a line each, in plain text."""
    return "\n".join(one.title for one in panels.panels)


class _Told:
    """Counts what is done, and tells of it."""

    def __init__(self, on_progress: OnProgress | None, total: int) -> None:
        self._on_progress, self._total, self._done = on_progress, total, 0

    def __call__(self) -> None:
        self._done += 1
        if self._on_progress:
            self._on_progress(self._done, self._total)


class _Work:
    """What one browser does for a figure: it draws the panels, then prints the sheet."""

    def __init__(
        self, panels: PanelSet, plan: Arrangement, formats: Sequence[PaperFormat], told: Told
    ) -> None:
        self._panels, self._plan, self._told = panels, plan, told
        self._formats = formats

    async def made(self, drawer: Drawer) -> dict[PaperFormat, bytes]:
        """Returns the files by format."""
        drawings = []
        for number, one in enumerate(self._plan.figures):
            drawing = parsed(await _drawn(drawer, one), f"p{number}-")
            await self._flattened(drawer, drawing, one)
            drawings.append(drawing)
            self._told()
        sheet = self._plan.sheet(drawings)
        root = sheet.svg(self._panels.name, about(self._panels))
        files: dict[PaperFormat, bytes] = {}
        if "svg" in self._formats:
            files["svg"] = to_bytes(root)
            self._told()
        style = _font_style(root, self._plan.settings) if len(self._formats) > len(files) else ""
        if "pdf" in self._formats:
            page = _page(root, style, self._panels.name)
            printed = await drawer.pdf(page, sheet.width_mm, sheet.height_mm)
            files["pdf"] = trimmed(printed, sheet.width_mm, sheet.height_mm)
            self._told()
        if {"png", "tiff"} & set(self._formats):
            files |= await self._pixels(drawer, root, style)
        return files

    async def _flattened(self, drawer: Drawer, drawing: Element, one: Prepared) -> None:
        """Makes one raster layer of the marks of every crowded plot area."""
        settings = self._plan.settings
        for crowd in list(crowds(drawing, settings.most_marks)):
            dots = unit_points(settings) / POINTS_PER_INCH * settings.dpi
            width, height = round(one.width * dots), round(one.height * dots)
            alone = _sized(crowd.alone(), width, height)
            crowd.replace(await drawer.png(_page(alone), width, height, transparent=True))

    async def _pixels(self, drawer: Drawer, root: Element, style: str) -> dict[PaperFormat, bytes]:
        from PIL import Image

        settings = self._plan.settings
        width, height = _pixels_of(self._plan)
        picture = await drawer.png(_page(_sized(root, width, height), style), width, height)
        image = Image.open(io.BytesIO(picture)).convert("RGB")
        files: dict[PaperFormat, bytes] = {}
        for name, options in (("png", {"optimize": False}), ("tiff", {"compression": "tiff_lzw"})):
            if name in self._formats:
                buffer = io.BytesIO()
                image.save(buffer, name.upper(), dpi=(settings.dpi, settings.dpi), **options)
                files[name] = buffer.getvalue()  # type: ignore[literal-required]
                self._told()
        return files


def trimmed(pdf: bytes, width_mm: float, height_mm: float) -> bytes:
    """Returns the first page of a PDF cut at the right and below to its exact size."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import RectangleObject

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf)))
    for extra in range(len(writer.pages) - 1, 0, -1):
        writer.remove_page(extra)
    page = writer.pages[0]
    top = float(page.mediabox.top)
    width, height = (side / MM_PER_INCH * POINTS_PER_INCH for side in (width_mm, height_mm))
    box = RectangleObject((0, round(top - height, 4), round(width, 4), top))
    for kind in ("mediabox", "cropbox", "trimbox", "bleedbox", "artbox"):
        setattr(page, kind, box)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def _require_pixels(plan: Arrangement) -> None:
    longest = max(_pixels_of(plan))
    if longest > MOST_PIXELS:
        raise InputError(
            f"the figure would be {longest:,} pixels long at {plan.settings.dpi} dpi, and at most "
            f"{MOST_PIXELS:,} are drawn; take fewer dpi or a smaller width"
        )


def _pixels_of(plan: Arrangement) -> tuple[int, int]:
    dots = plan.settings.dpi / MM_PER_INCH
    return round(plan.settings.width_mm * dots), round(plan.height_mm * dots)


def _font_style(root: Element, settings: PaperSettings) -> str:
    """Returns the CSS that gives a page the fonts of the figure, cut and in TrueType outlines."""
    families = font_list(settings.font)
    fonts = web_fonts([name.strip() for name in families.split(",")], *texts(root))
    rules = "".join(font.rule for font in fonts)
    return f"{rules}svg text, svg text *{{font-family:'{FAMILY}',{families} !important}}"


def _page(svg: Element, style: str = "", title: str = "") -> str:
    plain = to_bytes(svg).decode().partition("?>")[2]
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(title)}</title>'
        "<style>@page{margin:0}"
        f"html,body{{margin:0;overflow:hidden}}svg{{display:block}}{style}</style></head>"
        f"<body>{plain}</body></html>"
    )


def _sized(svg: Element, width: int, height: int) -> Element:
    """Returns the drawing with a size in pixels, its parts shared."""
    attributes = {**svg.attrib, "width": str(width), "height": str(height)}
    copy = Element(svg.tag, {**attributes, "preserveAspectRatio": "none"})
    copy.extend(list(svg))
    return copy


class _Drawings:
    """Drawings of late, so that a figure arranged anew draws only what changed."""

    MOST_BYTES = 48 * 2**20

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()

    async def get(self, key: str, make: Callable[[], Awaitable[bytes]]) -> bytes:
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found
        made = await make()
        with self._lock:
            self._kept[key] = made
            while sum(map(len, self._kept.values())) > self.MOST_BYTES:
                self._kept.popitem(last=False)
        return made


_DRAWINGS = _Drawings()


async def _drawn(drawer: Drawer, one: Prepared) -> bytes:
    """Returns a panel as SVG, drawn where it was not of late."""
    content = figure_content(one.figure)
    traces = [{k: v for k, v in t.items() if k not in NOT_DRAWN} for t in content["data"]]
    content = {"data": traces, "layout": content["layout"]}
    size = {"width": one.width, "height": one.height}
    text = f"{size} {to_json_plotly(content)}"
    key = hashlib.sha256(text.encode()).hexdigest()
    return await _DRAWINGS.get(key, lambda: drawer.figure(content, format="svg", **size))
