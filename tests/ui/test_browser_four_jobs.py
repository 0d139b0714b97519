"""The four jobs by clicks alone: browse, compare, train, export; on the emoji and on own files."""

from __future__ import annotations

import io
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from xml.etree import ElementTree

import pandas as pd
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Dialog, Page, expect
from support.browser import PATIENCE, expect_no_complaint, running_studio
from support.html_page import Page as HtmlPage
from support.pdf_page import Pdf

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]

IMAGE, BOLD = "<img src=x onerror=alert(1)>", "<b>bold</b>"
SCRIPT = "</script><script>alert(2)</script>"
A_STEP = 60
"""Seconds that a person waits for one click at most; PATIENCE is for a whole training."""
SELECTED, CHART = ".selected-words", ".js-plotly-plot"
MAP = ".js-plotly-plot .nsewdrag"
PLACE_OF = """([chart, wanted]) => {
  const plot = document.querySelector(chart), box = plot.getBoundingClientRect();
  for (const trace of plot._fullData) {
    const told = trace.hovertext || trace.text || [];
    const at = Array.isArray(told) ? told.findIndex(one => one.includes(wanted)) : -1;
    if (at < 0) continue;
    const {xaxis, yaxis} = plot._fullLayout;
    return [
      box.x + xaxis._offset + xaxis.l2p(trace.x[at]),
      box.y + yaxis._offset + yaxis.l2p(trace.y[at]),
    ];
  }
}"""
"""Where the point with a text lies on the screen, as plotly has placed it."""

TELL = """([chart, wanted]) => {
  const plot = document.querySelector(chart);
  for (const [curveNumber, trace] of plot._fullData.entries()) {
    const told = Array.isArray(trace.hovertext) ? trace.hovertext : [];
    const pointNumber = told.findIndex(one => one.includes(wanted));
    if (pointNumber >= 0) return Plotly.Fx.hover(plot, [{curveNumber, pointNumber}]);
  }
}"""
"""Shows what a point tells, also where others lie over it; in a file, which has plotly's name."""


@pytest.fixture
def studio(assets: Path, tmp_path: Path) -> Iterator[str]:
    with running_studio(assets, tmp_path) as address:
        yield address


