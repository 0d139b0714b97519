"""How long a click on one map takes to be seen on the other one, in a real browser, as JSON lines.

Starts the studio with an empty cache, opens two maps beside each other (Embeddings, principal
components, all concepts) in one language and in six, and clicks on points of the first map. A click
has arrived when the second map marks exactly one concept that it did not mark before. `points` are
those drawn on both maps together; the embedded data have no more than six languages of 1,583
concepts on each.

    python benchmarks/linked_selection.py --browser /usr/bin/chromium
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from playwright.sync_api import Page, sync_playwright
from shared.machine import describe
from shared.own_studio import studio, wait_for_server

LANGUAGES = ("ko", "en,ko,ja,zh,fr,de")
CLICKS = 7
LONGEST_MILLISECONDS, POLL_MILLISECONDS = 120_000, 20
MARKED = """() => {
  const chart = document.querySelector('.js-plotly-plot');
  const busy = document.querySelector('[data-testid=stStatusWidget], [data-testid=stProgress]');
  if (!chart?.data || busy) return null;
  const second = chart.data.filter(trace => trace.xaxis === 'x2' && trace.customdata);
  const rows = trace => trace.customdata._inputArray || trace.customdata;
  const marked = trace => (trace.selectedpoints || []).map(at => rows(trace)[at][0]);
  return [...new Set(second.flatMap(marked))];
}"""
PLACES = """() => {
  const chart = document.querySelector('.js-plotly-plot');
  const {xaxis, yaxis, _size} = chart._fullLayout, box = chart.getBoundingClientRect();
  const trace = chart.data.find(one => (one.xaxis || 'x') === 'x' && one.customdata);
  const x = [...(trace.x._inputArray || trace.x)], y = [...(trace.y._inputArray || trace.y)];
  return x.map((one, at) => [
    box.left + xaxis._offset + xaxis.l2p(one), box.top + yaxis._offset + yaxis.l2p(y[at]),
  ]);
}"""
DRAWN = """() => document.querySelector('.js-plotly-plot').data
  .filter(trace => trace.customdata)
  .reduce((count, trace) => count + (trace.x._inputArray || trace.x).length, 0)"""


def open_maps(page: Page, address: str, languages: str) -> int:
    """Returns how many points are drawn, once both maps stand."""
    encoders = "encoder=mclip&beside=tomclip_exact&method=pca&subset=all&concepts=1583"
    page.goto(f"{address}/embeddings?{encoders}&languages={languages}")
    page.wait_for_function(f"({MARKED})() !== null", timeout=LONGEST_MILLISECONDS)
    page.wait_for_timeout(3_000)
    return int(page.evaluate(DRAWN))


def seconds_of_a_click(page: Page, place: list[float]) -> float:
    """Returns how long a click takes until the second map marks another concept."""
    before = json.dumps(page.evaluate(MARKED))
    page.mouse.move(place[0] - 1, place[1])
    page.wait_for_timeout(300)
    started = perf_counter()
    page.mouse.click(*place)
    page.wait_for_function(
        f"(before) => {{ const now = ({MARKED})(); "
        "return now && now.length === 1 && JSON.stringify(now) !== before; }",
        arg=before,
        polling=POLL_MILLISECONDS,
        timeout=LONGEST_MILLISECONDS,
    )
    return perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--browser", default=shutil.which("chromium"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        os.environ["TOMCLIP_RUNS"] = str(Path(folder, "runs"))
        chromium = playwright.chromium.launch(
            executable_path=options.browser, args=["--no-sandbox", "--enable-unsafe-swiftshader"]
        )
        with studio(Path(folder, "cache")) as (address, _):
            wait_for_server(address)
            for languages in LANGUAGES:
                page = chromium.new_page(viewport={"width": 1400, "height": 1400})
                measure(page, address, languages)
        chromium.close()


def measure(page: Page, address: str, languages: str) -> None:
    """Prints how long clicks took on the maps of some languages."""
    points = open_maps(page, address, languages)
    places = page.evaluate(PLACES)
    step = max(len(places) // CLICKS, 1)
    seconds = [seconds_of_a_click(page, place) for place in places[::step][:CLICKS]]
    spread = {"median": median(seconds), "least": min(seconds), "most": max(seconds)}
    record = {
        "benchmark": "linked_selection",
        "languages": languages.count(",") + 1,
        "points": points,
        "clicks": len(seconds),
        **{name: round(value, 2) for name, value in spread.items()},
        "load": round(os.getloadavg()[0], 1),
        **describe(),
    }
    print(json.dumps(record), flush=True)
    page.close()


if __name__ == "__main__":
    main()
