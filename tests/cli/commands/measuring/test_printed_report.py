"""The report on paper: A4, numbered, its fonts in it, its figures drawn as vectors."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright
from support.command_line import refuse, succeed
from support.emoji_doubles import CODES, EncoderDoubles
from support.html_page import Page
from support.pdf_page import Pdf
from support.recorded_runs import recorded_run

PAIR = ("report", "--baseline", "baseline", "--encoder", "better", "--languages", ",".join(CODES))
TITLE = "더 나은 より良い 更好"


@pytest.fixture
def printed(chromium: Path, doubles: EncoderDoubles, tmp_path: Path) -> Pdf:
    """Returns the report of two doubles, one with a title in Korean, Japanese and Chinese."""
    doubles.titles["better"] = TITLE
    target = tmp_path / "report.pdf"
    assert str(target) in succeed(*PAIR, "--output", target)
    return Pdf(target.read_bytes())


def test_it_says_on_numbered_sheets_of_a4_what_the_page_says(printed: Pdf, tmp_path: Path) -> None:
    assert printed.millimetres == {(210, 297)}
    count = len(printed.sheets)
    assert all(f"{n} of {count}" in sheet for n, sheet in enumerate(printed.sheets, 1))
    succeed(*PAIR, "--output", tmp_path / "report.html")
    page = Page((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert page.texts["verdict"][0] in printed.text
    assert all(title in printed.text for title in page.tables)
    for caption in page.texts["figcaption"]:
        assert caption.strip() in printed.text
    assert "tomclip report --baseline baseline" in printed.text


def test_fonts_are_embedded_and_figures_are_no_bitmaps(printed: Pdf) -> None:
    assert printed.not_embedded() == []
    assert len(list(printed.fonts())) > 1
    assert printed.raster_pictures() == 0
    assert printed.outside() == []
    assert TITLE in printed.text


def test_no_figure_and_no_short_table_is_torn(printed: Pdf) -> None:
    for title, first, last in (
        ("Zero-shot top-1 by language", "chance", "Figure 1."),
        ("Zero-shot top-1, % [95 % interval]", "English", "Mean"),
    ):
        (sheet,) = (sheet for sheet in printed.sheets if title in " ".join(sheet.split()))
        assert first in sheet
        assert last in sheet


def test_a_run_is_printed_too(chromium: Path, runs: Path, tmp_path: Path) -> None:
    path, target = recorded_run("short run"), tmp_path / "run.pdf"
    succeed("report", path.name, "--output", target)
    printed = Pdf(target.read_bytes())
    assert printed.millimetres == {(210, 297)}
    assert "short run is finished at step" in printed.text
    assert printed.not_embedded() == []


@pytest.mark.browser
def test_on_a_telephone_the_titles_of_wide_tables_are_read_whole(
    chromium: Path, doubles: EncoderDoubles, tmp_path: Path
) -> None:
    target = tmp_path / "report.html"
    succeed(*PAIR, "--output", target)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 240, "height": 800})
        page.goto(target.as_uri())
        tables, titles = (
            page.locator(kind).evaluate_all(
                "all => Math.max(...all.map((one) => one.getBoundingClientRect().right))"
            )
            for kind in ("table", "caption")
        )
        browser.close()
    assert titles <= 240 < tables


def test_without_a_browser_nothing_is_evaluated(
    doubles: EncoderDoubles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BROWSER_PATH", str(tmp_path / "nothing"))
    target = tmp_path / "report.pdf"
    assert "no Chrome or Chromium was found" in refuse(*PAIR, "--output", target)
    assert not doubles.calls
    assert not target.exists()
