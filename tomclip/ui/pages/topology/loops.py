"""Which words form a loop in one language, and whether the same words do in another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from tomclip.core.types import PersistenceDiagram
from tomclip.data import language as known_language
from tomclip.evaluation.settings import ENGLISH
from tomclip.export.lines import loops_lines
from tomclip.figures import LoopPanel, loop_figure, loop_lives_figure, ring_features
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.computing.repeated import cloud_read
from tomclip.ui.pages.topology.clouds import (
    ORIGINAL_SPACE,
    cloud_context,
    ready_diagrams,
    vectors_ready,
)
from tomclip.ui.pages.topology.computations import loops_job
from tomclip.ui.pages.topology.loop_tables import loop_table, loops_table, words_of
from tomclip.ui.parts import controls
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure, side_by_side
from tomclip.ui.parts.markdown import literal
from tomclip.ui.parts.selection import Selection
from tomclip.ui.selecting import state
from tomclip.ui.selecting.data import rows_of
from tomclip.ui.selecting.feature_items import loop_items
from tomclip.ui.theme import theme
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from tomclip.topology import LoopComparison

WORDS_IN_A_LABEL = 3
PICTURE_SIDE = 96
NOISE, LEVEL = "\u2248", 0.05
"""The mark of a loop that is not told from noise, and the p-value below which one is."""


def show_loops(choice: CloudChoice, max_dimension: int, rows: ControlRows) -> None:
    """Shows the loops of a language beside what their words are in the other one."""
    with rows.second:
        here = controls.language_picker("Loops in", choices.LOOPS_IN)
        there = controls.language_picker("But not in", choices.NOT_IN, without=here)
        order = controls.option_picker("Order", choices.LOOP_ORDER)
        top = controls.number_slider("Loops shown", choices.MOST_LOOPS, 5, 60)
    choice = choice.over([here, there])
    if not vectors_ready(choice, [here, there]):
        return
    diagrams = ready_diagrams(choice, [here], 1)
    if not diagrams:
        return
    found = outcomes({"loops": loops_job(choice, here, there)}).get("loops", ())
    if not found:
        st.info(f"{known_language(here).name} has no loop in this sample.")
        return
    ordered = sorted(found, key=_lost, reverse=True) if order == "lost" else found
    by_noise = _by_noise(diagrams[here][1])
    again = partial(
        loops_lines,
        cloud_read(choice, cloud_context(choice), (here, there)),
        here=here,
        there=there,
        lost_first=order == "lost",
        top=top,
    )
    chosen = _lives(choice, here, there, ordered, top, by_noise, again)
    _answer(choice, here, there, chosen or ordered[0], by_noise)


def _lost(comparison: LoopComparison) -> float:
    """Returns how much longer the loop lives here than there."""
    closes, filled = comparison.there
    return (comparison.loop.death - comparison.loop.birth) - (filled - closes)


def _lives(
    choice: CloudChoice,
    here: str,
    there: str,
    loops: Sequence[LoopComparison],
    top: int,
    by_noise: np.ndarray,
    lines: Callable[[], str],
) -> LoopComparison | None:
    """Shows the lives of the loops, and returns the one that is clicked."""
    chart = loop_lives_figure(
        loops,
        labels=[_label(choice, here, loop, by_noise) for loop in loops],
        glosses=_glosses(choice, here, loops),
        here=here,
        there=there,
        top=top,
        context=cloud_context(choice),
    )
    missing = sum(closes == filled for closes, filled in (loop.there for loop in loops))
    names = known_language(here).name, known_language(there).name
    marks = figure(
        chart,
        key="topology/loops",
        selection=_selection(choice, here, loops),
        data=lambda: loops_table(choice, here, loops),
        reading=f"{missing} of {len(loops)} loops of {names[0]} words are none in {names[1]}: "
        "there they are filled as soon as they close. "
        f"{NOISE} stands before a loop that is not told from noise. Click one to see its words. "
        + ORIGINAL_SPACE,
        lines=lines,
    )
    return next((loop for loop in loops for (bar,) in marks[:1] if loop.bar == int(bar)), None)


def _selection(choice: CloudChoice, here: str, loops: Sequence[LoopComparison]) -> Selection:
    """Returns that a loop can be selected, and that those of selected words are dotted."""
    points = {found.bar: found.loop.points for found in loops}

    def ring(chart: go.Figure) -> None:
        rows = rows_of(state.current().ids)
        own = {bar for bar, some in points.items() if np.isin(choice.rows[list(some)], rows).any()}
        ring_features(chart, {(here, 1, bar) for bar in own}, theme=theme())

    return Selection(
        choices.LOOP,
        (choice, here),
        items=lambda mark: loop_items(choice, here, points[int(mark[0])]),
        follow=ring,
    )


def _answer(
    choice: CloudChoice,
    here: str,
    there: str,
    found: LoopComparison,
    by_noise: np.ndarray,
) -> None:
    """Shows the words of one loop, as they lie in both languages."""
    loop, (closes, filled) = found.loop, found.there
    words = literal(" – ".join(words_of(choice, here, loop.points)))
    with st.container(border=True):
        st.markdown(
            f"**{words}**{_gloss(choice, here, loop.points)}"
            f"  \n{_life(here, loop.birth, loop.death)} {_life(there, closes, filled)}"
        )
        st.caption(_noise(by_noise, found.bar))
        if not loop.exact:
            st.caption("These words close the loop at its birth, but it also winds round another.")
    panels = [
        _panel(choice, here, loop.points, (loop.birth, loop.death)),
        _panel(choice, there, loop.points, found.there),
    ]
    _panels_beside(panels, choice, loop.points)


def _glosses(choice: CloudChoice, code: str, loops: Sequence[LoopComparison]) -> list[str] | None:
    """Returns the first words of each loop in English; None where they are English already."""
    data = cached.dataset(choice.data)
    if code == ENGLISH or ENGLISH not in data.names:
        return None
    words = [words_of(choice, ENGLISH, found.loop.points) for found in loops]
    return [", ".join([*filter(None, some)][:WORDS_IN_A_LABEL]) for some in words]


def _gloss(choice: CloudChoice, code: str, points: Sequence[int]) -> str:
    """Returns the words in English, for those of another language."""
    data = cached.dataset(choice.data)
    rows = choice.rows[list(points)]
    if code == ENGLISH or len(data.described(rows, [ENGLISH])) < len(rows):
        return ""
    return f"  \n:gray[in English: {literal(' – '.join(words_of(choice, ENGLISH, points)))}]"


def _by_noise(diagram: PersistenceDiagram) -> np.ndarray:
    """Returns (k,) p-values of the bars against noise, corrected for their number.

    References:
        Bobrowski and Skraba, "A universal null-distribution for topological data analysis", 2023.
    """
    from tomclip.topology import bar_p_values

    return np.minimum(1.0, bar_p_values(diagram) * len(diagram))


def _noise(by_noise: np.ndarray, bar: int) -> str:
    """Returns in words whether noise makes bars as long."""
    told = "is told" if by_noise[bar] < LEVEL else "is not told"
    return f"Alone, the loop {told} from noise: p = {by_noise[bar]:.2g}, for {len(by_noise)} loops."


def _panels_beside(panels: Sequence[LoopPanel], choice: CloudChoice, points: Sequence[int]) -> None:
    """Shows a figure per language, side by side where there is room."""
    codes = [panel.language for panel in panels]
    place = side_by_side("loop", wide=True)
    for number, panel in enumerate(panels):
        name = known_language(panel.language).name
        context = replace(cloud_context(choice), title=f"The same words in {name}")
        with place.container():
            figure(
                loop_figure(panels, context=context, only=number),
                key=f"topology/loop_{number}",
                data=lambda: loop_table(choice, codes, points),
                reading="Placed by the distances of these words; grey lines join words that are "
                "near enough to fill the loop.",
            )


def _life(code: str, closes: float, filled: float) -> str:
    name = known_language(code).name
    if closes == filled:
        return f"In {name} they are no loop: it is filled as soon as it closes, at {closes:.3f}."
    until = "for ever" if np.isinf(filled) else f"to {filled:.3f}, length {filled - closes:.3f}"
    return f"In {name} they are a loop from {closes:.3f} {until}."


def _panel(
    choice: CloudChoice, code: str, points: Sequence[int], life: tuple[float, float]
) -> LoopPanel:
    inside = cached.distances(choice, code).values[np.ix_(points, points)]
    return LoopPanel(code, inside, words_of(choice, code, points), life, _pictures(choice, points))


def _pictures(choice: CloudChoice, points: Sequence[int]) -> list[bytes]:
    """Returns the words' pictures; none where one of them has none."""
    data = cached.dataset(choice.data)
    rows = choice.rows[list(points)].tolist()
    found = [data.picture_png(row, data.held_out_rendering, PICTURE_SIDE) for row in rows]
    return found if all(found) else []


def _label(choice: CloudChoice, code: str, found: LoopComparison, by_noise: np.ndarray) -> str:
    words = words_of(choice, code, found.loop.points)
    mark = "" if by_noise[found.bar] < LEVEL else f"{NOISE} "
    return f"{mark}{len(words)}: {', '.join(words[:WORDS_IN_A_LABEL])}"
