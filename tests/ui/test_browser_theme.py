"""Light and dark in a real Chromium: one click, kept on every page, and figures follow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from support.browser import PATIENCE, expect_no_complaint, running_studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

LIGHT, DARK = "rgb(255, 255, 255)", "rgb(18, 23, 29)"
MENU = "[data-testid='stMainMenuButton']"


@pytest.fixture(scope="module")
def studio(assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_studio(assets, tmp_path_factory.mktemp("studio")) as address:
        yield address


@pytest.fixture
def page(browser: Browser, studio: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    context.set_default_timeout(PATIENCE * 1000)
    expect.set_options(timeout=PATIENCE * 1000)
    page = context.new_page()
    page.goto(f"{studio}/topology?view=sparsification&metric=euclidean")
    expect_theme(page, LIGHT)
    yield page
    context.close()


def expect_theme(page: Page, colour: str) -> None:
    """Fails unless the page has this ground, and its figures and its switch follow."""
    theme, other = ("light", "dark") if colour == LIGHT else ("dark", "light")
    expect(page.get_by_role("button", name=f"Switch to {other}")).to_be_visible()
    expect(page.get_by_test_id("stApp")).to_have_css("background-color", colour)
    page.wait_for_function(
        "theme => { const f = [...document.querySelectorAll('.js-plotly-plot')];"
        "return f.length > 0 && f.every(one => one.layout?.meta?.theme === theme); }",
        arg=theme,
    )


def test_one_click_turns_page_and_figures_dark_and_keeps_what_was_chosen(page: Page) -> None:
    page.evaluate("window.stillHere = true")
    page.get_by_role("button", name="Switch to dark").press("Enter")
    expect_theme(page, DARK)
    assert page.evaluate("window.stillHere"), "the page was loaded again"
    assert "metric=euclidean" in page.url
    assert page.get_by_test_id("stMainMenuPopover").count() == 0
    expect_no_complaint(page)


def test_the_theme_is_kept_on_another_page_and_when_it_is_loaded_again(page: Page) -> None:
    page.get_by_role("button", name="Switch to dark").click()
    expect_theme(page, DARK)
    page.get_by_role("link", name="Compare", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    expect_theme(page, DARK)
    page.reload()
    expect_theme(page, DARK)
    page.get_by_role("button", name="Switch to light").click()
    expect_theme(page, LIGHT)


def test_figures_follow_the_main_menu_too(page: Page) -> None:
    page.locator(MENU).click()
    page.get_by_role("menuitemradio", name="Dark").click()
    expect_theme(page, DARK)


def test_without_the_main_menu_the_page_is_loaded_again_at_its_address(page: Page) -> None:
    page.evaluate("window.stillHere = true")
    page.evaluate(f"document.querySelector(\"{MENU}\").removeAttribute('data-testid')")
    page.get_by_role("button", name="Switch to dark").click()
    expect_theme(page, DARK)
    assert not page.evaluate("window.stillHere")
    assert "metric=euclidean" in page.url
