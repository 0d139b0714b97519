"""Accuracy of teachers by sets of drawings: `python scripts/teacher_curve.py DIRECTORY...`.

Reads the scores in the manifests of teachers that `scripts/train_teacher.py --sets N` wrote with
the same budget, or the one file that `scripts/teacher_closed_form.py drawings` printed; prints them
as a Markdown table, and draws them into `--output`, a SVG or PNG.
"""

from __future__ import annotations

import argparse
import json
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
    ("twemoji", "all"): "Twemoji, all 1,583",
    ("twemoji", "unseen"): "Twemoji, the 295 unseen by the students",
    ("fxemoji", "all"): "FxEmojis, the 652 that it draws",
}
TITLE = "More sets of drawings: what the teacher sees"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("given", type=Path, nargs="+", help="teachers' directories, or one file")
    images = project_directory() / "docs" / "images"
    parser.add_argument("--output", type=Path, default=images / "teacher_drawings.svg")
    arguments = parser.parse_args()
    given: list[Path] = arguments.given
    closed = given[0].is_file()
    teachers = read_lines(given[0]) if closed else [read_manifest(path) for path in given]
    teachers = sorted(teachers, key=lambda facts: facts["sets"])
    if not closed and len({facts["steps"] for facts in teachers}) > 1:
        parser.error("these teachers were trained for different numbers of steps; give equal ones")
    print(markdown_table(teachers))
    trained = "ridge maps from a fixed image trunk" if closed else f"{teachers[0]['steps']} steps"
    kind: Any = arguments.output.suffix.removeprefix(".")
    figure = curve_figure(teachers, note=f"{trained}; bars: 95 % over concepts")
    content = image_bytes(figure, kind, width=900, height=480)
    with replaced(arguments.output) as path:
        path.write_bytes(content)


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Returns the closed-form scores in a file of JSON lines as manifests have a teacher's."""
    found: dict[int, dict[str, Any]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        score = json.loads(line)
        sets, drawings = score["sets"], score["drawings"]
        own = found.setdefault(sets, {"title": f"{sets} sets", "sets": sets, "scores": []})
        own["drawings"] = drawings
        own["scores"].append({**score, "zero_shot_top1": score["top1"]})
    return list(found.values())


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


def curve_figure(teachers: Sequence[Mapping[str, Any]], *, note: str) -> go.Figure:
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
    context = FigureContext(metric="", note=note)
    return finished(figure, context, kind="teacher_curve", title=TITLE, height=480)


if __name__ == "__main__":
    main()
