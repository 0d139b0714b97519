"""What only a browser shows of a run at work: what is drawn anew, and what must not be."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from support.browser import expect_no_complaint, running_studio
from support.fake_worker import wait_for
from support.recorded_runs import record_probe, recorded_run

from tomclip.core.types import Event
from tomclip.runs import append_event, read_status, write_status
from tomclip.runs.jobs.processes import handle_of, write_handle
from tomclip.runs.status import utc_now

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.usefixtures("runs"),
]

PATIENCE_MILLISECONDS = 60_000
REFRESHES_MILLISECONDS = 7_000
TILES = 5
COUNT_TILES = """() => {
  const counts = () => [
    document.querySelectorAll('[data-testid=stMetric]').length,
    document.querySelectorAll('.st-key-live_actions [data-testid=stMetric]').length,
    document.querySelectorAll('.st-key-live_actions button').length,
  ];
  window.seen = [counts()];
  new MutationObserver(() => window.seen.push(counts()))
    .observe(document.body, {childList: true, subtree: true});
}"""


class PlayedWorker:
    """The worker of a run, played by the test: it takes a step whenever a quarter second passes."""

    def __init__(self, path: Path) -> None:
        self.path, self.step = path, 8
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> PlayedWorker:
        write_handle(self.path, handle_of(os.getpid()))
        self._say_where_it_is()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def fail_a_probe(self) -> None:
        append_event(self.path, Event(self.step, 1.0, "probe", {"error": "OSError: gone"}))

    def probe(self) -> None:
        record_probe(self.path, self.step)

    def _work(self) -> None:
        while not self._ended.wait(0.25):
            self.step += 1
            values = {"total": 1.0, "pointwise": 1.0, "seconds": self.step / 4, "step_seconds": 0.2}
            append_event(self.path, Event(self.step, 1.0, "train", values))
            self._say_where_it_is()

    def _say_where_it_is(self) -> None:
        status = replace(read_status(self.path), state="running", step=self.step, total=10_000)
        write_status(self.path, replace(status, heartbeat_at=utc_now(), finished_at=None))


@contextmanager
def watched_run(chromium: Path, assets: Path, folder: Path) -> Iterator[tuple[Page, PlayedWorker]]:
    """Yields the Train page in a browser, with a run at work on it."""
    with (
        running_studio(assets, folder) as address,
        PlayedWorker(recorded_run("played", changed=False, probes=(0,))) as worker,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        expect.set_options(timeout=PATIENCE_MILLISECONDS)
        page = context.new_page()
        page.goto(f"{address}/train")
        expect(page.get_by_test_id("stMetric")).to_have_count(TILES)
        expect(page.locator(".st-key-live_stop")).to_be_visible()
        yield page, worker
        browser.close()


def test_tiles_and_buttons_of_a_run_never_stand_twice(
    chromium: Path, assets: Path, tmp_path: Path
) -> None:
    with watched_run(chromium, assets, tmp_path) as (page, worker):
        page.evaluate(COUNT_TILES)
        worker.fail_a_probe()
        expect(page.get_by_text("failed: OSError: gone")).to_be_visible()
        worker.probe()
        page.wait_for_timeout(REFRESHES_MILLISECONDS)
        seen = page.evaluate("window.seen")
        assert max(tiles for tiles, _, _ in seen) == TILES
        assert max(among_buttons for _, among_buttons, _ in seen) == 0
        assert {buttons for *_, buttons in seen} == {2}
        expect_no_complaint(page)


def test_weights_that_a_person_is_changing_survive_the_steps_and_probes_of_the_run(
    chromium: Path, assets: Path, tmp_path: Path
) -> None:
    with watched_run(chromium, assets, tmp_path) as (page, worker):
        page.get_by_role("button", name="Change the weights").click()
        thumb = page.get_by_role("slider", name="Topology H0")
        thumb.focus()
        for _ in range(4):
            thumb.press("ArrowRight")
            page.wait_for_timeout(600)
        worker.probe()
        expect(page.get_by_text("Press play, or drag the step.")).to_be_visible()
        thumb.press("ArrowLeft")
        page.wait_for_timeout(REFRESHES_MILLISECONDS)
        expect(thumb).to_be_visible()
        apply = page.get_by_role("button", name="Apply from the next step on")
        expect(apply).to_be_enabled()
        apply.click()
        request = worker.path / "control" / "weights.json"
        wait_for(request.exists)
        assert json.loads(request.read_text()) == {"h0_weight": 3.0}
        page.keyboard.press("Escape")
        expect_no_complaint(page)
