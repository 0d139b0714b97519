"""A map of the embeddings that plays over the steps of a training run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.maps.map_axes import map_ranges
from tomclip.figures.maps.scatter import map_figure
from tomclip.figures.style.context import NO_CONTEXT
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.player import PLAYER_ROOM, add_player, noted, played_steps
from tomclip.figures.style.template import FigureContext, empty_figure, restyled, traces_of

MOVING = 300


def animated_map_figure(
    steps: Mapping[int, np.ndarray],
    *,
    labels: Sequence[str],
    languages: Sequence[str],
    context: FigureContext | None = None,
    ids: Sequence[str] | None = None,
    highlight: Sequence[str] | None = None,
    method: str = "UMAP",
    shown_step: int | None = None,
    disparities: Mapping[int, float] | None = None,
) -> go.Figure:
    """Returns a map at one training step, with a slider and a play button that moves the points.

    All steps lie on the same axes; the caller lays their coordinates onto one another
    (`tomclip.geometry.superpose_all`) and says what that left. More than 20 steps are thinned
    evenly, which the subtitle says. `customdata` of a point is [id, row].

    Args:
        steps: per training step, (n, 2) coordinates of the same rows in the same order.
        labels, languages, context, ids, highlight, method: see `map_figure`.
        shown_step: shown at first; None takes the last one.
        disparities: per step, the Procrustes disparity that aligning its map left, in [0, 1];
            written in the corner of the map.

    Raises:
        InputError: when the arrays differ in shape, a list has another length than n, or
            `shown_step` is not one of the steps, or some steps have a disparity and others not.
    """
    context = context or NO_CONTEXT
    played = played_steps(steps, keep=shown_step)
    title = f"{method} map while training"
    if not played or not len(labels):
        return empty_figure("No map recorded yet.", context, kind="animated_map", title=title)
    shown = played[-1] if shown_step is None else shown_step
    maps = {step: np.asarray(steps[step], dtype=np.float32) for step in played}
    shapes = sorted({array.shape for array in maps.values()})
    if shapes != [(len(labels), 2)]:
        raise InputError(f"maps of shapes {shapes} came; give ({len(labels)}, 2) at every step")
    drawn = replace(noted(context, len(played), len(steps)), theme="light")
    figure = map_figure(
        maps[shown],
        labels=labels,
        languages=languages,
        context=drawn,
        ids=ids,
        highlight=highlight,
        method=method,
        vector=True,
    )
    rows = [np.array([entry[1] for entry in t.customdata], dtype=int) for t in traces_of(figure)]
    frames = {
        step: [go.Scatter(x=xy[part, 0], y=xy[part, 1]) for part in rows]
        for step, xy in maps.items()
    }
    x_range, y_range = map_ranges(list(maps.values()))
    if disparities is not None:
        corner = (x_range[0], y_range[1])
        texts = {step: _disparity_text(disparities, step, corner) for step in played}
        figure.add_trace(texts[shown])
        frames = {step: [*traces, texts[step]] for step, traces in frames.items()}
    places = range(len(traces_of(figure)))
    add_player(figure, frames, places, shown=shown, moving_milliseconds=MOVING)
    layout: Any = figure.layout
    figure.update_layout(
        xaxis_range=x_range,
        yaxis_range=y_range,
        height=layout.height + PLAYER_ROOM,
        margin={"b": 60 + PLAYER_ROOM},
        title={"text": context.title or title},
        meta={**layout.meta, "figure": "animated_map", "steps": played, "shown_step": shown},
    )
    return restyled(figure, theme=context.theme)


def _disparity_text(
    disparities: Mapping[int, float], step: int, corner: tuple[float, float]
) -> go.Scatter:
    """Returns the number of one step as a text in the upper left corner, a mark of the frame."""
    if step not in disparities:
        raise InputError(f"step {step} has no disparity; give one for every step")
    return go.Scatter(
        x=[corner[0]],
        y=[corner[1]],
        mode="text",
        text=[f"  Procrustes disparity {disparities[step]:.2f}"],
        textposition="bottom right",
        textfont={"size": 11, "color": LIGHT["muted"]},
        hoverinfo="skip",
        showlegend=False,
    )