@pytest.fixture
def open_tab(browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Yields a function that opens a tab as a visitor of its own, who is asked nothing."""
    asked: list[str] = []

    def refuse(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    def open_one(address: str) -> Page:
        page = browser.new_context(viewport={"width": 1400, "height": 1400}).new_page()
        page.set_default_timeout(1000 * A_STEP)
        page.on("dialog", refuse)
        page.on("request", lambda request: asked.extend(_outside(request.url)))
        page.goto(address)
        return page

    expect.set_options(timeout=1000 * A_STEP)
    yield open_one
    expect.set_options(timeout=None)
    assert asked == []


def _outside(address: str) -> list[str]:
    harmless = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:", "file:")
    return [] if address.startswith(harmless) else [address]


def settled(page: Page) -> None:
    expect(page.get_by_test_id("stStatusWidget")).to_have_count(0)
    expect_no_complaint(page)


def go(page: Page, title: str) -> None:
    page.get_by_role("link", name=title, exact=True).click()
    heading = "ToMCLIP Studio" if title == "Overview" else title
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    settled(page)


def pick(page: Page, label: str, option: str) -> None:
    """Chooses from a list, which closes where the page is drawn anew just then: opened again."""
    box = page.get_by_role("combobox", name=label).first
    row = page.get_by_role("option", name=option, exact=True)
    deadline = time.monotonic() + A_STEP
    while not row.is_visible() and time.monotonic() < deadline:
        box.click()
        box.fill(option)
        page.wait_for_timeout(1000)
    row.click()
    expect(box).to_have_value(option)
    settled(page)


def add_to_export(page: Page, number: int) -> None:
    """Adds the first figure of a page, which becomes the panel of this number."""
    expect(page.locator(f"{CHART} .main-svg").first).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Add to export").first.click()
    expect(page.get_by_role("button", name=f"Add to export · {number}").first).to_be_visible()


def start_training(page: Page, batch: int | None = None) -> None:
    """Takes the quick recipe, a student and few steps; the run goes on while others are read."""
    page.get_by_text("From scratch, 1 minute").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("from_scratch")
    settled(page)
    page.get_by_text("Data and student", exact=True).click()
    pick(page, "Start from", "MCLIP")
    numbers = {"Steps": 4, "Captions a batch": batch, "Steps between probes": 0}
    wanted = {label: str(number) for label, number in numbers.items() if number is not None}
    deadline = time.monotonic() + A_STEP
    while open_ones := [one for one in wanted if number_in(page, one) != wanted[one]]:
        assert time.monotonic() < deadline, f"{open_ones} are not taken"
        page.get_by_label(open_ones[0], exact=True).fill(wanted[open_ones[0]])
        page.get_by_label(open_ones[0], exact=True).press("Enter")
        page.wait_for_timeout(1000)  # what is typed while the page is drawn anew can be lost
        settled(page)
    page.get_by_role("button", name="Start training").click()
    expect(page.get_by_text(re.compile(r"step \d+ of 4"))).to_be_visible()


def number_in(page: Page, label: str) -> str:
    """Returns the number that a field shows."""
    return page.get_by_label(label, exact=True).input_value()


def report(page: Page, folder: Path) -> HtmlPage:
    """Has the report written and saved, and returns it as read; it fetches nothing."""
    page.get_by_role("button", name="Report", exact=True).click()
    page.get_by_role("button", name="Write the report").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(r"^Save report_.*\.html")).click()
    download.value.save_as(folder / "report.html")
    page.keyboard.press("Escape")
    html = HtmlPage((folder / "report.html").read_text("utf-8"))
    assert [one for one in html.addresses if one and one[0] != "#" and one[:5] != "data:"] == []
    return html


def finished_run(page: Page, folder: Path) -> HtmlPage:
    """Finds the run among the runs, watches it to its end, and returns its report."""
    go(page, "Runs")
    expect(page.get_by_text("1 of 1 runs")).to_be_visible()
    go(page, "Train")
    ended = page.get_by_text(re.compile("finished · step 4 of 4"))
    expect(ended).to_be_visible(timeout=1000 * PATIENCE)
    return report(page, folder)


def exported(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def expect_paper(path: Path, *texts: str) -> None:
    """The PDF is one page of 183 mm that holds its fonts and the texts."""
    pdf = Pdf(path.read_bytes())
    ((width, _),) = pdf.millimetres
    assert width == 183
    assert list(pdf.fonts())
    assert pdf.not_embedded() == []
    for text in texts:
        assert text in pdf.text


def test_the_four_jobs_on_the_embedded_emoji(
    studio: str, open_tab: Callable[[str], Page], tmp_path: Path
) -> None:
    page = open_tab(studio)
    settled(page)
    page.get_by_role("link", name="Set up a run").click()
    start_training(page, batch=16)
    go(page, "Overview")
    page.get_by_role("link", name="Open diagrams").click()
    add_to_export(page, 1)
    page.get_by_role("radio", name="Barcode", exact=True).click()
    expect(page).to_have_url(re.compile("view=barcode"))  # written once the page stands whole
    add_to_export(page, 2)
    go(page, "Compare")
    add_to_export(page, 3)
    compared = report(page, tmp_path)
    assert len(compared.texts["verdict"]) == 1
    go(page, "Export")
    expect(page.get_by_role("heading", name="Panels · 3")).to_be_visible()
    page.get_by_role("button", name="Make the files").click()
    pdf = exported(page, "PDF, fonts inside", tmp_path)
    expect_paper(pdf, "Persistence diagrams", "Barcode")
    with zipfile.ZipFile(exported(page, "All, with numbers", tmp_path)) as everything:
        endings = {Path(name).suffix for name in everything.namelist()}
    assert {".svg", ".pdf", ".png", ".csv", ".json", ".py"} <= endings
    run = finished_run(page, tmp_path)
    assert any("from_scratch" in text for text in run.texts["h1"])


def own_files(folder: Path) -> tuple[Path, Path]:
    """Returns a table of 40 drawings named in four languages, and a zip of the drawings."""
    words = {
        "English": ("red", "blue", "green", "black", "circle", "square"),
        "French": ("rouge", "bleu", "vert", "noir", "cercle", "carré"),
        "German": ("rot", "blau", "grün", "schwarz", "Kreis", "Quadrat"),
        "Korean": ("빨간", "파란", "초록", "검은", "원", "사각형"),
    }
    rows = []
    with zipfile.ZipFile(folder / "drawings.zip", "w") as archive:
        for row in range(40):
            colour, kind, size = row % 4, row // 4 % 2, row // 8
            texts = {
                code: f"{all_[colour]} {all_[4 + kind]} {size}" for code, all_ in words.items()
            }
            rows.append({"id": f"drawing-{row:02}", **texts, "label": words["English"][4 + kind]})
            archive.writestr(f"drawings/drawing-{row:02}.png", _drawn(colour, kind, 6 + 2 * size))
    table = pd.DataFrame(rows)
    table.loc[:2, "English"] = [IMAGE, BOLD, "red square"]
    table.loc[1, "French"] = SCRIPT
    table.to_csv(folder / "drawings.csv", index=False)
    return folder / "drawings.csv", folder / "drawings.zip"


def _drawn(colour: int, kind: int, size: int) -> bytes:
    image, stream = Image.new("RGB", (32, 32), "white"), io.BytesIO()
    draw = ImageDraw.Draw(image)
    shape = (draw.ellipse, draw.rectangle)[kind]
    box = (16 - size, 16 - size, 16 + size, 16 + size)
    shape(box, fill=("red", "blue", "green", "black")[colour])
    image.save(stream, "PNG")
    return stream.getvalue()


def bring(page: Page, *files: Path) -> None:
    """Goes from dropped files to a workspace with its vectors kept."""
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="These columns are right").click()
    expect(page.get_by_text("Texts by language: English 40, German 40")).to_be_visible()
    page.get_by_label("Name of the workspace").fill("drawings")
    page.get_by_label("Name of the workspace").press("Enter")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("The workspace drawings is saved")).to_be_visible()
    page.get_by_role("button", name="Time a pilot").click()
    page.get_by_role("button", name="Embed all").click()
    expect(page.get_by_text("200 vectors are kept")).to_be_visible()
    settled(page)


def lasso(page: Page) -> None:
    """Draws a line around the whole map."""
    box = page.locator(MAP).first.bounding_box()
    assert box is not None
    corners = [(0.01, 0.01), (0.99, 0.01), (0.99, 0.99), (0.01, 0.99), (0.01, 0.01)]
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()
    expect(page.locator(SELECTED).first).to_contain_text("40 selected")
    settled(page)


def expect_hover(page: Page, wanted: str) -> None:
    """The text over a point is its caption, letter by letter."""
    place = page.evaluate(PLACE_OF, [CHART, escape(wanted)])
    assert place, f"no point says {wanted}"
    page.mouse.move(place[0] + 3, place[1] + 3)
    page.mouse.move(*place)
    expect(page.locator(f"{CHART} .hoverlayer").first).to_contain_text(wanted)


def test_the_four_jobs_on_own_captions_and_pictures(
    studio: str, open_tab: Callable[[str], Page], tmp_path: Path
) -> None:
    page = open_tab(f"{studio}/your_data")
    bring(page, *own_files(tmp_path))
    page.get_by_role("button", name="Train on it").click()
    expect(page.get_by_role("combobox", name="Captions")).to_have_value("drawings")
    start_training(page)
    go(page, "Your data")
    page.get_by_role("link", name="Look at it on every page").click()
    page.get_by_role("radio", name="PCA", exact=True).click()
    expect(page).to_have_url(re.compile("method=pca"))
    add_to_export(page, 1)
    expect_hover(page, BOLD)
    expect_hover(page, IMAGE)
    lasso(page)
    words = page.locator(SELECTED).first
    expect(words).to_contain_text(f"{IMAGE}, {BOLD}")
    expect(page.locator("td").filter(has_text=IMAGE).first).to_be_attached()
    go(page, "Topology")
    expect(words).to_contain_text(f"40 selected · {IMAGE}, {BOLD}")
    add_to_export(page, 2)
    go(page, "Compare")
    add_to_export(page, 3)
    assert len(report(page, tmp_path).texts["verdict"]) == 1
    go(page, "Export")
    title = page.get_by_role("textbox", name="Panel b")
    title.fill(BOLD)
    title.press("Enter")
    settled(page)
    page.get_by_role("button", name="HTML", exact=True).click()
    settled(page)
    page.get_by_role("button", name="Make the files").click()
    expect_paper(exported(page, "PDF, fonts inside", tmp_path), "PCA map", BOLD)
    svg = ElementTree.parse(exported(page, "SVG, live text", tmp_path))
    assert BOLD in " ".join("".join(one.itertext()) for one in svg.iter())
    html = exported(page, "HTML, with zoom", tmp_path)
    other = open_tab(html.as_uri())
    expect(other.get_by_text(BOLD)).to_be_visible()
    other.evaluate(TELL, [CHART, escape(IMAGE)])
    expect(other.locator(f"{CHART} .hoverlayer").first).to_contain_text(IMAGE)
    assert page.locator("[onerror]").count() == other.locator("[onerror]").count() == 0
    finished_run(page, tmp_path)
