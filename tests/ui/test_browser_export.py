"""A person adds figures, arranges them and takes a PDF away, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from pypdf import PdfReader
from support.browser import PATIENCE, expect_no_complaint, running_studio

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def studio(assets: Path, tmp_path: Path) -> Iterator[str]:
    with running_studio(assets, tmp_path) as address:
        yield address


@pytest.fixture
def page(chromium: Path) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        page.set_default_timeout(1000 * PATIENCE)
        expect.set_options(timeout=1000 * PATIENCE)
        yield page
        expect.set_options(timeout=None)
        browser.close()


def test_two_figures_become_one_pdf(studio: str, page: Page, tmp_path: Path) -> None:
    for number, view in enumerate(("barcode", "curves"), start=1):
        page.goto(f"{studio}/topology?view={view}&language=ko&subset=all&points=40")
        page.get_by_role("button", name="Add to export").click()
        expect(page.get_by_role("button", name=f"Add to export · {number}")).to_be_visible()
    page.get_by_role("link", name="Export", exact=True).click()
    expect(page.get_by_role("heading", name="Panels · 2")).to_be_visible()
    expect(page.get_by_test_id("stImage").locator("img")).to_be_visible()
    expect_no_complaint(page)
    page.get_by_role("button", name="Move panel b earlier").click()
    expect(page.get_by_role("textbox", name="Panel a")).to_have_value("Betti curves, H0")
    page.get_by_role("button", name="Make the files").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="PDF, fonts inside").click()
    assert download.value.suggested_filename == "figures_2_panels_183mm_light.pdf"
    download.value.save_as(tmp_path / "figure.pdf")
    (sheet,) = PdfReader(tmp_path / "figure.pdf").pages
    assert float(sheet.mediabox.width) / 72 * 25.4 == pytest.approx(183, abs=0.01)
    text = sheet.extract_text()
    assert text.index("Betti curves") < text.index("Barcode")
    expect_no_complaint(page)
