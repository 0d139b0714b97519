"""What the studio shows in tests: assets in the real format, small enough to compute with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from support.tiny_assets import write_assets


@pytest.fixture(scope="module")
def assets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Returns the tiny assets of this module: 60 concepts, a teacher and two students."""
    return write_assets(tmp_path_factory.mktemp("assets"))


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Browser]:
    """Yields a Chromium for the tests of a module, which draws WebGL by software."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        yield browser
        browser.close()
