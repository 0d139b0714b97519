"""A slider and a play button over training steps; the browser plays them without a server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.style.context import FigureContext
from tomclip.figures.style.palette import LIGHT

PLAYER_ROOM = 112
MOST_FRAMES = 20
FRAME_MILLISECONDS = 450


def played_steps(
    steps: Iterable[int], *, keep: int | None = None, most: int = MOST_FRAMES
) -> list[int]:
    """Returns the steps in ascending order, evenly thinned to about `most`.

    The first, the last and the step `keep` always stay.

    Raises:
        InputError: when `keep` is not one of the steps.
    """
    ordered = sorted(steps)
    if keep is not None and keep not in ordered:
        known = ", ".join(map(str, ordered)) or "none"
        raise InputError(f"step {keep} was asked for; recorded are: {known}")
    if len(ordered) <= most:
        return ordered
    stride = (len(ordered) - 1) / (most - 1)
    chosen = {ordered[round(place * stride)] for place in range(most)}
    return sorted(chosen | ({keep} if keep is not None else set()))


def noted(context: FigureContext, played: int, recorded: int) -> FigureContext:
    """Returns the context, its note saying how many recorded steps are played if not all are."""
    if played == recorded:
        return context
    share = f"{played} of {recorded} recorded steps"
    return replace(context, note=" · ".join(filter(None, (context.note, share))))


def add_player(
    figure: go.Figure,
    traces: Mapping[int, Sequence[Any]],
    places: Sequence[int],
    *,
    shown: int,
    moving_milliseconds: int = 0,
) -> None:
    """Adds a frame per training step, the slider that shows one and the button that plays all.

    The figure needs PLAYER_ROOM pixels more below its plot.

    Args:
        figure: drawn as it is at the step `shown`.
        traces: per step, in the order to play, what replaces the traces at `places`: what a frame
            leaves out stays as it is in the figure.
        places: indices of the traces that change.
        shown: the step at which the slider stands.
        moving_milliseconds: how long marks move from one step to the next; 0 when mark i of one
            step is not mark i of the next.
    """
    steps = list(traces)
    figure.frames = [  # pyright: ignore
        go.Frame(name=str(step), data=list(traces[step]), traces=list(places)) for step in steps
    ]
    motion = {
        "mode": "immediate",
        "frame": {"duration": FRAME_MILLISECONDS, "redraw": False},
        "transition": {"duration": moving_milliseconds, "easing": "linear"},
    }
    jump = {**motion, "frame": {"duration": 0, "redraw": False}, "transition": {"duration": 0}}
    stops = [
        {"label": f"{step:,}", "method": "animate", "args": [[str(step)], jump]} for step in steps
    ]
    figure.update_layout(
        sliders=[
            {
                "steps": stops,
                "active": steps.index(shown),
                "x": 0,
                "len": 1,
                "y": 0,
                "yanchor": "top",
                "pad": {"t": 58, "b": 0},
                "currentvalue": {
                    "prefix": "training step ",
                    "xanchor": "right",
                    "offset": 22,
                    "font": {"size": 12, "color": LIGHT["ink"]},
                },
                "font": {"size": 10, "color": LIGHT["muted"]},
                "ticklen": 3,
                "minorticklen": 0,
                "bgcolor": LIGHT["grid"],
                "activebgcolor": LIGHT["blue"],
                "bordercolor": LIGHT["axis"],
                "tickcolor": LIGHT["axis"],
            }
        ],
        updatemenus=[
            {
                "type": "buttons",
                "direction": "right",
                "showactive": False,
                "x": 0,
                "xanchor": "left",
                "y": 0,
                "yanchor": "top",
                "pad": {"t": 50, "l": 0},
                "bgcolor": LIGHT["paper"],
                "bordercolor": LIGHT["axis"],
                "font": {"size": 12, "color": LIGHT["ink"]},
                "buttons": [
                    {"label": "▶", "method": "animate", "args": [None, motion]},
                    {"label": "❚❚", "method": "animate", "args": [[None], jump]},
                ],
            }
        ],
    )
