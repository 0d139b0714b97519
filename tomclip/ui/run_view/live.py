"""The runs under way: which one is watched, and what changes with every step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import streamlit as st

from tomclip.core.errors import RunError
from tomclip.core.types import Event, RunRecord
from tomclip.figures import live_loss_figure
from tomclip.figures.training.loss_weights import changes_of
from tomclip.runs import (
    ObservedState,
    advance_queue,
    list_runs,
    observed_state,
    read_status,
    seconds_until_kill,
)
from tomclip.runs.reader import damage_in_words
from tomclip.runs.tables import loss_table
from tomclip.runs.weight_history import starting_weights
from tomclip.ui import view_state
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import notice, sentences
from tomclip.ui.parts.layout import figure, figure_context, side_by_side
from tomclip.ui.reports.making import RunWish
from tomclip.ui.reports.menu import report_menu
from tomclip.ui.run_view.actions import show_actions
from tomclip.ui.run_view.curve_options import Wish
from tomclip.ui.run_view.progress import ENDED, show_state
from tomclip.ui.run_view.readers import (
    events_and_damage,
    events_of,
    events_of_others,
    titles_of_others,
)
from tomclip.ui.run_view.recorded import show_measured, show_snapshots
from tomclip.ui.run_view.snapshots import persistence_engine_job
from tomclip.ui.run_view.watched import show_watched
from tomclip.ui.view_state import choices

EVERY_SECONDS = 2.0
AT_FIRST_SECONDS = 1.0
"""Until the second probe a person waits for the first change."""
MOST_OTHERS = 4
MOST_TOLD = 3
Drawn = tuple[str, int, bool]


def show_live() -> None:
    """Shows the picker of the watched run, the run itself, and how its curves are drawn.

    What is drawn comes first and its settings below it; they are asked before it is drawn.
    """
    runs = _watchable(list_runs())
    if not runs:
        return
    if view_state.chosen(choices.RUN) not in runs:  # a run that starts later takes no one's place
        view_state.choose(choices.RUN, next(iter(runs)))
    titles = {run.id: f"{run.name} · {run.id[9:15]}" for run in runs.values()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        run = runs[controls.select_picker("Run", choices.RUN, titles)]
        actions = st.container(width="content")
        report_menu(RunWish.of(run), key="run")
    observed = observed_state(run.path)
    drawn = _drawn(run.path, observed, events_of(run.path))
    watched, settings, measured, snapshots = (st.container() for _ in range(4))
    with settings:
        wish = _wish({other: title for other, title in titles.items() if other != run.id})
    with actions:
        show_actions(run, observed)
    with watched:
        st.fragment(_live, run_every=_pace(*drawn))(run, runs, wish, drawn)
    with measured, sentences():
        show_measured(run, runs, wish)
    with snapshots, sentences():
        show_snapshots(run)


def _pace(state: str, probes: int, _stopping: bool) -> float | None:
    """Returns the seconds between two looks at a run; None when it has ended.

    While a run starts, what its first diagram needs is loaded beside the page.
    """
    if state in ENDED:
        return None
    if not probes:
        persistence_engine_job()
    return EVERY_SECONDS if probes > 1 else AT_FIRST_SECONDS


def _watchable(found: Sequence[RunRecord]) -> dict[str, RunRecord]:
    """Returns the runs whose status can be read, by id, and says what is damaged in any of them."""
    damaged = [run for run in found if run.damage]
    notice(*(f"Run '{run.name}': {run.damage}." for run in damaged[:MOST_TOLD]))
    if len(damaged) > MOST_TOLD:
        st.caption(f"{len(damaged) - MOST_TOLD} more damaged runs are on the Runs page.")
    return {run.id: run for run in found if not run.damage or _has_status(run.path)}


def _has_status(path: Path) -> bool:
    try:
        read_status(path)
    except RunError:
        return False
    return True


def _wish(others: Mapping[str, str]) -> Wish:
    """Returns how curves are drawn; `others` are the titles, by id, of runs to lay over them."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="curve_settings"):
        laid_over = controls.several_picker(
            "Curves of other runs", choices.OTHER_RUNS, others, most=MOST_OTHERS
        )
        smoothing = controls.real_slider(
            "Smoothing of the loss",
            choices.SMOOTHING,
            0.95,
            step=0.05,
            width=240,
            format="%.2f",
        )
        x = controls.option_picker("Curves over", choices.CURVES_OVER)
    return Wish(smoothing, x, tuple(laid_over))  # type: ignore[arg-type]


def _drawn(path: Path, observed: ObservedState, events: Sequence[Event]) -> Drawn:
    """Returns what the whole page depends on: the run's state, its number of probes, and whether
    it was asked to stop."""
    probes = sum(event.split == "probe" for event in events)
    return observed.state, probes, seconds_until_kill(path) is not None


def _live(run: RunRecord, runs: Mapping[str, RunRecord], wish: Wish, drawn: Drawn) -> None:
    """Shows what changes with every step; a probe or a new state draws the whole page anew.

    Every part has its own place, as in `show_state`.
    """
    with st.container(), sentences():
        state, damage = st.container(), st.container()
        curves, log = side_by_side("curves", wide=True), st.container()
        scores, loss = curves.container(), curves.container()
        advance_queue()
        observed = observed_state(run.path)
        events, damaged_lines = events_and_damage(run.path)
        if _drawn(run.path, observed, events) != drawn:
            st.rerun()
        with state:
            show_state(run, observed, events)
            if observed.state not in ENDED and not any(one.split == "train" for one in events):
                st.caption("Its curves begin with the first step.")
        with damage:
            notice(f"{damage_in_words(damaged_lines)}." if damaged_lines else "")
        with scores, sentences():
            show_watched(run, events, runs, wish)
        with loss:
            _loss(run, events, runs, wish)
        with log.expander("Log"):
            st.code(observed.log_tail or "The log is empty.", language=None)


def _loss(
    run: RunRecord, events: Sequence[Event], runs: Mapping[str, RunRecord], wish: Wish
) -> None:
    losses = loss_table(events)
    if losses.empty:
        return
    others = {name: loss_table(own) for name, own in events_of_others(runs, wish).items()}
    start = starting_weights(run.config)
    chart = live_loss_figure(
        losses,
        weights=start,
        context=figure_context(
            [], metric="", note=run.name, other_encoders=titles_of_others(runs, wish)
        ),
        changes=changes_of(events, start),
        x=wish.x,
        others=others,
        smoothing=wish.smoothing,
    )
    figure(
        chart,
        key="train/loss",
        data=lambda: losses,
        reading="Each term times its weight, stacked; the line is their sum.",
    )
