"""A persistence diagram that plays over the steps of a training run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import plotly.graph_objects as go

from tomclip.figures.axes import distance_unit
from tomclip.figures.diagram_frame import Frame, add_grounds, diagram_frame, style_axes
from tomclip.figures.diagram_marks import (
    NO_BARS,
    Diagrams,
    diagram_trace,
    has_bars,
    language_marker,
    largest_finite,
    mark_size,
)
from tomclip.figures.player import PLAYER_ROOM, add_player, played_steps
from tomclip.figures.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    traces_of,
)

TITLE = "Persistence diagram while training"
REFERENCE = "teacher"


def animated_diagram_figure(
    steps: Mapping[int, Diagrams],
    reference: Diagrams,
    *,
    context: FigureContext,
    language: str,
    reference_name: str = "Teacher’s English",
    shown_step: int | None = None,
) -> go.Figure:
    """Returns a language's diagram at one training step, with a slider and a play button.

    It is drawn like `diagram_figure`, over the grey reference, on axes that hold every step. More
    than 40 steps are thinned evenly. `customdata` is that of `diagram_figure`.

    Args:
        steps: per training step, the language's diagrams (H0, H1, ...).
        reference: diagrams drawn in grey behind, the same at every step; may be empty.
        context: what the subtitle says.
        language: code of the language, for its name and style.
        reference_name: of the reference, for the legend.
        shown_step: shown at first; None takes the last one.

    Raises:
        InputError: when `shown_step` is not one of the steps.
    """
    played = {step: steps[step] for step in played_steps(list(steps), keep=shown_step)}
    named = {str(step): group for step, group in played.items()}
    if not has_bars(named):
        return empty_figure(NO_BARS, context, kind="animated_diagram", title=TITLE)
    shown = max(played) if shown_step is None else shown_step
    every = {REFERENCE: reference, **named}
    dimensions = sorted({d.dimension for group in every.values() for d in group if len(d)})
    frame = diagram_frame([REFERENCE, language], dimensions, largest_finite(every))
    add_grounds(frame)
    size = mark_size(every)
    _add(frame, _traces(frame, REFERENCE, reference_name, reference, size, grey=True))
    first = len(traces_of(frame.figure))
    title = context.language(language)
    traces = {
        step: _traces(frame, language, title, group, size, grey=False)
        for step, group in played.items()
    }
    _add(frame, traces[shown])
    add_player(frame.figure, traces, range(first, first + len(dimensions)), shown=shown)
    _style(frame, context, [title, reference_name])
    facts = {"language": language, "steps": list(played), "shown_step": shown,
             "infinity": frame.infinity}  # fmt: skip
    return finished(
        frame.figure, context, kind="animated_diagram", title=TITLE, facts=facts,
        height=600 + PLAYER_ROOM, head_room=PANEL_ROOM,
    )  # fmt: skip


def _traces(
    frame: Frame, code: str, title: str, group: Diagrams, size: float, *, grey: bool
) -> list[go.Scatter]:
    """Returns one trace per dimension of the frame; one without bars has no marks."""
    of_dimension = {diagram.dimension: diagram for diagram in group if len(diagram)}
    column = frame.codes.index(code)
    traces = []
    for dimension in frame.dimensions:
        marker = language_marker(code, dimension, size, grey=grey)
        if dimension in of_dimension:
            trace = diagram_trace(
                code, title, of_dimension[dimension], frame.infinity, marker,
                column=column if dimension == 0 else None,
            )  # fmt: skip
        else:
            trace = go.Scatter(x=[], y=[], mode="markers", marker=marker, legendgroup=code)
        last = dimension == frame.dimensions[-1]
        traces.append(trace.update(name=title, showlegend=last))
    return traces


def _add(frame: Frame, traces: Sequence[go.Scatter]) -> None:
    for dimension, trace in zip(frame.dimensions, traces, strict=True):
        place: dict[str, Any] = frame.place(dimension)
        frame.figure.add_trace(trace, **place)


def _style(frame: Frame, context: FigureContext, entries: list[str]) -> None:
    style_axes(frame, distance_unit(context.metric))
    legend: dict[str, Any] = {**bottom_legend(entries), "itemsizing": "constant"}
    frame.figure.update_layout(legend=legend, showlegend=True, margin={"b": 60 + PLAYER_ROOM})
