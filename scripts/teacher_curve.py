"""Accuracy of teachers by sets of drawings: `python scripts/teacher_curve.py DIRECTORY...`.

Reads the scores in the manifests of teachers that `scripts/train_teacher.py --sets N` wrote with
the same budget, prints them as a Markdown table, and draws them into `--output`, a SVG or PNG.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from tomclip.core.files.atomic import replaced
from tomclip.core.files.manifests import read_manifest
from tomclip.core.paths import project_directory
from tomclip.export.images import image_bytes
from tomclip.figures.style.palette import encoder_style
from tomclip.figures.style.template import FigureContext, finished

SERIES = {
    ("twemoji", "all"): "Twemoji, all concepts",
    ("twemoji", "unseen"): "Twemoji, concepts unseen by the students, among themselves",
    ("fxemoji", "all"): "FxEmojis (second style), all that it draws",
}
TITLE = "More sets of drawings: what the teacher sees"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("directories", type=Path, nargs="+")
    images = project_directory() / "docs" / "images"
    parser.add_argument("--output", type=Path, default=images / "teacher_drawings.svg")
    arguments = parser.parse_args()
    teachers = [read_manifest(directory) for directory in arguments.directories]
    teachers.sort(key=lambda facts: facts["sets"])
    if len({facts["steps"] for facts in teachers}) > 1:
        parser.error("these teachers were trained for different numbers of steps; give equal ones")
    print(markdown_table(teachers))
    kind: Any = arguments.output.suffix.removeprefix(".")
    content = image_bytes(curve_figure(teachers), kind, width=900, height=480)
    with replaced(arguments.output) as path:
        path.write_bytes(content)


def markdown_table(teachers: Sequence[Mapping[str, Any]]) -> str:
    """Returns a row for each teacher: sets, drawings, and top-1 with its interval."""
    rows = [["sets", "drawings", *SERIES.values()], ["---"] * (2 + len(SERIES))]
    for facts in teachers:
        found = [top1_of(facts, *key) for key in SERIES]
        cells = [f"{s['value']:.1f} [{s['low']:.1f}, {s['high']:.1f}]" for s in found]
        rows.append([str(facts["sets"]), f"{facts['drawings']:,}", *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def top1_of(facts: Mapping[str, Any], rendering: str, subset: str) -> dict[str, float]:
    """Returns value, low and high of a manifest's English zero-shot top-1, in per cent."""
    for scores in facts["scores"]:
        if (scores["rendering"], scores["subset"]) == (rendering, subset):
            return scores["zero_shot_top1"]
    raise SystemExit(f"{facts['title']} has no score of {rendering}, {subset}; train it again")


def curve_figure(teachers: Sequence[Mapping[str, Any]]) -> go.Figure:
    """Returns top-1 against the number of drawings, a line with 95 % bars for each of `SERIES`."""
    figure = go.Figure()
    drawings = [facts["drawings"] for facts in teachers]
    for name, (key, title) in zip(("tomclip", "mclip", "teacher"), SERIES.items(), strict=True):
        found = [top1_of(facts, *key) for facts in teachers]
        style = encoder_style(name)
        figure.add_scatter(
            x=drawings,
            y=[s["value"] for s in found],
            error_y={
                "array": [s["high"] - s["value"] for s in found],
                "arrayminus": [s["value"] - s["low"] for s in found],
                "width": 4,
                "thickness": 1,
            },
            mode="lines+markers",
            name=title,
            line={"color": style.colour},
            marker={"size": 8},
        )
    ticks = [f"{facts['drawings']:,}<br>{facts['sets']} sets" for facts in teachers]
    figure.update_xaxes(title="drawings", tickvals=drawings, ticktext=ticks)
    figure.update_yaxes(title="English zero-shot top-1 (%)", rangemode="tozero")
    figure.update_layout(legend={"orientation": "h", "y": -0.3, "x": 0}, showlegend=True)
    steps, size = teachers[0]["steps"], teachers[0].get("image_size", 64)
    note = f"{steps} steps at {size} pixels each, bars 95 % over concepts"
    context = FigureContext(metric="", note=note)
    return finished(figure, context, kind="teacher_curve", title=TITLE, height=480)


if __name__ == "__main__":
    main()
