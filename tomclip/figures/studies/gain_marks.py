"""The parts of a forest plot of gains: intervals, dots, words beside them, levels, legend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from tomclip.core.formatting import decimal
from tomclip.figures.studies.marks import (
    VERDICTS,
    interval_text,
    of_form,
    p_text,
    segments,
    twice,
)
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import LIGHT

INTERVAL = "95 % interval"
CORRECTED = "corrected interval"
TEXT_SIZE = 11


def add_lines(
    figure: go.Figure,
    tests: pd.DataFrame,
    rows: Mapping[str, float],
    ends: tuple[float, float],
    place: Mapping[str, int],
) -> None:
    """Adds the corrected intervals, thin, and the plain ones over them, cut at the axis' ends."""
    heights = twice([rows[form] for form in tests["form"]])
    for name, width, colour in (("corrected_", 1.2, "context"), ("", 3.2, "reference")):
        low, high = (tests[f"{name}{end}"].clip(*ends) for end in ("low", "high"))
        figure.add_scatter(
            x=segments(low, high),
            y=heights,
            mode="lines",
            line={"color": LIGHT[colour], "width": width},
            hoverinfo="skip",
            showlegend=False,
            name="interval",
            **place,
        )


def add_dots(
    figure: go.Figure,
    tests: pd.DataFrame,
    rows: Mapping[str, float],
    ends: tuple[float, float],
    place: Mapping[str, int],
    digits: int,
    unit: str,
) -> None:
    """Adds the gains, coloured by verdict; one beyond the axis is a triangle at its end."""
    shown = tests["gain"].clip(*ends)
    marks = [VERDICTS.get(str(one), VERDICTS["undecided"]) for one in tests["verdict"]]
    symbols = [
        mark["symbol"] if gain == at else "triangle-left" if gain < at else "triangle-right"
        for mark, gain, at in zip(marks, tests["gain"], shown, strict=True)
    ]
    figure.add_scatter(
        x=shown,
        y=[rows[form] for form in tests["form"]],
        mode="markers",
        marker={
            "color": [mark["color"] for mark in marks],
            "symbol": symbols,
            "size": 9,
            "opacity": 1.0,
            "line": {"width": 1.8, "color": [mark["color"] for mark in marks]},
        },
        customdata=of_form(tests),
        hovertext=[
            f"<b>{literal(str(row['form']))}</b> \u00b7 {literal(str(row['condition']))}<br>"
            f"{interval_text(row, digits, unit)}"
            + (f"<br>{row['verdict']}" if isinstance(row["verdict"], str) else "")
            for row in tests.to_dict("records")
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
        name="forms",
        cliponaxis=False,
        **place,
    )


def add_words(
    figure: go.Figure,
    tests: pd.DataFrame,
    rows: Mapping[str, float],
    ends: tuple[float, float],
    number: int,
    digits: int,
) -> None:
    """Writes verdict and adjusted p-value beside each row; where it lies off the axis, the gain."""
    axis = "" if number == 0 else str(number + 1)
    for row in tests.to_dict("records"):
        verdict = row["verdict"] if isinstance(row["verdict"], str) else ""
        inside = ends[0] <= row["gain"] <= ends[1]
        words = [verdict, p_text(row["adjusted_p"])]
        if not inside:
            words = [decimal(row["gain"], digits, signed=True), verdict]
        figure.add_annotation(
            x=1,
            xref=f"x{axis} domain",
            y=rows[str(row["form"])],
            yref=f"y{axis}",
            text=", ".join(filter(None, words)),
            xanchor="left",
            xshift=9,
            showarrow=False,
            font={"size": TEXT_SIZE, "color": LIGHT["ink" if verdict == "helps" else "muted"]},
        )


def add_level(figure: go.Figure, value: float, place: Mapping[str, int], dash: str = "") -> None:
    """Adds a vertical line behind the marks of one panel."""
    line: dict[str, Any] = {"color": LIGHT["muted"], "width": 1.2, "dash": dash or "solid"}
    options: dict[str, Any] = {"line": line, "layer": "below", **place}
    figure.add_vline(x=value, **options)


def add_legend(figure: go.Figure) -> None:
    """Names verdicts and intervals once for all panels."""
    for name, mark in VERDICTS.items():
        marker = {**mark, "size": 9, "line": {"width": 1.8, "color": mark["color"]}}
        figure.add_scatter(x=[None], y=[None], mode="markers", name=name, marker=marker)
    for name, width, colour in ((INTERVAL, 3.2, "reference"), (CORRECTED, 1.2, "context")):
        line = {"color": LIGHT[colour], "width": width}
        figure.add_scatter(x=[None], y=[None], mode="lines", name=name, line=line)
