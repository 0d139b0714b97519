"""Lines between the bars of two diagrams that a matching pairs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.core.types import PersistenceDiagram
from tomclip.figures.style.context import literal
from tomclip.figures.style.template import language_style

if TYPE_CHECKING:
    from tomclip.topology.matching import DecidingMatch, Matching

HIDDEN = 0.012
"""Share of the death axis below which the marks at a line's ends hide it."""


def add_deciding_match(
    figure: go.Figure, code: str, match: DecidingMatch, place: Mapping[str, Any]
) -> None:
    """Adds a thick line between the two ends that decide a bottleneck distance."""
    births, deaths = zip(match.first, match.second, strict=True)
    figure.add_scatter(
        x=births,
        y=deaths,
        mode="lines",
        showlegend=False,
        name=f"deciding pair, {code}",
        line={"color": language_style(code).colour, "width": 3},
        legendgroup=code,
        hovertemplate=f"this pair decides: {match.distance:.3g}<extra></extra>",
        **place,
    )


class Side(NamedTuple):
    """One of two matched diagrams: its shown name, its bars, where they are drawn (k, 2)."""

    title: str
    diagram: PersistenceDiagram
    places: np.ndarray

    def place(self, bar: int) -> np.ndarray | None:
        """Returns where a bar is drawn, None for the diagonal."""
        return None if bar < 0 else self.places[bar]

    def text(self, bar: int) -> str:
        """Returns the bar in words, "the diagonal" when it is none."""
        if bar < 0:
            return "the diagonal"
        birth, death = self.diagram.pairs[bar]
        return f"{literal(self.title)} {birth:.4g} to {'∞' if np.isinf(death) else f'{death:.4g}'}"


def add_matching(
    figure: go.Figure,
    matching: Matching,
    reference: Side,
    language: Side,
    *,
    code: str,
    colour: str,
    shortest: float,
    place: Mapping[str, Any],
) -> None:
    """Adds a thin line from each bar of the reference to the bar of the language it is matched to.

    A bar matched to the diagonal gets a faint dotted stub to its nearest point there; in H0, whose
    columns have no diagonal, it gets none.

    Args:
        matching: of the two diagrams, the reference first.
        reference: the diagram matched from.
        language: the diagram matched to, of the same dimension.
        code: of the language, for the legend group.
        colour: of the lines.
        shortest: length below which the marks at its ends hide a line.
        place: row and column of the panel.

    Raises:
        InputError: when the matching names a bar that is not there.
    """
    sides = (reference, language)
    _check_matching(matching, sides, code)
    flat = reference.diagram.homology_dimension == 0
    for partnered in (True,) if flat else (False, True):
        rows = np.flatnonzero((matching.pairs >= 0).all(axis=1) == partnered)
        segments = [_segment(matching.pairs[row], sides) for row in rows]
        reach = [np.abs(end - start)[1 if flat else slice(None)].max() for start, end in segments]
        seen = [number for number, length in enumerate(reach) if length > shortest]
        texts = [_matched_text(matching, int(rows[number]), sides) for number in seen]
        lines = [segments[number] for number in seen]
        dash = "solid" if partnered else "dot"
        _add_lines(figure, lines, texts, code, {"color": colour, "width": 1, "dash": dash}, place)


def _check_matching(matching: Matching, sides: tuple[Side, Side], code: str) -> None:
    for column, side in enumerate(sides):
        last = int(matching.pairs[:, column].max(initial=-1))
        if last >= len(side.diagram):
            raise InputError(
                f"the matching of {code!r} names bar {last}, but {side.title} has "
                f"{len(side.diagram)}; give the matching of these two diagrams, the reference first"
            )


def _segment(pair: np.ndarray, sides: tuple[Side, Side]) -> tuple[np.ndarray, np.ndarray]:
    """Returns both ends of a line; a bar without a partner meets the diagonal half way."""
    start, end = (side.place(int(bar)) for side, bar in zip(sides, pair, strict=True))
    if start is None or end is None:
        bar = np.concatenate([place for place in (start, end) if place is not None])
        return bar, np.full(2, bar.mean())
    return start, end


def _matched_text(matching: Matching, row: int, sides: tuple[Side, Side]) -> str:
    pair = matching.pairs[row]
    first, second = (side.text(int(bar)) for side, bar in zip(sides, pair, strict=True))
    return f"{first}<br>matched to {second}<br>{matching.lengths[row]:.4g} apart"


def _add_lines(
    figure: go.Figure,
    lines: Sequence[tuple[np.ndarray, np.ndarray]],
    texts: Sequence[str],
    code: str,
    line: Mapping[str, Any],
    place: Mapping[str, Any],
) -> None:
    """Adds the lines as one trace, and the points half way, unseen, for their hover texts."""
    if not lines:
        return
    common = {"showlegend": False, "legendgroup": code, "name": f"matching, {code}", **place}
    gap = np.full(2, np.nan)
    x, y = np.array([point for start, end in lines for point in (start, end, gap)]).T
    figure.add_scatter(x=x, y=y, mode="lines", line=line, opacity=0.75, hoverinfo="skip", **common)
    x, y = np.array([(start + end) / 2 for start, end in lines]).T
    figure.add_scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"color": line["color"], "size": 6, "opacity": 0},
        hovertext=texts,
        hovertemplate="%{hovertext}<extra></extra>",
        **common,
    )
