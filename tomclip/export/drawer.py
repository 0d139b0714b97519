"""A started Chromium that draws figures, and prints or photographs pages at an exact size."""

from __future__ import annotations

import asyncio
import base64
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

import kaleido
import plotly.graph_objects as go

from tomclip.export.browser import RENDER_SECONDS, ask, in_browser

T = TypeVar("T")
MM_PER_INCH = 25.4
INSTEAD = "try again with a smaller size, or take HTML and CSV"


class Drawer:
    """A started browser; see `with_browser`."""

    def __init__(self, browser: kaleido.Kaleido, folder: Path) -> None:
        self._browser, self._folder = browser, folder
        self._tab: Any = None

    async def figure(self, figure: go.Figure | dict[str, Any], **options: Any) -> bytes:
        """Returns a figure as kaleido draws it: `format`, `width`, `height`, `scale`."""
        return await self._browser.calc_fig(figure, opts=options)  # pyright: ignore

    async def pdf(self, html: str, width_mm: float, height_mm: float) -> bytes:
        """Returns the page as PDF; its paper is at least as large, by less than half a mm."""
        tab = await self._opened(html)
        # Chromium rounds the paper to its own units; `paper.pdf` trims it to the exact size.
        paper = {
            "printBackground": True,
            "generateTaggedPDF": False,
            "paperWidth": (width_mm + 0.2) / MM_PER_INCH,
            "paperHeight": (height_mm + 0.2) / MM_PER_INCH,
            **{f"margin{side}": 0 for side in ("Top", "Bottom", "Left", "Right")},
        }
        return base64.b64decode((await ask(tab, "Page.printToPDF", paper))["data"])

    async def png(self, html: str, width: int, height: int, *, transparent: bool = False) -> bytes:
        """Returns the upper left `width` by `height` pixels of the page."""
        tab = await self._opened(html, width, height)
        ground = {"color": {"r": 0, "g": 0, "b": 0, "a": 0}} if transparent else {}
        await ask(tab, "Emulation.setDefaultBackgroundColorOverride", ground)
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        shot = {"format": "png", "clip": clip, "captureBeyondViewport": True}
        return base64.b64decode((await ask(tab, "Page.captureScreenshot", shot))["data"])

    async def _opened(self, html: str, width: int = 1200, height: int = 900) -> Any:
        """Returns the tab once it shows the page, with its fonts."""
        page = self._folder / "page.html"
        page.write_text(html, encoding="utf-8")
        if self._tab is None:
            self._tab = await self._browser.create_tab("")
            await ask(self._tab, "Page.enable")
        tab = self._tab
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await ask(tab, "Emulation.setDeviceMetricsOverride", size)
        loaded = tab.subscribe_once("Page.loadEventFired")
        await ask(tab, "Page.navigate", {"url": page.as_uri()})
        await asyncio.wait_for(loaded, RENDER_SECONDS)
        ready = {"expression": "document.fonts.ready.then(() => true)", "awaitPromise": True}
        await ask(tab, "Runtime.evaluate", ready)
        return tab


def with_browser(work: Callable[[Drawer], Awaitable[T]]) -> T:
    """Returns what `work` makes with a browser that is started for it and closed afterwards.

    It runs in a thread with its own event loop, as the caller may be inside one.

    Raises:
        ExportError: when there is no browser, which the sentence says how to get, or it failed.
    """
    return in_browser(lambda: _session(work), what="the figure", instead=INSTEAD)


async def _session(work: Callable[[Drawer], Awaitable[T]]) -> T:
    with tempfile.TemporaryDirectory(prefix="tomclip-export-") as folder:
        async with kaleido.Kaleido(n=1, timeout=RENDER_SECONDS, mathjax=False) as browser:
            return await work(Drawer(browser, Path(folder)))
