"""How long a person waits for each page, in a real browser, as JSON lines.

Starts the studio with an empty cache, opens the Overview as the first visitor, then every page
twice by the sidebar. "cold" is the first opening, "warm" the second. A page counts as open when its
heading stands, its figures are drawn and nothing is in progress. `--training` trains the smallest
recipe meanwhile, as the studio would start it, on a cache that an earlier round filled: pages
opened then are "first" and "second while training". Last comes the studio's memory.

Seconds are a person's, and grow with whatever else the machine does; `processor_seconds` are what
the studio's process computed meanwhile, `load` how many programs wanted a core in the last minute.

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

import psutil
from playwright.sync_api import Page, sync_playwright
from shared.machine import describe
from shared.own_studio import since, studio, wait_for_server

from tomclip.config import change_config, load_config
from tomclip.core.paths import project_directory
from tomclip.runs import launch, log_tail, read_events
from tomclip.runs.jobs.processes import (
    NICENESS,
    NICENESS_VARIABLE,
    Handle,
    active_process,
    end_processes,
    lower_priority,
)

OVERVIEW = "Overview"
PAGES = (
    "Embeddings",
    "Topology",
    "Compare",
    "Zero-shot & retrieval",
    "Train",
    "Runs",
    "Benchmarks",
    "What helps",
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


def processor_seconds(process: psutil.Process) -> float:
    """Returns what a process has computed so far, in seconds of one core."""
    times = process.cpu_times()
    return times.user + times.system


def yield_from_now_on(handle: Handle) -> None:
    """Gives every thread of the run the priority that the launcher gives it by default."""
    lower_priority(handle.pid, NICENESS)
    for thread in psutil.Process(handle.pid).threads():
        os.setpriority(os.PRIO_PROCESS, thread.id, NICENESS)


@contextmanager
def training_run() -> Iterator[Path]:
    """Yields the folder of a run of the smallest recipe once it takes steps; it ends at the end.

    Until then it yields to nobody: on a busy machine its first step would not come in time.
    """
    recipe = load_config(project_directory() / "configs" / "emoji_small.yaml")
    os.environ[NICENESS_VARIABLE] = "0"
    path = launch(change_config(recipe, {"optimiser.steps": MORE_STEPS_THAN_A_ROUND_TAKES})).path
    del os.environ[NICENESS_VARIABLE]
    try:
        handle = wait_for_first_step(path)
        yield_from_now_on(handle)
        yield path
    finally:
        if (handle_left := active_process(path)) is not None:
            end_processes(handle_left)


def wait_for_first_step(path: Path) -> Handle:
    """Returns the process of a run that has taken a step."""
    begun = perf_counter()
    while not any(event.split == "train" for event in read_events(path)):
        handle = active_process(path)
        if handle is None or perf_counter() - begun > LONGEST_START_SECONDS:
            raise SystemExit(f"the run took no step; its log ends with: {log_tail(path)}")
        sleep(0.5)
    if (handle := active_process(path)) is None:
        raise SystemExit(f"the run ended early; its log ends with: {log_tail(path)}")
    return handle


def open_pages(page: Page, opening: str, process: psutil.Process) -> None:
    """Opens every page by the sidebar and prints how long each took."""
    for title in PAGES:
        started, computed = perf_counter(), processor_seconds(process)
        page.get_by_role("link", name=title, exact=True).click()
        wait_until_open(page, title)
        record_opening(title, opening, since(started), processor_seconds(process) - computed)


def record_opening(title: str, opening: str, seconds: float, computed: float) -> None:
    record(
        title,
        opening=opening,
        seconds=seconds,
        processor_seconds=round(computed, 2),
        load=round(os.getloadavg()[0], 1),
    )


def visit(page: Page, cache: Path, openings: tuple[str, str, str]) -> None:
    """Starts a studio, opens its Overview, then every page twice, and prints what each took."""
    begun = perf_counter()
    with studio(cache) as (address, process):
        wait_for_server(address)
        page.goto(address)
        wait_until_open(page, OVERVIEW)
        observed = psutil.Process(process.pid)
        record_opening(OVERVIEW, openings[0], since(begun), processor_seconds(observed))
        for opening in openings[1:]:
            open_pages(page, opening, observed)
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
