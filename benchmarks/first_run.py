"""What a newcomer waits for in the studio, as one JSON object.

A studio with an empty cache and no runs is opened in a real browser; the Overview's link to
training is followed and Start pressed with the settings that stand there. Counted from the opening:
until Start is pressed. Counted from there: the first accuracy, its first change (the next probe is
drawn), the first diagram, and the end of the run. `overhead` is the share of the run that probes
took, light and full.

    python benchmarks/first_run.py
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Page, sync_playwright
from shared.machine import describe
from shared.own_studio import studio, wait_for_server

from tomclip.runs import read_events, read_status

PROBES_DRAWN = """count => {
  const chart = document.querySelector('.st-key-figure-train-watched .js-plotly-plot');
  return Math.max(0, ...(chart?.calcdata ?? []).map(trace => trace.length)) >= count;
}"""
DIAGRAM_DRAWN = """() => {
  const diagram = document.querySelector('.st-key-figure-train-diagram .js-plotly-plot');
  return !!diagram?.calcdata?.length;
}"""


def press_start(page: Page, address: str) -> float:
    """Returns the seconds from opening the studio to the press on Start."""
    started = perf_counter()
    page.goto(address)
    page.get_by_role("link", name="Train a student").click()
    page.get_by_role("button", name="Start training").click()
    return perf_counter() - started


def wait_for_probes(page: Page, count: int) -> None:
    """Returns once the accuracy of `count` probes is drawn."""
    page.wait_for_function(PROBES_DRAWN, arg=count, polling=50, timeout=300_000)


def wait_for_the_end(runs: Path, page: Page) -> Path:
    """Returns the only run in the folder once it has ended."""
    (run,) = (path for path in runs.iterdir() if path.name[0] != "." and path.is_dir())
    while read_status(run).finished_at is None:
        page.wait_for_timeout(250)
    return run


def share_of_probes(run: Path) -> float:
    """Returns the part of the time of probes and steps together that the probes took."""
    events = read_events(run)
    probes = sum(event.values.get("probe_seconds", 0.0) for event in events)
    steps = sum(event.values["step_seconds"] for event in events if event.split == "train")
    return probes / (probes + steps)


def measure(browser: str) -> dict[str, float]:
    """Returns the seconds of a newcomer's first run, and the share of its probes."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        runs = Path(folder) / "runs"
        os.environ["TOMCLIP_RUNS"] = str(runs)
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        page.set_default_timeout(120_000)
        with studio(Path(folder) / "cache") as (address, _):
            wait_for_server(address)
            found = {"start_pressed": press_start(page, address)}
            pressed = perf_counter()
            for name, probes in (("first_accuracy", 1), ("first_change", 2)):
                wait_for_probes(page, probes)
                found[name] = perf_counter() - pressed
            page.wait_for_function(DIAGRAM_DRAWN, polling=50, timeout=300_000)
            found["first_diagram"] = perf_counter() - pressed
            run = wait_for_the_end(runs, page)
            found["finished"] = perf_counter() - pressed
            found["overhead"] = share_of_probes(run)
        chromium.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--browser", default=shutil.which("chromium"))
    found = measure(parser.parse_args().browser)
    rounded = {name: round(value, 3) for name, value in found.items()}
    print(json.dumps({"benchmark": "first_run", **rounded, **describe()}))


if __name__ == "__main__":
    main()
