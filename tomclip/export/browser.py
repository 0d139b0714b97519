"""The browser of this machine that draws and prints: one at a time, closed when it is done."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

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
NO_BROWSER = (
    "no Chrome or Chromium was found on this machine, which PNG, SVG and PDF need; run "
    "'plotly_get_chrome' once to download one, or install Chromium, or take HTML and CSV, which "
    "need none"
)
# One browser at a time in this process: it costs about 200 MB, and the machine may be small.
_LOCK = threading.Lock()


class ExportError(TomclipError):
    """A figure or a page cannot be drawn on this machine."""


def browser_available() -> bool:
    """Returns whether a Chrome or Chromium is installed, without starting it."""
    configured = os.environ.get("BROWSER_PATH")
    if configured:
        return os.path.exists(configured)
    return Chromium.find_browser(skip_local=False) is not None


def require_browser() -> None:
    """Raises ExportError, before any work, where `browser_available` says that there is none."""
    if not browser_available():
        raise ExportError(NO_BROWSER)


def in_browser(work: Callable[[], Coroutine[Any, Any, T]], *, what: str, instead: str) -> T:
    """Returns what the work returns that drives a browser.

    It runs in a thread with its own event loop, as the caller may be inside one.

    Args:
        work: makes the coroutine; it starts the browser itself.
        what: stands in an error for what it draws, such as "the figure".
        instead: what a person may do when it fails.

    Raises:
        ExportError: when there is no browser, which the sentence says how to get, or it failed.
    """
    try:
        with _LOCK, ThreadPoolExecutor(max_workers=1) as pool:
            return pool.submit(asyncio.run, work()).result()
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
            f"the browser could not draw {what} ({error or type(error).__name__}); {instead}"
        ) from error


async def ask(tab: Any, command: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Returns the answer of a browser's tab to a command of its DevTools protocol.

    Raises:
        ExportError: when it refuses, or a script failed.
    """
    answer = await tab.send_command(command, params=dict(params or {}))
    result = answer.get("result", {})
    fault = answer.get("error") or result.get("exceptionDetails") or result.get("errorText")
    if fault:
        raise ExportError(f"the browser refused {command} ({fault}); try again, or take HTML")
    return result
