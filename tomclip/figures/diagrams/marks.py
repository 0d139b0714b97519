"""What persistence figures share: markers, hover texts, the diagonal and the line at infinity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.core.types import PersistenceDiagram
from tomclip.figures.style.context import literal
from tomclip.figures.style.palette import LIGHT, language_style

Diagrams = Sequence[PersistenceDiagram]
DIMENSION_COLOURS = {0: LIGHT["blue"], 1: LIGHT["vermillion"], 2: LIGHT["green"]}
COINCIDENT_DIGITS = 9
REFERENCE = "ref."
"""The code of a reference that is no language, as the teacher's English; it decides the mark."""
DOTTED = {"bowtie": "diamond-wide", "hourglass": "diamond-tall"}
"""What stands for a symbol that plotly does not draw with the dot that voids have."""
NO_BARS = "No bars: these clouds have no feature of the chosen dimension."


def largest_finite(diagrams: Mapping[str, Diagrams]) -> float:
    """Returns the largest finite birth or death of all bars, 1.0 when there is none above 0."""
    arrays = [diagram.pairs for group in diagrams.values() for diagram in group]
    finite = [array[np.isfinite(array)] for array in arrays]
    return max((float(array.max()) for array in finite if array.size), default=0.0) or 1.0


def has_bars(diagrams: Mapping[str, Diagrams]) -> bool:
    """Returns whether any of the diagrams has a bar."""
    return any(len(diagram) for group in diagrams.values() for diagram in group)


def merged(diagram: PersistenceDiagram) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Returns the m distinct pairs (m, 2), each one's first bar (m,) and how many coincide (m,)."""
    rounded = np.round(diagram.pairs, COINCIDENT_DIGITS)
    _, first, count = np.unique(rounded, axis=0, return_index=True, return_counts=True)
    return diagram.pairs[first], first, count


def hover_lines(
    title: str, homology_dimension: int, pairs: np.ndarray, count: np.ndarray
) -> list[str]:
    """Returns one hover text per distinct pair: birth, death, length, coincident bars."""
    lines = []
    for (birth, death), times in zip(pairs.tolist(), count.tolist(), strict=True):
        end = "never dies" if np.isinf(death) else f"death {death:.4g} · length {death - birth:.4g}"
        several = f"<br>{times} coincident bars" if times > 1 else ""
        lines.append(
            f"<b>{literal(title)} · H{homology_dimension}</b><br>birth {birth:.4g} · {end}{several}"
        )
    return lines


def diagram_trace(
    language: str,
    title: str,
    diagram: PersistenceDiagram,
    infinity: float,
    marker: Mapping[str, Any],
    *,
    column: float | None = None,
) -> go.Scatter:
    """Returns one diagram as markers; customdata is [language, dimension, bar, coincident bars].

    Args:
        language: code for customdata.
        title: shown name.
        diagram: of one dimension.
        infinity: height at which a bar that never dies is drawn.
        marker: plotly marker; its size grows with the number of coincident bars.
        column: draw every bar at this x instead of at its birth.
    """
    pairs, first, count = merged(diagram)
    customdata = np.empty((len(pairs), 4), dtype=object)
    customdata[:, 0], customdata[:, 1] = language, diagram.homology_dimension
    customdata[:, 2], customdata[:, 3] = first, count
    growth = np.minimum(1 + 0.3 * np.log2(count), 2.5 if column is None else 1.35)
    return go.Scatter(
        x=pairs[:, 0] if column is None else np.full(len(pairs), column),
        y=np.where(np.isinf(pairs[:, 1]), infinity, pairs[:, 1]),
        mode="markers",
        marker={**marker, "size": marker["size"] * growth},
        customdata=customdata,
        hovertext=hover_lines(title, diagram.homology_dimension, pairs, count),
        hovertemplate="%{hovertext}<extra></extra>",
        name=literal(title),
        legendgroup=language,
        cliponaxis=False,
    )


def places_of(diagram: PersistenceDiagram, infinity: float, column: float) -> np.ndarray:
    """Returns where each bar is drawn (k, 2): birth and death, or column and death in H0."""
    places = np.where(np.isinf(diagram.pairs), infinity, diagram.pairs)
    if diagram.homology_dimension == 0:
        places[:, 0] = column
    return places


def with_counts(trace: go.Scatter) -> go.Scatter:
    """Returns the trace with "×3" right of every marker that stands for three coincident bars.

    The strokes of H0 lie too close for it: there the longer stroke and its hover text say it.
    """
    customdata: Any = trace.customdata
    counts = [int(entry[3]) for entry in customdata]
    if customdata[0][1] > 0 and max(counts) > 1:
        trace.update(
            mode="markers+text",
            text=[f"×{count}" if count > 1 else "" for count in counts],
            textposition="middle right",
            textfont={"size": 10, "color": LIGHT["muted"]},
        )
    return trace


def mark_size(diagrams: Mapping[str, Diagrams]) -> float:
    """Returns the marker diameter in pixels off H0, smaller the more bars there are."""
    bars = [sum(len(d) for d in group if d.homology_dimension > 0) for group in diagrams.values()]
    crowd = max(bars, default=0)
    return 8.0 if crowd <= 60 else 6.5 if crowd <= 200 else 5.0


def tick_marker(colour: str, size: float) -> dict[str, Any]:
    """Returns a short horizontal stroke, for bars that are all born at 0."""
    return {
        "symbol": "line-ew",
        "size": size,
        "opacity": 0.75,
        "color": colour,
        "line": {"width": 1.4, "color": colour},
    }


def outline_marker(symbol: str, size: float) -> dict[str, Any]:
    """Returns the outlined grey marker of a reference."""
    line = {"width": 1.2, "color": LIGHT["reference"]}
    shape, dot, _ = symbol.partition("-dot")
    symbol = f"{shape}-open{dot}"
    return {"symbol": symbol, "size": size, "color": LIGHT["reference"], "line": line}


def filled_marker(symbol: str, size: float, colour: str) -> dict[str, Any]:
    """Returns the filled marker of a highlighted language or dimension."""
    line = {"width": 0}
    return {"symbol": symbol, "size": size, "color": colour, "opacity": 0.85, "line": line}


def language_marker(
    code: str, homology_dimension: int, size: float, *, grey: bool
) -> dict[str, Any]:
    """Returns how the bars of a language are marked: strokes in H0, its symbol above."""
    style = language_style(code)
    if homology_dimension == 0:
        return tick_marker(LIGHT["reference"] if grey else style.colour, 15)
    symbol = style.symbol
    if homology_dimension > 1:
        symbol = f"{DOTTED.get(symbol, symbol)}-dot"
    return outline_marker(symbol, size) if grey else filled_marker(symbol, size, style.colour)


def _add_ground_line(
    figure: go.Figure, x: Sequence[float], y: Sequence[float], dash: str, place: Mapping[str, Any]
) -> None:
    figure.add_scatter(
        x=x,
        y=y,
        mode="lines",
        line={"color": LIGHT["axis"], "width": 1, "dash": dash},
        hoverinfo="skip",
        showlegend=False,
        name="",
        cliponaxis=True,
        **place,
    )


def add_diagonal(figure: go.Figure, top: float, place: Mapping[str, Any]) -> None:
    """Adds the line birth = death, from 0 to `top`."""
    _add_ground_line(figure, [0, top], [0, top], "solid", place)


def add_infinity_line(
    figure: go.Figure, infinity: float, x: Sequence[float], place: Mapping[str, Any]
) -> None:
    """Adds the dashed line, over the range `x`, on which bars that never die are drawn."""
    _add_ground_line(figure, x, [infinity, infinity], "6px,4px", place)
