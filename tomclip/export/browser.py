"""The one Chromium of this process: it draws figures, and prints pages at an exact size."""

from __future__ import annotations

import asyncio
import base64
import os
import tempfile
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import kaleido
import plotly.graph_objects as go
from choreographer.browsers.chromium import Chromium
from choreographer.errors import DevtoolsProtocolError
from kaleido.errors import (
    BrowserClosedError,
    BrowserFailedError,
    ChromeNotFoundError,
    JavascriptError,
    KaleidoError,
)

from tomclip.core.errors import TomclipError

T = TypeVar("T")
RENDER_SECONDS = 90
POINTS_PER_INCH, MM_PER_INCH = 72.0, 25.4
NO_BROWSER = (
    "no Chrome or Chromium was found on this machine, which PNG, SVG and PDF need; run "
    "'plotly_get_chrome' once to download one, or install Chromium, or take HTML and CSV, which "
    "need none"
)
# One browser at a time in this process: it costs about 200 MB, and the machine may be small.
_LOCK = threading.Lock()


class ExportError(TomclipError):
    """A figure cannot be turned into an image on this machine."""


def browser_available() -> bool:
    """Returns whether a Chrome or Chromium is installed, without starting it."""
    configured = os.environ.get("BROWSER_PATH")
    if configured:
        return os.path.exists(configured)
    return Chromium.find_browser(skip_local=False) is not None


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
        answer = await tab.send_command(
            "Page.printToPDF",
            params={
                "printBackground": True,
                "generateTaggedPDF": False,
                "paperWidth": (width_mm + 0.2) / MM_PER_INCH,
                "paperHeight": (height_mm + 0.2) / MM_PER_INCH,
                **{f"margin{side}": 0 for side in ("Top", "Bottom", "Left", "Right")},
            },
        )
        return base64.b64decode(_result(answer)["data"])

    async def png(self, html: str, width: int, height: int, *, transparent: bool = False) -> bytes:
        """Returns the upper left `width` by `height` pixels of the page."""
        tab = await self._opened(html, width, height)
        ground = {"color": {"r": 0, "g": 0, "b": 0, "a": 0}} if transparent else {}
        _result(
            await tab.send_command("Emulation.setDefaultBackgroundColorOverride", params=ground)
        )
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        answer = await tab.send_command(
            "Page.captureScreenshot",
            params={"format": "png", "clip": clip, "captureBeyondViewport": True},
        )
        return base64.b64decode(_result(answer)["data"])

    async def _opened(self, html: str, width: int = 1200, height: int = 900) -> Any:
        """Returns the tab once it shows the page, with its fonts."""
        page = self._folder / "page.html"
        page.write_text(html, encoding="utf-8")
        if self._tab is None:
            self._tab = await self._browser.create_tab("")
            _result(await self._tab.send_command("Page.enable"))
        tab = self._tab
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        _result(await tab.send_command("Emulation.setDeviceMetricsOverride", params=size))
        loaded = tab.subscribe_once("Page.loadEventFired")
        _result(await tab.send_command("Page.navigate", params={"url": page.as_uri()}))
        await asyncio.wait_for(loaded, RENDER_SECONDS)
        ready = {"expression": "document.fonts.ready.then(() => true)", "awaitPromise": True}
        _result(await tab.send_command("Runtime.evaluate", params=ready))
        return tab


def with_browser(work: Callable[[Drawer], Awaitable[T]]) -> T:
    """Returns what `work` makes with a browser that is started for it and closed afterwards.

    It runs in a thread with its own event loop, as the caller may be inside one.

    Raises:
        ExportError: when there is no browser, which the sentence says how to get, or it failed.
    """
    try:
        with _LOCK, ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(asyncio.run, _session(work)).result()
    except ChromeNotFoundError as error:
        raise ExportError(NO_BROWSER) from error
    except (
        BrowserClosedError,
        BrowserFailedError,
        DevtoolsProtocolError,
        JavascriptError,
        KaleidoError,
        TimeoutError,
    ) as error:
        raise ExportError(
            f"the browser could not draw the figure ({error or type(error).__name__}); try again "
            "with a smaller size, or take HTML and CSV"
        ) from error


async def _session(work: Callable[[Drawer], Awaitable[T]]) -> T:
    with tempfile.TemporaryDirectory(prefix="tomclip-export-") as folder:
        async with kaleido.Kaleido(n=1, timeout=RENDER_SECONDS, mathjax=False) as browser:
            return await work(Drawer(browser, Path(folder)))


def _result(answer: Any) -> dict[str, Any]:
    if "error" in answer:
        raise DevtoolsProtocolError(answer)
    return answer.get("result", {})
