"""How long six panels take as one figure, in every format, by one browser.

    python benchmarks/export.py [--points 50000] [--rounds N]

Prints a JSON line a case: seconds of every round and bytes of every file. "six panels" are the
diagrams, Betti curves, barcode and differences of the embedded data and two maps of random points;
"crowded" has a map of `--points` marks in place of one of them. The goal is in `GOALS`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import numpy as np
import pandas as pd
from shared.machine import describe

from tomclip.core.languages import LANGUAGES
from tomclip.core.languages import language as known_language
from tomclip.export.lines import (
    Cloud,
    Items,
    Scored,
    barcode_lines,
    betti_lines,
    diagram_lines,
    difference_lines,
)
from tomclip.export.paper import PAPER_FORMATS, PaperSettings, composed
from tomclip.export.sets import Panel, PanelSet, panel_of
from tomclip.figures import FigureContext, map_figure

GOALS = {"six panels": 10.0}
"""Seconds, in all formats, on two cores."""
MAP_POINTS = 600
ENCODERS = {"mclip": "MCLIP", "tomclip": "ToMCLIP (paper)"}
NAMES = {code: known_language(code).name for code in LANGUAGES}
CLOUD = Cloud("tomclip", FigureContext(ENCODERS, languages=NAMES), ("en", "ko", "ja"))
DIFFERENCES = Scored(
    tuple(ENCODERS),
    FigureContext(ENCODERS, languages=NAMES),
    Items(subset="all"),
    unit="percentage points",
)


def embedded_panels() -> list[Panel]:
    """Returns four panels of the embedded data, made by their Python lines."""
    texts = {
        "compare/difference": difference_lines(DIFFERENCES),
        "topology/diagram": diagram_lines(CLOUD),
        "topology/betti": betti_lines(CLOUD, dimension=1),
        "topology/barcode": barcode_lines(CLOUD, language="ko", top=25),
    }
    panels = []
    for key, lines in texts.items():
        names: dict = {}
        exec(compile(lines, key, "exec"), names)
        panels.append(panel_of(names["figure"], key=key, table=names["table"], lines=lines))
    return panels


def map_panel(points: int, seed: int) -> Panel:
    """Returns a map of random points in 13 languages."""
    places = np.random.default_rng(seed).normal(size=(points, 2)).astype(np.float32)
    languages = [LANGUAGES[number % len(LANGUAGES)] for number in range(points)]
    ids = [str(number) for number in range(points)]
    figure = map_figure(
        places,
        labels=ids,
        languages=languages,
        categories=["one"] * points,
        ids=ids,
        context=FigureContext(n_points=points),
        highlight=LANGUAGES,
    )
    table = pd.DataFrame({"language": languages, "x": places[:, 0], "y": places[:, 1]})
    return panel_of(figure, key="embeddings/map", table=table)


def measure(case: str, panels: list[Panel], rounds: int) -> None:
    """Prints how long a set takes; each round arranges it anew, so that nothing is drawn before."""
    seconds, sizes = [], {}
    for number in range(rounds):
        settings = PaperSettings(width_mm=183 - number, theme="print")
        start = time.perf_counter()
        files = composed(PanelSet(case, tuple(panels)), settings, PAPER_FORMATS)
        seconds.append(round(time.perf_counter() - start, 2))
        sizes = {name: len(content) for name, content in files.items()}
    line = {"case": case, "seconds": seconds, "bytes": sizes, "goal": GOALS.get(case)}
    print(json.dumps(line), flush=True)


def main() -> None:
    """Measures both cases."""
    parser = argparse.ArgumentParser(description="The time of a figure of six panels.")
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    print(json.dumps(describe()), file=sys.stderr)
    panels = [*embedded_panels(), map_panel(MAP_POINTS, 0), map_panel(MAP_POINTS, 1)]
    measure("six panels", panels, chosen.rounds)
    if chosen.points:
        measure("crowded", [*panels[:5], map_panel(chosen.points, 2)], 1)


if __name__ == "__main__":
    main()
