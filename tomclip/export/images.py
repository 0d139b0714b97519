"""Figures as PNG, SVG, PDF or stand-alone HTML bytes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, get_args

import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.export.drawer import Drawer, with_browser
from tomclip.figures.style.head import fit_head
from tomclip.figures.style.palette import PALETTES, ThemeName
from tomclip.figures.style.template import figure_content, restyled

ImageFormat = Literal["png", "svg", "pdf"]
FORMATS: tuple[ImageFormat, ...] = get_args(ImageFormat)
DEFAULT_WIDTH, DEFAULT_HEIGHT = 900, 520
SIDE_LIMITS, SCALE_LIMITS = (200, 6_000), (0.25, 8.0)


def for_paper(
    figure: go.Figure,
    *,
    theme: ThemeName | None = None,
    transparent: bool = False,
    font_family: str | None = None,
    width: int | None = None,
) -> go.Figure:
    """Returns a copy for a static image: vector traces in place of WebGL, and a solid ground.

    WebGL traces would become a bitmap inside an SVG or PDF. Titles are broken into lines for the
    width, where it is given, and the height follows.
    """
    styled = figure_content(restyled(figure, theme=theme, font_family=font_family))
    for trace in styled["data"]:
        trace["type"] = "scatter" if trace.get("type") == "scattergl" else trace.get("type")
    used: ThemeName = styled["layout"]["meta"]["theme"]
    if not transparent:
        styled["layout"]["paper_bgcolor"] = PALETTES[used]["paper"]
    ready = go.Figure(styled)
    if width is not None:
        fit_head(ready, width)
    return ready


def images_bytes(
    figure: go.Figure,
    formats: Sequence[ImageFormat] = FORMATS,
    *,
    width: int = DEFAULT_WIDTH,
    height: int | None = None,
    scale: float = 2.0,
    theme: ThemeName | None = None,
    transparent: bool = False,
    font_family: str | None = None,
) -> dict[ImageFormat, bytes]:
    """Returns the figure in several formats, rendered by one browser that is closed afterwards.

    Args:
        figure: a figure of `tomclip.figures`.
        formats: "png", "svg", "pdf".
        width: in pixels, 200 to 6,000.
        height: in pixels, 200 to 6,000; None is the figure's own.
        scale: pixels of the PNG per layout pixel, .25 to 8; 2 is sharp in print at half size.
        theme: "light" or "dark"; None is the figure's own.
        transparent: leave the ground out.
        font_family: comma-separated font names; None is the shared list. An SVG names its fonts, a
            PDF and a PNG hold what this machine has.

    Raises:
        InputError: for an unknown format, or a size out of range.
        ExportError: when there is no browser, which the sentence says how to get, or it failed.
    """
    ready = for_paper(
        figure, theme=theme, transparent=transparent, font_family=font_family, width=width
    )
    layout: Any = ready.layout
    height = height or int(layout.height or DEFAULT_HEIGHT)
    _require_valid(formats, width, height, scale)
    ready.update_layout(width=width, height=height)
    size = {"width": width, "height": height, "scale": scale}
    jobs = [{**size, "format": name, "scale": scale if name == "png" else 1} for name in formats]
    return dict(zip(formats, _rendered(ready, jobs), strict=True))


def image_bytes(
    figure: go.Figure,
    image_format: ImageFormat = "png",
    *,
    width: int = DEFAULT_WIDTH,
    height: int | None = None,
    scale: float = 2.0,
    theme: ThemeName | None = None,
    transparent: bool = False,
    font_family: str | None = None,
) -> bytes:
    """Returns the figure in one format; see `images_bytes` for arguments and errors."""
    images = images_bytes(
        figure,
        [image_format],
        width=width,
        height=height,
        scale=scale,
        theme=theme,
        transparent=transparent,
        font_family=font_family,
    )
    return images[image_format]


def html_bytes(figure: go.Figure, *, theme: ThemeName | None = None) -> bytes:
    """Returns a page of about 5 MB with the figure, its zoom and hover; it needs no network."""
    meta = figure_content(figure)["layout"].get("meta") or {}
    used: ThemeName = theme or meta.get("theme", "light")
    styled = restyled(figure, theme=used)
    styled.update_layout(paper_bgcolor=PALETTES[used]["paper"])
    config = {"displaylogo": False, "responsive": True, "toImageButtonOptions": {"format": "svg"}}
    html = styled.to_html(include_plotlyjs=True, full_html=True, config=config, auto_play=False)
    if least := meta.get("least_width"):
        html = html.replace("<body>", f'<body style="min-width: {int(least)}px">', 1)
    return html.encode()


def _require_valid(formats: Sequence[str], width: int, height: int, scale: float) -> None:
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise InputError(f"image format is {unknown[0]!r}; use {', '.join(map(repr, FORMATS))}")
    for name, value, (low, high) in (
        ("width", width, SIDE_LIMITS),
        ("height", height, SIDE_LIMITS),
        ("scale", scale, SCALE_LIMITS),
    ):
        if not low <= value <= high:
            raise InputError(f"{name} is {value:g}; use {low:g} to {high:g}")


def _rendered(figure: go.Figure, jobs: Sequence[dict[str, Any]]) -> list[bytes]:
    async def drawn(drawer: Drawer) -> list[bytes]:
        return [await drawer.figure(figure, **job) for job in jobs]

    return with_browser(drawn)
