"""A persistence diagram that plays over the steps of a training run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.figures.diagrams.frame import Frame, add_grounds, diagram_frame, style_axes
from tomclip.figures.diagrams.marks import (
    NO_BARS,
    REFERENCE,
    Diagrams,
    has_bars,
    language_marker,
    largest_finite,
    mark_size,
    merged,
)
from tomclip.figures.style.axes import distance_unit
from tomclip.figures.style.context import context_of, literal
from tomclip.figures.style.player import PLAYER_ROOM, add_player, noted, played_steps
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    traces_of,
)

TITLE = "Persistence diagram while training"


def animated_diagram_figure(
    steps: Mapping[int, Diagrams],
    reference: Diagrams,
    *,
    context: FigureContext | None = None,
    language: str,
    reference_name: str = "Teacher’s English",
    shown_step: int | None = None,
) -> go.Figure:
    """Returns a language's diagram at one training step, with a slider and a play button.

    It is drawn like `diagram_figure`, over the grey reference, on axes that hold every step. More
    than 20 steps are thinned evenly, which the subtitle says. `customdata` of a mark is the number
    of bars that coincide in it.

    Args:
        steps: per training step, the language's diagrams (H0, H1, ...).
        reference: diagrams drawn in grey behind, the same at every step; may be empty.
        context: what the subtitle says; None: what the data themselves know.
        language: code of the language, for its name and style.
        reference_name: of the reference, for the legend.
        shown_step: shown at first; None takes the last one.

    Raises:
        InputError: when `shown_step` is not one of the steps.
    """
    context = context or context_of(chain(reference, *steps.values()))
    played = {step: steps[step] for step in played_steps(list(steps), keep=shown_step)}
    named = {str(step): group for step, group in played.items()}
    if not has_bars(named):
        return empty_figure(NO_BARS, context, kind="animated_diagram", title=TITLE)
    shown = max(played) if shown_step is None else shown_step
    every = {REFERENCE: reference, **named}
    homology_dimensions = sorted(
        {d.homology_dimension for group in every.values() for d in group if len(d)}
    )
    frame = diagram_frame([REFERENCE, language], homology_dimensions, largest_finite(every))
    add_grounds(frame)
    size = mark_size(every)
    _add(frame, _traces(frame, REFERENCE, reference_name, reference, size, grey=True))
    first = len(traces_of(frame.figure))
    title = context.language(language)
    _add(frame, _traces(frame, language, title, played[shown], size, grey=False))
    moving = range(first, first + len(homology_dimensions))
    add_player(frame.figure, _frames(frame, language, played, size), moving, shown=shown)
    _style(frame, context, [title, reference_name])
    facts = {
        "language": language,
        "steps": list(played),
        "shown_step": shown,
        "infinity": frame.infinity,
    }
    return finished(
        frame.figure,
        noted(context, len(played), len(steps)),
        kind="animated_diagram",
        title=TITLE,
        facts=facts,
        height=600 + PLAYER_ROOM,
        head_room=PANEL_ROOM,
    )


def _traces(
    frame: Frame, code: str, title: str, group: Diagrams, size: float, *, grey: bool
) -> list[go.Scatter]:
    """Returns one trace per dimension of the frame; one without bars has no marks."""
    traces = []
    for homology_dimension in frame.homology_dimensions:
        marker = language_marker(code, homology_dimension, size, grey=grey)
        marks = _marks(frame, code, homology_dimension, group, marker["size"])
        trace = go.Scatter(
            {**marks, "marker": {**marker, **marks["marker"]}},
            mode="markers",
            name=literal(title),
            legendgroup=code,
            showlegend=homology_dimension == frame.homology_dimensions[-1],
            cliponaxis=False,
            hovertemplate=_hover(title, homology_dimension),
        )
        traces.append(trace)
    return traces


def _frames(
    frame: Frame, code: str, played: Mapping[int, Diagrams], size: float
) -> dict[int, list[dict[str, Any]]]:
    """Returns per step what replaces the language's traces: all else stays as it is drawn."""
    sizes = [language_marker(code, d, size, grey=False)["size"] for d in frame.homology_dimensions]
    return {
        step: [
            _marks(frame, code, homology_dimension, group, diameter)
            for homology_dimension, diameter in zip(frame.homology_dimensions, sizes, strict=True)
        ]
        for step, group in played.items()
    }


def _marks(
    frame: Frame, code: str, homology_dimension: int, group: Diagrams, size: float
) -> dict[str, Any]:
    """Returns all that differs between two steps, in the fewest bytes that draw the same."""
    bars = [d for d in group if d.homology_dimension == homology_dimension and len(d)]
    if not bars:
        return {"x": [], "y": [], "customdata": [], "marker": {"size": size}}
    pairs, _, count = merged(bars[0])
    places = np.where(np.isinf(pairs), frame.infinity, pairs).astype(np.float32)
    column = np.full(len(pairs), frame.codes.index(code), dtype=np.uint8)
    growth = np.minimum(1 + 0.3 * np.log2(count), 2.5 if homology_dimension else 1.35)
    sizes = (size * growth).astype(np.float32)
    return {
        "x": places[:, 0] if homology_dimension else column,
        "y": places[:, 1],
        "customdata": count.astype(np.uint16),
        "marker": {"size": sizes if count.max() > 1 else size},
    }


def _hover(title: str, homology_dimension: int) -> str:
    """Returns the hover text; the axis writes a death at infinity as it labels that height."""
    birth = "%{x:.4g}" if homology_dimension else "0"
    return (
        f"<b>{literal(title)} · H{homology_dimension}</b><br>birth {birth} · death %{{y}}"
        "<br>bars here: %{customdata}<extra></extra>"
    )


def _add(frame: Frame, traces: Sequence[go.Scatter]) -> None:
    for homology_dimension, trace in zip(frame.homology_dimensions, traces, strict=True):
        place: dict[str, Any] = frame.place(homology_dimension)
        frame.figure.add_trace(trace, **place)


def _style(frame: Frame, context: FigureContext, entries: list[str]) -> None:
    style_axes(frame, distance_unit(context.metric))
    frame.figure.update_yaxes(hoverformat=".4g")
    legend: dict[str, Any] = {**bottom_legend(entries), "itemsizing": "constant"}
    frame.figure.update_layout(legend=legend, showlegend=True, margin={"b": 60 + PLAYER_ROOM})
