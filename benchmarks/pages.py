"""How long a person waits for each page, in a real browser, as JSON lines.

Starts the studio with an empty cache, opens the Overview as the first visitor, then every page
twice by the sidebar. "cold" is the first opening, "warm" the second. A page counts as open when its
heading stands, its figures are drawn and nothing is in progress. Last comes the studio's memory.

    python benchmarks/pages.py --browser /usr/bin/chromium
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from time import perf_counter

from machine import describe
from own_studio import since, studio, wait_for_server
from playwright.sync_api import Page, sync_playwright

PAGES = ("Overview", "Embeddings", "Topology", "Compare", "Zero-shot & retrieval")
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


def wait_until_open(page: Page, title: str) -> None:
    """Returns once the page stands whole for a quarter of a second."""
    heading = "ToMCLIP Studio" if title == "Overview" else title
    wanted = [heading, BUSY, title != "Zero-shot & retrieval"]
    page.wait_for_function(READY, arg=wanted, timeout=180_000)
    while True:
        page.wait_for_timeout(250)
        if page.evaluate(READY, wanted):
            return
        page.wait_for_function(READY, arg=wanted, timeout=180_000)


def peak_memory_mb(process_id: int) -> int | None:
    """Returns the largest resident memory of a process so far, where /proc tells it."""
    status = Path(f"/proc/{process_id}/status")
    if not status.is_file():
        return None
    line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
    return int(line.split()[1]) // 1024


def record(name: str, **values: object) -> None:
    print(json.dumps({"benchmark": "pages", "page": name, **values, **describe()}), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--browser", default=shutil.which("chromium"))
    browser = parser.parse_args().browser
    with tempfile.TemporaryDirectory() as cache, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = chromium.new_page(viewport={"width": 1400, "height": 1000})
        started = perf_counter()
        with studio(Path(cache)) as (address, process):
            wait_for_server(address)
            page.goto(address)
            wait_until_open(page, "Overview")
            record("Overview", opening="start of the studio", seconds=since(started))
            for opening in ("cold", "warm"):
                for title in (*PAGES[1:], PAGES[0]):
                    started = perf_counter()
                    page.get_by_role("link", name=title, exact=True).click()
                    wait_until_open(page, title)
                    record(title, opening=opening, seconds=since(started))
            record("all", peak_memory_mb=peak_memory_mb(process.pid))
        chromium.close()


if __name__ == "__main__":
    main()
