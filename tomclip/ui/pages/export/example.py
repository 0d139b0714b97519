"""An example set of the embedded data: four figures, made by the Python lines beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tomclip.core.errors import EncoderUnavailable
from tomclip.core.languages import LANGUAGES as KNOWN
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
from tomclip.export.sets import Panel, PanelSet, panel_of, save_set, set_names
from tomclip.figures import FigureContext
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job, Report

EXAMPLE = ("mclip", "tomclip_exact", "tomclip")
LANGUAGES, POINTS, SUBSET = ("en", "ko", "ja"), 150, "unseen"
NAMES = {code: known_language(code).name for code in KNOWN}
NAME = "example"


def example_job(encoders: Sequence[str]) -> Job[tuple[Panel, ...]]:
    """Returns the panels of the example, begun when it is new.

    Args:
        encoders: names of shipped ones, the baseline first.

    Raises:
        EncoderUnavailable: when there are fewer than two.
    """
    if len(encoders) < 2:
        raise EncoderUnavailable(
            "the example compares two shipped encoders, and they are not on this machine; restore "
            "them with 'git checkout -- assets'"
        )
    texts = example_lines({name: cached.encoder_title(name) for name in encoders[:2]})

    def work(report: Report) -> tuple[Panel, ...]:
        panels = []
        for number, (key, lines) in enumerate(texts.items()):
            report(number / len(texts), f"figure {number + 1} of {len(texts)}")
            panels.append(_panel(key, lines))
        return tuple(panels)

    key = ("example", tuple(map(cached.fingerprints, encoders[:2])))
    return cached.board("exports").start(key, "Example set", work)


def example_lines(encoders: dict[str, str]) -> dict[str, str]:
    """Returns the Python lines of every figure of the example, by what it is.

    Args:
        encoders: shown title by name, the baseline first.
    """
    name, title = list(encoders.items())[-1]
    cloud = Cloud(
        name, FigureContext({name: title}, languages=NAMES), LANGUAGES, SUBSET, max_points=POINTS
    )
    scored = Scored(
        tuple(encoders),
        FigureContext(encoders, languages=NAMES),
        Items(subset=SUBSET),
        unit="percentage points",
    )
    return {
        "compare/difference": difference_lines(scored),
        "topology/diagram": diagram_lines(cloud),
        "topology/betti": betti_lines(cloud, dimension=1),
        "topology/barcode": barcode_lines(cloud, language="ko", top=10),
    }


def keep_example(panels: Sequence[Panel]) -> str:
    """Returns the name under which the example was saved."""
    name, number = NAME, 1
    while name in set_names():
        number += 1
        name = f"{NAME}-{number}"
    return save_set(PanelSet(name, tuple(panels), {"theme": "print"})).name


def _panel(key: str, lines: str) -> Panel:
    """Returns what the lines draw as a panel, so that figure, numbers and lines are of one make."""
    names: dict[str, Any] = {}
    exec(compile(lines, key, "exec"), names)
    return panel_of(
        names["figure"],
        key=key,
        table=names["table"],
        choices={"subset": SUBSET, "points": POINTS, "seed": 0},
        lines=lines,
    )
