"""How long each loop of a language lives, and how long the same words do in another language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import plotly.graph_objects as go

from tomclip.core.errors import InputError
from tomclip.figures.style.axes import distance_unit
from tomclip.figures.style.context import NO_CONTEXT, literal, shortened
from tomclip.figures.style.palette import LIGHT
from tomclip.figures.style.template import (
    PANEL_ROOM,
    FigureContext,
    bottom_legend,
    empty_figure,
    finished,
    language_style,
)

if TYPE_CHECKING:
    from tomclip.topology.loops.comparison import LoopComparison

ROW_PIXELS, GLOSSED_ROW_PIXELS = 32, 40
LABEL_SIZE, GLOSS_SIZE, LABEL_PIXELS = 12, 10, 190
HERE, THERE = -0.2, 0.23


def loop_lives_figure(
    loops: Sequence[LoopComparison],
    *,
    labels: Sequence[str],
    here: str,
    there: str,
    context: FigureContext | None = None,
    top: int = 15,
    glosses: Sequence[str] | None = None,
) -> go.Figure:
    """Returns a row per loop of a language: its life there, and the same words' in the other one.

    The upper bar of a row is the life of the loop in its own language, the hollow lower one that of
    the same closed loop of words in the other. Where the words never form a loop, an open mark
    stands at the distance at which they close and are filled at once. `customdata` of every bar and
    mark is [code of `here`, 1, index of the H1 bar].

    Args:
        loops: in the order of the rows, the first on top.
        labels: the words of each loop; shortened to fit.
        here: code of the language whose loops these are.
        there: code of the language they are compared with.
        context: what the subtitle says; None: what the data themselves know.
        top: how many rows to show at most.
        glosses: the words of each loop in English, which stand below their labels; none by default.

    Raises:
        InputError: when `top` is below 1, or labels or glosses differ in number from the loops.
    """
    context = context or NO_CONTEXT
    if top < 1:
        raise InputError(f"top is {top}; use 1 or more loops")
    if len(labels) != len(loops):
        raise InputError(f"{len(labels)} labels came for {len(loops)} loops; give one per loop")
    if glosses is not None and len(glosses) != len(loops):
        raise InputError(f"{len(glosses)} glosses came for {len(loops)} loops; give one per loop")
    names = (context.language(here), context.language(there))
    title = f"{names[0]} loops against {names[1]}"
    if not loops:
        sentence = f"{names[0]} has no loop here."
        return empty_figure(sentence, context, kind="loop_lives", title=title)
    shown = list(loops[:top])
    lives = np.array([[(c.loop.birth, c.loop.death), c.there] for c in shown], dtype=float)
    end = float(lives[np.isfinite(lives)].max()) * 1.04
    bars = np.array([comparison.bar for comparison in shown])
    figure = go.Figure()
    _add_lives(figure, lives[:, 0], bars, here, here, end, context)
    _add_lives(figure, lives[:, 1], bars, here, there, end, context)
    entry = f"no loop in {names[1]}"
    _add_missing(figure, lives[:, 1], bars, here, entry)
    _style(figure, _row_names(labels[: len(shown)], glosses), lives, end, context)
    figure.update_layout(legend=bottom_legend([*names, entry]))
    _say_how_many(figure, len(shown), len(loops))
    facts = {"here": here, "there": there, "shown_of": [len(shown), len(loops)]}
    row = GLOSSED_ROW_PIXELS if glosses else ROW_PIXELS
    height = max(280, 170 + row * len(shown))
    return finished(
        figure,
        context,
        kind="loop_lives",
        title=title,
        height=height,
        facts=facts,
        head_room=PANEL_ROOM,
    )


def _add_lives(
    figure: go.Figure,
    lives: np.ndarray,
    bars: np.ndarray,
    here: str,
    code: str,
    end: float,
    context: FigureContext,
) -> None:
    """Adds the lives (k, 2) in the language `code`; those of length 0 are left to another mark."""
    rows = np.flatnonzero(lives[:, 1] > lives[:, 0])
    births, deaths = lives[rows].T
    own = code == here
    colour = language_style(here).colour if own else LIGHT["reference"]
    figure.add_bar(
        x=np.where(np.isinf(deaths), end, deaths) - births,
        base=births,
        y=rows + (HERE if own else THERE),
        orientation="h",
        width=0.3,
        marker={
            "color": colour if own else LIGHT["band"],
            "line": {"width": 0 if own else 1.2, "color": colour},
        },
        customdata=_customdata(here, bars[rows]),
        name=literal(context.language(code)),
        hovertext=[
            f"<b>{literal(context.language(code))}</b><br>closes at {birth:.4g} · {_end(death)} · "
            f"length {death - birth:.4g}"
            for birth, death in zip(births, deaths, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
    )


def _end(death: float) -> str:
    return "never filled" if np.isinf(death) else f"filled at {death:.4g}"


def _customdata(code: str, bars: np.ndarray) -> np.ndarray:
    customdata = np.empty((len(bars), 3), dtype=object)
    customdata[:, 0], customdata[:, 1], customdata[:, 2] = code, 1, bars
    return customdata


def _add_missing(
    figure: go.Figure,
    lives: np.ndarray,
    bars: np.ndarray,
    here: str,
    entry: str,
) -> None:
    """Adds an open mark where there is no loop."""
    rows = np.flatnonzero(lives[:, 1] <= lives[:, 0])
    closes = lives[:, 0]
    if not len(rows):
        return
    figure.add_scatter(
        x=closes[rows],
        y=rows + THERE,
        mode="markers",
        cliponaxis=False,
        marker={
            "symbol": "diamond-open",
            "size": 8,
            "color": LIGHT["ink"],
            "line": {"width": 1.4, "color": LIGHT["ink"]},
        },
        customdata=_customdata(here, bars[rows]),
        name=literal(entry),
        hovertemplate="closes and is filled at %{x:.4g}<extra></extra>",
    )


def _row_names(labels: Sequence[str], glosses: Sequence[str] | None) -> list[str]:
    """Returns what stands beside each row, as plotly's markup: its label, its gloss below it."""
    names = [literal(shortened(label, LABEL_SIZE, LABEL_PIXELS)) for label in labels]
    if not glosses:
        return names
    style = f"font-size:{GLOSS_SIZE}px;color:{LIGHT['muted']}"
    below = [literal(shortened(gloss, GLOSS_SIZE, LABEL_PIXELS)) for gloss in glosses]
    return [
        f'{name}<br><span style="{style}">{gloss}</span>' if gloss else name
        for name, gloss in zip(names, below, strict=False)
    ]


def _style(
    figure: go.Figure,
    row_names: Sequence[str],
    lives: np.ndarray,
    end: float,
    context: FigureContext,
) -> None:
    low = float(lives[:, :, 0].min())
    room = 0.06 * (end - low)
    figure.update_xaxes(
        title=f"filtration value ({distance_unit(context.metric)})",
        range=[max(0.0, low - room), end + 0.3 * room],
    )
    figure.update_yaxes(
        tickvals=list(range(len(row_names))),
        ticktext=list(row_names),
        range=[len(row_names) - 0.45, -0.55],
        ticks="",
        showline=False,
        showgrid=False,
        tickfont={"size": LABEL_SIZE, "color": LIGHT["ink"]},
    )
    figure.update_layout(barmode="overlay", bargap=0, showlegend=True)


def _say_how_many(figure: go.Figure, shown: int, there_are: int) -> None:
    sentence = (
        f"all {there_are} loops shown"
        if shown == there_are
        else (f"{shown} of {there_are} loops shown")
    )
    figure.add_annotation(
        x=0,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="left",
        yanchor="bottom",
        yshift=4,
        text=sentence,
        showarrow=False,
        font={"size": 12, "color": LIGHT["muted"]},
    )
