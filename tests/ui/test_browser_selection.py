"""One selection for all figures, in a real Chromium: clicks, a lasso, its link, its way back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import PATIENCE, expect_no_complaint, running_studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

SELECTED = ".selected-words"
TWO_MAPS = "embeddings?method=pca&encoder=mclip&beside=tomclip_exact&languages=en,ko&subset=all"
SELECTED_IDS = """() => {
  const chart = document.querySelector('.js-plotly-plot');
  const id = (trace, at) => (trace.customdata._inputArray || trace.customdata)[at][0];
  return chart.data.filter(trace => trace.customdata).map(trace => [
    trace.xaxis || 'x', (trace.selectedpoints || []).map(at => id(trace, at)),
  ]);
}"""


@pytest.fixture(scope="module")
def studio(assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_studio(assets, tmp_path_factory.mktemp("studio")) as address:
        yield address


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Yields a function that opens a tab at an address; every tab is a visitor of its own."""
    contexts = []

    def open_one(address: str) -> Page:
        context = browser.new_context(
            viewport={"width": 1400, "height": 1400},
            permissions=["clipboard-read", "clipboard-write"],
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE * 1000)
        page = context.new_page()
        page.goto(address)
        return page

    expect.set_options(timeout=PATIENCE * 1000)
    yield open_one
    for context in contexts:
        context.close()


def middle(mark: Locator) -> tuple[float, float]:
    expect(mark).to_be_visible()
    mark.scroll_into_view_if_needed()
    box = mark.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def expect_drawn(page: Page) -> None:
    expect(page.locator(".js-plotly-plot .point").filter(visible=True).first).to_be_visible()
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def selected_ids(page: Page) -> dict[str, set[str]]:
    """Returns the ids that are drawn as selected, by the axis of their map."""
    found: dict[str, set[str]] = {}
    for axis, ids in page.evaluate(SELECTED_IDS):
        found.setdefault(axis, set()).update(ids)
    return found


def test_a_click_on_one_map_selects_the_concept_on_both_and_in_both_languages(
    studio: str, open_tab: Callable[[str], Page]
) -> None:
    page = open_tab(f"{studio}/{TWO_MAPS}")
    expect_drawn(page)
    page.mouse.click(*middle(page.locator(".js-plotly-plot .point").nth(7)))
    expect(page.locator(SELECTED)).to_contain_text("1 selected")
    expect(page.get_by_text("on this map: 2 points")).to_be_visible()
    page.wait_for_function(f"({SELECTED_IDS})().every(([axis, ids]) => ids.length === 1)")
    first, second = selected_ids(page).values()
    assert first == second
    expect_no_complaint(page)


def test_a_lasso_selects_what_it_surrounds_and_a_tab_opened_by_the_copied_link_shows_the_same(
    studio: str, open_tab: Callable[[str], Page]
) -> None:
    page = open_tab(f"{studio}/{TWO_MAPS}")
    expect_drawn(page)
    box = page.locator(".js-plotly-plot .nsewdrag").first.bounding_box()
    assert box is not None
    corners = [(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
    expect(page.locator(SELECTED)).to_contain_text(re.compile(r"\d+ selected"))
    expect(page).to_have_url(re.compile("items=set"))
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    page.wait_for_function(f"new Set(({SELECTED_IDS})().flatMap(one => one[1])).size > 1")
    page.get_by_role("button", name="Copy link").first.click()
    expect(page.get_by_text("Link copied").first).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link == page.url
    other = open_tab(link)
    expect_drawn(other)
    assert other.locator(SELECTED).inner_text() == page.locator(SELECTED).inner_text()
    assert selected_ids(other) == selected_ids(page)
    expect_no_complaint(other)


def test_the_loop_of_a_bar_is_drawn_on_the_map_of_the_next_page_and_undone(
    studio: str, open_tab: Callable[[str], Page]
) -> None:
    page = open_tab(f"{studio}/topology?view=barcode&language=ko&subset=all")
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    bars = page.locator(".js-plotly-plot .subplot.x2y2 .barlayer .point path")
    page.mouse.click(*middle(bars.nth(1)))
    expect(page.locator(SELECTED)).to_contain_text("a loop in Korean")
    words = page.locator(SELECTED).inner_text()
    page.get_by_role("link", name="Embeddings", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Embeddings")
    expect_drawn(page)
    loops = "document.querySelector('.js-plotly-plot').data.filter(one => one.name === 'loop')"
    page.wait_for_function(f"{loops}.length === 1")
    assert page.locator(SELECTED).inner_text() == words
    names = page.evaluate(f"{loops}[0].text")
    assert [name.split(" ", 1)[1] for name in names[:-1]] == words.split(" · ")[2].split(" – ")
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator(SELECTED)).to_have_text("Nothing selected")
    page.wait_for_function(f"{loops}.length === 0")
    page.get_by_role("button", name="Undo selection", exact=True).click()
    expect(page.locator(SELECTED)).to_have_text(words)
    page.wait_for_function(f"{loops}.length === 1")
    expect_no_complaint(page)


def test_a_point_can_be_selected_again_after_it_was_given_up(
    studio: str, open_tab: Callable[[str], Page]
) -> None:
    page = open_tab(f"{studio}/{TWO_MAPS}")
    expect_drawn(page)
    for _ in range(2):
        page.mouse.click(*middle(page.locator(".js-plotly-plot .point").nth(7)))
        expect(page.locator(SELECTED)).to_contain_text("1 selected")
        page.get_by_role("button", name="Clear", exact=True).click()
        expect(page.locator(SELECTED)).to_have_text("Nothing selected")
        expect_drawn(page)
    expect_no_complaint(page)


def test_back_gives_up_what_was_selected_last(studio: str, open_tab: Callable[[str], Page]) -> None:
    page = open_tab(f"{studio}/{TWO_MAPS}")
    expect_drawn(page)
    expect(page).to_have_url(re.compile("found="))
    page.mouse.click(*middle(page.locator(".js-plotly-plot .point").nth(7)))
    expect(page).to_have_url(re.compile("items=set"))
    page.go_back()
    expect(page.locator(SELECTED)).to_have_text("Nothing selected")
    expect(page).not_to_have_url(re.compile("items="))
    expect_no_complaint(page)


def test_a_narrower_window_keeps_the_selection(
    studio: str, open_tab: Callable[[str], Page]
) -> None:
    page = open_tab(f"{studio}/{TWO_MAPS}")
    expect_drawn(page)
    page.mouse.click(*middle(page.locator(".js-plotly-plot .point").nth(7)))
    expect(page.locator(SELECTED)).to_contain_text("1 selected")
    words = page.locator(SELECTED).inner_text()
    page.set_viewport_size({"width": 1100, "height": 1400})
    page.wait_for_timeout(3000)
    expect(page.locator(SELECTED)).to_have_text(words)
    page.wait_for_function(f"({SELECTED_IDS})().every(([axis, ids]) => ids.length === 1)")
    expect_no_complaint(page)
