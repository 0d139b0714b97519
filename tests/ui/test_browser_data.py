"""A person's own files in a real browser: dropped, confirmed, saved, and evaluated on."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import expect, sync_playwright
from support.browser import expect_no_complaint, running_studio

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE_MILLISECONDS = 60_000
SCRIPT = "<img src=x onerror=\"document.title='run'\">"


def test_a_dropped_table_is_saved_and_its_html_is_never_run(
    assets: Path, tmp_path: Path, chromium: Path
) -> None:
    table = pd.DataFrame({"id": [f"item-{row}" for row in range(12)]})
    for code in ("en", "ko"):
        table[code] = [f"{SCRIPT} {code} {row}" for row in range(12)]
    table.to_csv(tmp_path / "mine.csv", index=False)
    with running_studio(assets, tmp_path) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.goto(f"{address}/your_data")
        page.locator("input[type=file]").set_input_files(tmp_path / "mine.csv")
        page.get_by_role("button", name="These columns are right").click()
        page.get_by_text("What is odd about them").wait_for()
        page.get_by_label("Name of the workspace").fill("mine")
        page.get_by_label("Name of the workspace").press("Enter")
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("The workspace mine is saved").wait_for()
        expect(page).to_have_url(re.compile("workspace=mine"))
        expect(page).to_have_title("ToMCLIP Studio")
        expect_no_complaint(page)
        page.get_by_role("link", name="Evaluate encoders on it").click()
        expect(page).to_have_url(re.compile("benchmark=workspace%3Amine"))
        expect_no_complaint(page)
        browser.close()
    assert (tmp_path / "runs" / "workspaces" / "mine" / "captions.parquet").is_file()
