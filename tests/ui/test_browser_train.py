"""A real small run in a real Chromium: started, watched, stopped, resumed and found again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml
from playwright.sync_api import Page, expect, sync_playwright
from support.browser import expect_no_complaint, running_studio
from support.fake_worker import wait_for

from tomclip.config import config_to_dict, parse_config
from tomclip.runs import read_events
from tomclip.runs.jobs.processes import active_process

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PATIENCE_MILLISECONDS = 60_000
STEPS = 20_000
CONFIG = {
    "name": "seen-from-the-browser",
    "device": "cpu",
    "data": {"languages": ["en", "ko"]},
    "student": {"start_from": "mclip", "max_tokens": 16},
    "loss": {"recipe": "exact", "h0_weight": 0.1},
    "optimiser": {"steps": STEPS, "batch_size": 16, "warmup_steps": 0},
    "validation": {"every_steps": 1000, "probe_every_steps": 500},
}
LAST_STEP = """() => {
  const figure = document.querySelector('.st-key-figure-train-loss .js-plotly-plot');
  return figure && figure._fullData ? Math.max(...figure._fullData.map(t => t.x.at(-1))) : -1;
}"""


@contextmanager
def chrome(executable: Path) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        yield context.new_page()
        browser.close()


def drawn_step(page: Page) -> float:
    return float(page.evaluate(LAST_STEP))


def expect_state(page: Page, state: str) -> None:
    expect(page.get_by_text(re.compile(rf"{state}(, [a-z ]+)? · step [\d,]+ of"))).to_be_visible()


def expect_growth(page: Page, step: float) -> float:
    """Returns the last step of the loss curve once it lies beyond `step`."""
    page.wait_for_function(f"() => ({LAST_STEP})() > {step}")
    return drawn_step(page)


def reopened(page: Page, runs: Path, address: str) -> Page:
    """Returns a new window on the run, which went on while there was none."""
    before, context = drawn_step(page), page.context
    page.close()
    (run,) = (path for path in runs.iterdir() if path.name[0] != ".")
    wait_for(lambda: read_events(run)[-1].step > before + 10)
    page = context.new_page()
    page.goto(f"{address}/train")
    expect_state(page, "running")
    expect_growth(page, before)
    return page


def start(page: Page, file: Path) -> None:
    """Fills the form from a file and presses start twice, as a hasty person does."""
    page.get_by_role("button", name="or a file").click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_label("Name", exact=True)).to_have_value(str(CONFIG["name"]))
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Start training").dblclick()


def test_a_person_starts_a_run_sees_it_grow_stops_it_and_finds_it_again(
    chromium: Path, assets: Path, runs: Path, tmp_path: Path
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(yaml.safe_dump(config_to_dict(parse_config(CONFIG))))
    with running_studio(assets, tmp_path) as address, chrome(chromium) as page:
        page.goto(f"{address}/train")
        start(page, file)
        expect_state(page, "running")
        assert expect_growth(page, expect_growth(page, 0)) > 1
        expect_no_complaint(page)
        page = reopened(page, runs, address)
        page.locator(".st-key-live_stop").get_by_role("button").click()
        expect_state(page, "stopped, can be resumed")
        (run,) = (path for path in runs.iterdir() if path.name[0] != ".")
        wait_for(lambda: active_process(run) is None)
        stopped_at = drawn_step(page)
        page.get_by_role("button", name="Resume").click()
        expect_state(page, "running")
        expect_growth(page, stopped_at)
        page.get_by_role("link", name="Runs", exact=True).click()
        expect(page.get_by_text("1 of 1 runs")).to_be_visible()
        expect(page.locator("td").filter(has_text=str(CONFIG["name"])).first).to_be_attached()
        expect_no_complaint(page)
