"""Pages printed to PDF by the browser that draws the figures: text stays text, lines stay lines."""

from __future__ import annotations

import asyncio
import base64
from html import escape
from typing import Any

from choreographer import Browser
from choreographer.utils import TmpDirectory

from tomclip.export.browser import RENDER_SECONDS, ask, in_browser

INSTEAD = "try again, or take HTML, which needs no browser"
FOOT_STYLE = (
    "width: 100%; margin: 0 15mm; display: flex; justify-content: space-between; gap: 1em; "
    "font: 7pt sans-serif; color: #555"
)


def printed_page(page: bytes, *, foot: str = "", before: str = "") -> bytes:
    """Returns a page as PDF of the size and margins that its own style says, or of A4.

    Fonts are embedded, and what the page draws as vectors stays vectors. Every sheet has its number
    at its foot.

    Args:
        page: HTML in UTF-8 that needs no network.
        foot: plain text that stands left of the number.
        before: JavaScript that is run on the loaded page, and waited for, before it is printed.

    Raises:
        ExportError: when there is no browser, which the sentence says how to get, or it failed.
    """
    return in_browser(lambda: _print(page, foot, before), what="the page", instead=INSTEAD)


async def _print(page: bytes, foot: str, before: str) -> bytes:
    async with asyncio.timeout(RENDER_SECONDS), Browser(headless=True) as browser:
        # A browser that is kept apart from the system's folders, as snaps are, sees its own alone.
        folder = TmpDirectory(sneak=browser.is_isolated())
        try:
            file = folder.path / "page.html"
            file.write_bytes(page)
            return await _printed(await browser.create_tab(), file.as_uri(), foot, before)
        finally:
            folder.clean()


async def _printed(tab: Any, address: str, foot: str, before: str) -> bytes:
    loaded = tab.subscribe_once("Page.loadEventFired")
    await ask(tab, "Page.enable")
    await ask(tab, "Page.navigate", {"url": address})
    await loaded
    if before:
        script = {"expression": before, "awaitPromise": True, "returnByValue": True}
        await ask(tab, "Runtime.evaluate", script)
    printed = await ask(tab, "Page.printToPDF", _paper(foot))
    return base64.b64decode(printed["data"])


def _paper(foot: str) -> dict[str, Any]:
    """Returns the settings of the print; the page's own size goes before that of A4, in inches."""
    number = '<span class="pageNumber"></span> of <span class="totalPages"></span>'
    return {
        "paperWidth": 210 / 25.4,
        "paperHeight": 297 / 25.4,
        "preferCSSPageSize": True,
        "printBackground": True,
        "generateTaggedPDF": True,
        "displayHeaderFooter": True,
        "headerTemplate": "<span></span>",
        "footerTemplate": (
            f'<div style="{FOOT_STYLE}"><span>{escape(foot)}</span><span>{number}</span></div>'
        ),
    }
