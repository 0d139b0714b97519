"""The studio in a real Chromium: what Streamlit's own test runner cannot see."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from support.browser import PATIENCE, expect_no_complaint, running_studio
from support.made_study import made_study

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TITLES = (
    "Overview",
    "Embeddings",
    "Topology",
    "Compare",
    "Zero-shot & retrieval",
    "Train",
    "Runs",
    "Benchmarks",
    "Your data",
    "Export",
    "What helps",
    "Encoders",
)
INK_IN_THE_DARK = "rgb(228, 233, 238)"
TRACES = ".js-plotly-plot .trace, .js-plotly-plot .gl-canvas, .js-plotly-plot .point"


@pytest.fixture(scope="module")
def studio(assets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("studio")
    made_study(folder / "runs" / "studies" / "made")
    with running_studio(assets, folder) as address:
        yield address


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Yields a function that opens a tab at an address; every tab is a visitor of its own."""
    contexts = []

    def open_one(address: str, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": 1400, "height": 1000},
            color_scheme=scheme,  # type: ignore[arg-type]
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


def click_middle(page: Page, mark: Locator) -> None:
    """Clicks on a mark of a figure, over which other layers lie, as a hand does."""
    expect(mark).to_be_visible()
    box = mark.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_the_first_visitor_may_come_by_a_link(
    assets: Path, open_tab: Callable[..., Page], tmp_path: Path
) -> None:
    with running_studio(assets, tmp_path) as address:
        page = open_tab(f"{address}/topology?view=sparsification&language=ko")
        expect(page.locator(TRACES).filter(visible=True).first).to_be_visible()
        assert page.get_by_test_id("stSidebarNavLink").all_inner_texts()[0].endswith(TITLES[0])
        assert page.get_by_test_id("stSidebarNavLink").count() == len(TITLES)
        expect_no_complaint(page)


def test_a_person_goes_from_overview_to_compare(studio: str, open_tab: Callable[..., Page]) -> None:
    page = open_tab(studio)
    for title in TITLES[:4]:
        page.get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(
            "ToMCLIP Studio" if title == "Overview" else title
        )
        expect(page.locator(TRACES).filter(visible=True).first).to_be_visible()
        expect_no_complaint(page)
    assert page.locator(".js-plotly-plot").count() >= 1


def test_a_choice_goes_along_to_the_next_page_and_into_the_address(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/topology?view=sparsification&encoder=mclip&metric=euclidean")
    expect(page.locator(TRACES).filter(visible=True).first).to_be_visible()
    page.get_by_role("button", name="More").click()
    page.get_by_text("All concepts", exact=True).click()
    expect(page).to_have_url(re.compile("subset=all"))
    page.get_by_role("link", name="Embeddings", exact=True).click()
    for choice in ("encoder=mclip", "subset=all", "metric=euclidean"):
        expect(page).to_have_url(re.compile(rf"/embeddings\?.*\b{choice}\b"))


def test_a_click_on_a_bar_shows_its_words(studio: str, open_tab: Callable[..., Page]) -> None:
    page = open_tab(f"{studio}/topology?view=barcode&language=de")
    bar = page.locator(".js-plotly-plot .barlayer .point path").nth(3)
    click_middle(page, bar)
    expect(page.get_by_text("German, H0")).to_be_visible()
    expect(page.get_by_test_id("stImage").first).to_be_visible()


@pytest.mark.parametrize("view", ["gains", "languages", "trade_off", "settings"])
def test_a_click_on_a_mark_of_a_study_opens_its_runs(
    view: str, studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/study?study=made&study_view={view}")
    expect(page.get_by_text("How to read this")).to_be_visible()
    mark = page.locator(".js-plotly-plot .scatterlayer .point").nth(1)
    mark.scroll_into_view_if_needed()
    click_middle(page, mark)
    expect(page).to_have_url(re.compile("form="))
    expect(page.get_by_text("Configuration that these runs share")).to_be_visible()
    expect_no_complaint(page)


def test_two_clicks_show_the_words_of_a_loop_that_english_has_not(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/topology?subset=all")
    expect(page.locator(TRACES).filter(visible=True).first).to_be_visible()
    page.get_by_text("Loops", exact=True).click()
    life = page.locator(".js-plotly-plot .barlayer .point path").nth(1)
    click_middle(page, life)
    expect(page.get_by_text("In Korean they are a loop from")).to_be_visible()
    expect(page.get_by_text("The same words in English")).to_be_visible()
    expect_no_complaint(page)


def test_the_table_behind_a_figure_can_be_taken_away(
    studio: str, open_tab: Callable[..., Page], tmp_path: Path
) -> None:
    page = open_tab(f"{studio}/compare?encoders=mclip,tomclip_exact")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV table").click()
    table = tmp_path / "table.csv"
    download.value.save_as(table)
    assert table.read_text(encoding="utf-8-sig").startswith("encoder,baseline,language,name")


PASTE = """(field, png) => {
  const bytes = Uint8Array.from(atob(png), one => one.charCodeAt(0));
  const clipboard = new DataTransfer();
  clipboard.items.add(new File([bytes], "image.png", {type: "image/png"}));
  field.focus();
  field.dispatchEvent(
    new ClipboardEvent("paste", {clipboardData: clipboard, bubbles: true, cancelable: true})
  );
}"""


def test_a_pasted_picture_gets_names(studio: str, open_tab: Callable[..., Page]) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (8, 8), (200, 0, 0)).save(stream, "PNG")
    page = open_tab(f"{studio}/zero_shot?task=picture")
    page.get_by_role("button", name="Your own pictures").click()
    field = page.get_by_test_id("stChatInputTextArea")
    field.evaluate(PASTE, base64.b64encode(stream.getvalue()).decode())
    expect(page.get_by_text("image.png")).to_be_visible()
    send = page.get_by_test_id("stChatInputSubmitButton")
    expect(send).to_be_enabled()  # once the file has come to the studio
    send.click()
    expect(page.get_by_text("pasted 1 (image.png)")).to_be_visible()
    page.get_by_role("button", name="Forget 1 pasted").click()
    expect(page.get_by_text("pasted 1 (image.png)")).to_have_count(0)


def test_every_option_of_a_picker_is_seen_on_a_narrow_screen(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/topology?view=diagram")
    page.set_viewport_size({"width": 400, "height": 1000})
    groups = page.get_by_role("radiogroup")
    expect(groups.nth(1)).to_be_visible()
    for group in groups.all():
        assert group.evaluate("group => group.scrollWidth <= group.clientWidth")
        for option in group.get_by_role("radio").all():
            box = option.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= 400


def test_a_figure_of_many_panels_moves_sideways_on_a_narrow_screen(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/topology?view=languages")
    page.set_viewport_size({"width": 400, "height": 1000})
    plot = page.locator(".js-plotly-plot").first
    expect(plot.locator(".point").filter(visible=True).first).to_be_visible()
    assert plot.evaluate("plot => plot._fullLayout.width") >= 5 * 130
    main = page.get_by_test_id("stMain")
    assert main.evaluate("main => main.scrollWidth <= main.clientWidth")
    place = page.locator('[class*="st-key-sideways_"]').first
    assert place.evaluate("place => place.scrollWidth > place.clientWidth")


def test_every_chosen_language_is_seen_on_a_narrow_screen(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/topology?view=diagram&languages=en,ko,ja,fr")
    page.set_viewport_size({"width": 400, "height": 1000})
    tags = page.get_by_test_id("stMultiSelectTagsContainer").first
    expect(tags.get_by_text("Japanese")).to_be_visible()
    assert tags.evaluate("tags => tags.scrollWidth <= tags.clientWidth")


def test_a_long_link_is_read_whole_on_a_narrow_screen(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/overview")
    page.set_viewport_size({"width": 400, "height": 1000})
    words = page.get_by_role("link", name="Icons: ").get_by_test_id("stMarkdownContainer")
    expect(words).to_be_visible()
    assert words.evaluate("words => words.scrollWidth <= words.parentElement.clientWidth")


def test_the_name_of_a_second_encoder_is_read_whole(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/embeddings?encoder=mclip&beside=tomclip_exact&method=pca")
    page.set_viewport_size({"width": 1100, "height": 1000})
    name = page.locator("[data-tag] [title]", has_text="ToMCLIP")
    expect(name).to_be_visible()
    fits = "name => name.scrollWidth <= name.clientWidth"
    page.wait_for_function(fits, arg=name.element_handle())


def test_terms_are_drawn_and_their_button_keeps_its_colour_while_they_are_open(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/topology", "dark")
    terms = page.get_by_role("button", name="Terms")
    expect(terms).to_have_css("color", INK_IN_THE_DARK)
    terms.click()
    drawing = page.get_by_role("dialog", name="Terms").locator("img").first
    expect(drawing).to_be_visible()
    assert drawing.evaluate("drawing => drawing.naturalWidth > 0")
    page.mouse.move(0, 0)
    expect(terms).to_have_css("color", INK_IN_THE_DARK)


@pytest.mark.parametrize(("scheme", "ink"), [("light", "#1c2024"), ("dark", "#eceff2")])
def test_figures_follow_the_theme(
    studio: str, open_tab: Callable[..., Page], scheme: str, ink: str
) -> None:
    page = open_tab(f"{studio}/topology?view=sparsification", scheme)
    expect(page.locator(TRACES).filter(visible=True).first).to_be_visible()
    colour = page.evaluate("document.querySelector('.js-plotly-plot')._fullLayout.font.color")
    assert colour == ink


def test_one_press_of_back_undoes_one_step(studio: str, open_tab: Callable[..., Page]) -> None:
    page = open_tab(f"{studio}/topology?view=barcode&encoder=mclip&language=de")
    expect_whole(page, "topology", "bars=25")
    page.get_by_role("button", name="More").click()
    page.get_by_text("All concepts", exact=True).click()
    expect_whole(page, "topology", "subset=all")
    page.get_by_role("link", name="Encoders", exact=True).click()
    expect_whole(page, "encoders", "way=published")
    page.go_back()
    expect_whole(page, "topology", "subset=all")
    expect(page.get_by_role("heading", level=1)).to_have_text("Topology")
    page.go_back()
    expect_whole(page, "topology", "subset=unseen")
    assert "encoder=mclip" in page.url
    assert "way=" not in page.url
    expect_no_complaint(page)


def expect_whole(page: Page, name: str, parameter: str) -> None:
    """Waits till the page is drawn to its end, which its address says."""
    expect(page).to_have_url(re.compile(rf"/{name}\?.*\b{parameter}\b"))
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)


def test_the_overview_opens_by_its_name(studio: str, open_tab: Callable[..., Page]) -> None:
    page = open_tab(f"{studio}/overview?scored=unseen")
    expect(page.get_by_role("heading", level=1)).to_have_text("ToMCLIP Studio")
    expect(page.locator(TRACES).filter(visible=True).first).to_be_visible()
    assert page.get_by_test_id("stSidebarNavLink").count() == len(TITLES)
    assert "/overview?" in page.url
    expect_no_complaint(page)


def test_a_clicked_mark_is_seen_again_by_its_link(
    studio: str, open_tab: Callable[..., Page]
) -> None:
    page = open_tab(f"{studio}/topology?view=barcode&language=de")
    expect_whole(page, "topology", "bars=25")
    click_middle(page, page.locator(".js-plotly-plot .barlayer .point path").nth(3))
    expect(page.get_by_text("German, H0")).to_be_visible()
    expect_whole(page, "topology", "bar=de")
    life = page.get_by_text("German, H0").locator("..").inner_text()
    other = open_tab(page.url)
    expect(other.get_by_text("German, H0").locator("..")).to_have_text(life)
    other.get_by_role("button", name="Clear", exact=True).click()
    expect(other.get_by_text("German, H0")).to_have_count(0)
    expect_no_complaint(other)


@pytest.mark.parametrize("pause", [100, 300, 500])
def test_hasty_clicks_change_no_choice(
    studio: str, open_tab: Callable[..., Page], pause: int
) -> None:
    """Each click cuts the page before it short: the browser has not seen all of its widgets."""
    page = open_tab(studio)
    expect(page.locator(TRACES).filter(visible=True).first).to_be_visible()
    page.get_by_role("link", name="Embeddings", exact=True).click()
    page.wait_for_timeout(pause)
    page.get_by_role("link", name="Topology", exact=True).click()
    page.get_by_role("radio", name="Compare", exact=True).click()
    expect_whole(page, "topology", "view=languages")
    expect_whole(page, "topology", "encoder=tomclip_exact")
    expect(page.get_by_test_id("stSelectbox").first.get_by_role("combobox")).to_have_value(
        re.compile("exact")
    )
