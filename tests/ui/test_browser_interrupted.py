"""Runs cut short in a real Chromium before it heard of the widgets they had drawn."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from support import withholding_studio
from support.browser import PATIENCE, expect_no_complaint, running_studio
from support.withholding_studio import LOST, WAITING, WITHHOLD

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

CHOSEN = {"encoder": "tomclip_exact", "subset": "unseen", "metric": "cosine"}
"""What a session begins with; none is the first option that its widget offers."""


class Withholding:
    """What the server of a studio is told, and tells, beside the pages."""

    def __init__(self, folder: Path) -> None:
        self._withhold = folder / "withhold"
        self._waiting, self._lost = folder / "waiting.txt", folder / "lost.txt"
        self.variables: dict[str, str] = {
            WITHHOLD: str(self._withhold),
            WAITING: str(self._waiting),
            LOST: str(self._lost),
        }

    @contextmanager
    def of(self, key: str, drawn_by: Callable[[], None]) -> Iterator[None]:
        """Has a widget drawn that the browser does not hear of, for the body to cut that short."""
        for file in (self._waiting, self._lost):
            file.unlink(missing_ok=True)
        self._withhold.touch()
        drawn_by()
        wait_for(key, self._waiting)
        yield
        wait_for(key, self._lost)
        self._withhold.unlink()


def wait_for(key: str, file: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if file.exists() and key in file.read_text("utf-8").splitlines():
            return
        time.sleep(0.02)
    pytest.fail(f"{file.name} does not name {key}")


@pytest.fixture
def withholding(tmp_path: Path) -> Withholding:
    return Withholding(tmp_path)


@pytest.fixture
def page(assets: Path, chromium: Path, tmp_path: Path, withholding: Withholding) -> Iterator[Page]:
    """Yields the Overview of a studio of its own, whose cache is empty."""
    expect.set_options(timeout=PATIENCE * 1000)
    program = [withholding_studio.__file__]
    with (
        running_studio(assets, tmp_path, program, withholding.variables) as address,
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        ) as browser,
    ):
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(address)
        expect(page.get_by_role("link", name="Embeddings", exact=True)).to_be_visible()
        yield page


def open_page(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()


def expect_chosen(page: Page, name: str, encoder: str, **choices: str) -> None:
    """Waits till the page is drawn to its end; its widgets and its address must agree."""
    for choice, value in (CHOSEN | choices).items():
        expect(page).to_have_url(re.compile(rf"/{name}\?.*\b{choice}={value}\b"))
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect(page.get_by_role("combobox", name="Encoder").first).to_have_value(re.compile(encoder))
    expect_no_complaint(page)


def test_widgets_that_the_browser_never_heard_of_keep_their_choices(
    page: Page, withholding: Withholding
) -> None:
    """Overview, Embeddings and Topology, each cut short by the next one, then Compare's views.

    Two things failed here: a widget whose value was not told again in every run showed its first
    option, which is the teacher; and pages that imported side by side broke each other's imports.
    """
    with withholding.of("choice:encoder", lambda: open_page(page, "Embeddings")):
        open_page(page, "Topology")
    expect_chosen(page, "topology", "exact")
    page.get_by_role("radio", name="Compare", exact=True).click()
    expect_chosen(page, "topology", "exact", view="languages")
