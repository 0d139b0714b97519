"""How long a person waits for each page, in a real browser, as JSON lines.

Starts the studio with an empty cache, opens the Overview as the first visitor, then every page
twice by the sidebar. "cold" is the first opening, "warm" the second. A page counts as open when its
heading stands, its figures are drawn and nothing is in progress. `--training` trains the smallest
recipe meanwhile, as the studio would start it, on a cache that an earlier round filled: pages
opened then are "first" and "second while training". Last comes the studio's memory.

    python benchmarks/pages.py --browser /usr/bin/chromium --training
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter, sleep

from playwright.sync_api import Page, sync_playwright
from shared.machine import describe
from shared.own_studio import since, studio, wait_for_server

from tomclip.config import change_config, load_config
from tomclip.core.paths import project_directory
from tomclip.runs import active_runs, launch, log_tail, read_status
from tomclip.runs.jobs.processes import active_process, end_processes

OVERVIEW = "Overview"
PAGES = (
    "Embeddings",
    "Topology",
    "Compare",
    "Zero-shot & retrieval",
    "Train",
    "Runs",
    "Benchmarks",
    "Encoders",
    OVERVIEW,
)
WITH_FIGURES = frozenset({OVERVIEW, "Embeddings", "Topology", "Compare"})
BUSY = ", ".join(
    f"[data-{mark}]"
    for mark in ("testid=stProgress", "testid=stSpinner", "testid=stStatusWidget", "stale=true")
)
READY = """([title, busy, figures]) => {
  const heading = document.querySelector('h1');
  const drawn = document.querySelectorAll('.js-plotly-plot .trace, .js-plotly-plot .points');
  return heading && heading.innerText === title && !document.querySelector(busy)
    && (!figures || drawn.length > 0);
}"""
LONGEST_MILLISECONDS = 180_000
LONGEST_START_SECONDS = 600
MORE_STEPS_THAN_A_ROUND_TAKES = 100_000


def wait_until_open(page: Page, title: str) -> None:
    """Returns once the page stands whole for a quarter of a second."""
    heading = "ToMCLIP Studio" if title == OVERVIEW else title
    # A run's own bar of progress stays for as long as it trains.
    busy = BUSY.replace("[data-testid=stProgress], ", "") if title == "Train" else BUSY
    wanted = [heading, busy, title in WITH_FIGURES]
    page.wait_for_function(READY, arg=wanted, timeout=LONGEST_MILLISECONDS)
    while True:
        page.wait_for_timeout(250)
        if page.evaluate(READY, wanted):
            return
        page.wait_for_function(READY, arg=wanted, timeout=LONGEST_MILLISECONDS)


def peak_memory_mb(process_id: int) -> int | None:
    """Returns the largest resident memory of a process so far, where /proc tells it."""
    status = Path(f"/proc/{process_id}/status")
    if not status.is_file():
        return None
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def record(name: str, **values: object) -> None:
    print(json.dumps({"benchmark": "pages", "page": name, **values, **describe()}), flush=True)


@contextmanager
def training_run() -> Iterator[Path]:
    """Yields the folder of a run of the smallest recipe once it takes steps; it ends at the end."""
    recipe = load_config(project_directory() / "configs" / "emoji_small.yaml")
    path = launch(change_config(recipe, {"optimiser.steps": MORE_STEPS_THAN_A_ROUND_TAKES})).path
    try:
        begun = perf_counter()
        while not read_status(path).step:
            if perf_counter() - begun > LONGEST_START_SECONDS or not active_runs():
                raise SystemExit(f"the run took no step; its log ends with: {log_tail(path)}")
            sleep(0.5)
        yield path
    finally:
        if (handle := active_process(path)) is not None:
            end_processes(handle)


def open_pages(page: Page, opening: str) -> None:
    """Opens every page by the sidebar and prints how long each took."""
    for title in PAGES:
        started = perf_counter()
        page.get_by_role("link", name=title, exact=True).click()
        wait_until_open(page, title)
        record(title, opening=opening, seconds=since(started))


def visit(page: Page, cache: Path, openings: tuple[str, str, str]) -> None:
    """Starts a studio, opens its Overview, then every page twice, and prints what each took."""
    begun = perf_counter()
    with studio(cache) as (address, process):
        wait_for_server(address)
        page.goto(address)
        wait_until_open(page, OVERVIEW)
        record(OVERVIEW, opening=openings[0], seconds=since(begun))
        for opening in openings[1:]:
            open_pages(page, opening)
        record("all", peak_memory_mb=peak_memory_mb(process.pid))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--browser", default=shutil.which("chromium"))
    parser.add_argument("--training", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["TOMCLIP_RUNS"] = str(Path(folder, "runs"))
        chromium = playwright.chromium.launch(
            executable_path=options.browser, args=["--no-sandbox"]
        )
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        cache = Path(folder, "cache")
        visit(page, cache, ("start of the studio", "cold", "warm"))
        if options.training:
            os.environ["TOMCLIP_CACHE"] = str(cache)
            with training_run():
                while_training = ("first while training", "second while training")
                visit(page, cache, ("start of the studio while training", *while_training))
        chromium.close()


if __name__ == "__main__":
    main()
