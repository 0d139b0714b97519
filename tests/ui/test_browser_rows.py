"""The controls of a page in a real Chromium: two rows, and one button for the rest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from support.browser import PATIENCE, expect_no_complaint, running_studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

VIEWS = (
    "embeddings?map_view=map",
    "embeddings?map_view=paper",
    "topology?view=diagram",
    "topology?view=curves",
    "topology?view=loops&subset=all",
    "topology?view=sparsification",
    "compare?comparison=scores",
    "compare?comparison=maps",
)
ROWS = """() => {
  const kinds = ["stSelectbox", "stMultiSelect", "stButtonGroup", "stSlider", "stPopover"];
  const chosen = kinds.map((kind) => `[data-testid="${kind}"]`).join(", ");
  const figure = document.querySelector(".js-plotly-plot").getBoundingClientRect().top;
  const feet = [...document.querySelectorAll(chosen)]
    .filter((one) => !one.closest('[class*="st-key-page_tools"]') && one.checkVisibility())
    .map((one) => one.getBoundingClientRect().bottom)
    .filter((foot) => foot <= figure)
    .sort((one, other) => one - other);
  return feet.filter((foot, place) => place === 0 || foot - feet[place - 1] > 20).length;
}"""
"""Counts the heights, more than 20 pixels apart, at which controls above the first figure end."""

CUT = """() => [...document.querySelectorAll("[data-tag] > span[title]")]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.title)"""
"""Lists the chosen languages and encoders of which the end is not seen."""


@pytest.fixture(scope="module")
def page(assets: Path, chromium: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    with (
        running_studio(assets, tmp_path_factory.mktemp("studio")) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        expect.set_options(timeout=PATIENCE * 1000)
        context = browser.new_context(viewport={"width": 1280, "height": 800}, base_url=address)
        context.set_default_timeout(PATIENCE * 1000)
        yield context.new_page()
        browser.close()


@pytest.mark.parametrize("view", VIEWS)
def test_controls_stand_in_two_rows_and_the_rest_behind_one_button(view: str, page: Page) -> None:
    page.goto(f"/{view}")
    expect(page.locator(".js-plotly-plot").first).to_be_visible()
    expect(page.get_by_role("button", name="More", exact=False).first).to_be_visible()
    assert page.get_by_test_id("stPopover").get_by_text("More", exact=True).count() == 1
    assert page.evaluate(ROWS) == 2
    assert page.evaluate(CUT) == []
    expect_no_complaint(page)
