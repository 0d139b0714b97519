"""How soon a map of many points is seen and answers, as JSON lines.

A file of random vectors is made in clusters; its first two coordinates are the places, so that no
projection is timed. Timed are the making of the figure, its JSON, the first paint in a real browser
from the opening of a page that holds the figure, and the update after a tenth of the points was
selected. The targets: a first paint within 3 seconds, an update within half a second.

    python benchmarks/large_map.py --points 50000
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
import plotly.graph_objects as go
from playwright.sync_api import sync_playwright
from shared.machine import describe

from tomclip.core.languages import LANGUAGES
from tomclip.export import html_bytes
from tomclip.figures import FigureContext, map_figure

PAINT_TARGET, UPDATE_TARGET = 3.0, 0.5
CHROMIUM = "/usr/bin/chromium"
SELECT = """() => new Promise(done => {
  const plot = document.querySelector('.js-plotly-plot'), started = performance.now();
  const chosen = plot.data.map(one => Array.from({length: Math.floor(one.x.length / 10)},
    (_, at) => at * 10));
  Plotly.restyle(plot, {selectedpoints: chosen}).then(() => requestAnimationFrame(
    () => requestAnimationFrame(() => done((performance.now() - started) / 1000))));
})"""


def vector_file(folder: Path, points: int, dimensions: int) -> Path:
    """Returns a .npy file of clustered vectors (points, dimensions) float32."""
    generator = np.random.default_rng(0)
    centres = generator.normal(size=(40, dimensions)) * 4
    vectors = centres[generator.integers(0, 40, points)] + generator.normal(
        size=(points, dimensions)
    )
    np.save(folder / "vectors.npy", vectors.astype(np.float32))
    return folder / "vectors.npy"


def figure_of(path: Path) -> go.Figure:
    """Returns the map of a file's vectors in thirteen languages."""
    xy = np.load(path)[:, :2]
    codes = [LANGUAGES[at % len(LANGUAGES)] for at in range(len(xy))]
    names = [f"item {at}" for at in range(len(xy))]
    return map_figure(
        xy,
        labels=names,
        languages=codes,
        ids=names,
        highlight=LANGUAGES,
        context=FigureContext(n_points=len(xy), points="captions"),
    )


def seen(page: bytes, folder: Path) -> tuple[float, float]:
    """Returns the seconds from opening a page to its first paint, and of an update on it."""
    path = folder / "map.html"
    path.write_bytes(page)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM if Path(CHROMIUM).exists() else None,
            args=["--no-sandbox", "--enable-unsafe-swiftshader"],
        )
        tab = browser.new_page(viewport={"width": 1280, "height": 900})
        started = perf_counter()
        tab.goto(path.as_uri(), wait_until="commit")
        tab.wait_for_selector(".js-plotly-plot .legend .traces", timeout=120_000)
        tab.evaluate(
            "() => new Promise(f => requestAnimationFrame(() => requestAnimationFrame(f)))"
        )
        painted = perf_counter() - started
        updated = float(tab.evaluate(SELECT))
        browser.close()
    return painted, updated


def measure(points: int, dimensions: int) -> dict[str, object]:
    """Returns what a map of so many points costs."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = vector_file(folder, points, dimensions)
        started, computed = perf_counter(), process_time()
        figure = figure_of(path)
        made, computed = perf_counter() - started, process_time() - computed
        sent = len(str(figure.to_json()))
        painted, updated = seen(html_bytes(figure), folder)
    return {
        "points": points,
        "figure_seconds": round(made, 2),
        "figure_processor_seconds": round(computed, 3),
        "json_megabytes": round(sent / 1e6, 2),
        "first_paint_seconds": round(painted, 2),
        "update_seconds": round(updated, 2),
        "paint_share_of_target": round((made + painted) / PAINT_TARGET, 2),
        "update_share_of_target": round(updated / UPDATE_TARGET, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, nargs="+", default=[50_000])
    parser.add_argument("--dimensions", type=int, default=64)
    options = parser.parse_args()
    for points in options.points:
        print(json.dumps(measure(points, options.dimensions) | describe()), flush=True)


if __name__ == "__main__":
    main()
