"""How a run is getting on, and what a person can do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import psutil
import streamlit as st

from tomclip.config import LOSS_WEIGHTS
from tomclip.core.errors import TomclipError
from tomclip.core.scores import MEAN, capitalised, score_kind
from tomclip.core.types import Event, RunRecord
from tomclip.runs import (
    ObservedState,
    change_weights,
    kill_run,
    queue_position,
    resume_run,
    seconds_until_kill,
    stop_run,
)
from tomclip.runs.jobs.processes import active_process
from tomclip.ui.pages.train.form import WEIGHT_TITLES, weight_slider
from tomclip.ui.parts.feedback import refuse, sentence
from tomclip.ui.parts.layout import side_by_side
from tomclip.ui.run_view.tables import probe_failures, scores_table, starting_weights

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

ENDED = frozenset({"finished", "failed", "cancelled", "lost"})
RECENT_STEPS = 60
HEADLINES = ("zero_shot_top1", "wasserstein_h0_to_teacher")
SIGNS: Mapping[str, str] = {
    "queued": ":material/schedule:",
    "starting": ":material/hourglass_top:",
    "running": ":material/directions_run:",
    "stale": ":material/snooze:",
    "finished": ":material/check_circle:",
    "cancelled": ":material/cancel:",
    "failed": ":material/error:",
    "lost": ":material/link_off:",
}


def show_state(run: RunRecord, observed: ObservedState, events: Sequence[Event]) -> None:
    """Shows the run's state, how far it is, its speed and its latest scores."""
    status = observed.status
    done = min(max(status.step / status.total, 0.0), 1.0) if status.total else 0.0
    place = queue_position(run.path) if observed.state == "queued" else None
    waiting = "" if place is None else f", number {place} in the queue"
    text = f"{SIGNS[observed.state]} {observed.state}{waiting}"
    st.progress(done, f"{text} · step {status.step:,} of {status.total:,}")
    if observed.reason:
        st.warning(sentence(observed.reason), icon=":material/info:")
    for step, failure in probe_failures(events)[-1:]:
        st.warning(f"The probe at step {step:,} failed: {failure}. Training goes on.")
    _tiles(run, observed, events)


def _tiles(run: RunRecord, observed: ObservedState, events: Sequence[Event]) -> None:
    status, seconds = observed.status, seconds_a_step(events)
    left = seconds * (status.total - status.step) if observed.state not in ENDED else 0.0
    tiles = side_by_side("live", count=3 + len(HEADLINES))
    tiles.metric("Steps a second", f"{1 / seconds:.1f}" if seconds else "–", border=True)
    tiles.metric("Time left", clock(left) if left else "–", border=True)
    tiles.metric(*_memory(run.path, events), border=True)
    scores = scores_table(events)
    for name in HEADLINES:
        _score_tile(tiles, scores, name)


def seconds_a_step(events: Sequence[Event]) -> float:
    """Returns the mean time of the latest training steps; 0 before the first."""
    recent = [event.values for event in events[-RECENT_STEPS:] if event.split == "train"]
    taken = [values["step_seconds"] for values in recent if "step_seconds" in values]
    return sum(taken) / len(taken) if taken else 0.0


def clock(seconds: float) -> str:
    """Returns a duration as minutes:seconds, from an hour on with hours before them."""
    minutes, rest = divmod(round(seconds), 60)
    hours, of_hour = divmod(minutes, 60)
    return f"{hours}:{of_hour:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _memory(path: Path, events: Sequence[Event]) -> tuple[str, str]:
    """Returns whose memory the run uses, and how much: the GPU's at its most, as last recorded, or
    what the worker holds now, or held when it last measured."""
    recorded = next((e.values for e in reversed(events) if "memory_bytes" in e.values), {})
    used, total = recorded.get("memory_bytes"), recorded.get("memory_total_bytes")
    if used and total:
        return "GPU memory", f"{_gigabytes(used)} of {_gigabytes(total)} GB"
    used = _resident(path) or used
    return "Memory", f"{_gigabytes(used)} GB" if used else "–"


def _gigabytes(size: float) -> str:
    """Returns bytes as gigabytes with two digits, or all there are before the point."""
    return f"{size / 1e9:.1f}" if size < 9.95e9 else f"{size / 1e9:.0f}"


def _resident(path: Path) -> int:
    """Returns the worker's resident bytes; 0 when it does not run here."""
    handle = active_process(path)
    try:
        return psutil.Process(handle.pid).memory_info().rss if handle else 0
    except psutil.Error:
        return 0


def _score_tile(tiles: DeltaGenerator, scores: pd.DataFrame, name: str) -> None:
    kind = score_kind(name)
    own = scores[(scores["score"] == name) & (scores["series"] == MEAN)]
    values = own["value"].to_numpy()
    unit = " %" if kind.is_share else ""
    change = kind.written(values[-1] - values[0], signed=True) if len(values) > 1 else ""
    moved = f"{change}{unit} since the start" if change else None
    tiles.metric(
        capitalised(kind.short_title),
        f"{kind.written(values[-1])}{unit}" if len(values) else "–",
        moved,
        border=True,
        delta_color="normal" if kind.higher_is_better else "inverse",
    )


def show_controls(run: RunRecord, observed: ObservedState, events: Sequence[Event]) -> None:
    """Offers to stop, to change the weights, to kill after a time of grace, or to resume."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if observed.state in ENDED:
            if observed.state != "finished":
                _button("Resume", "replay", "live_resume", lambda: resume_run(run.path))
        else:
            _stop_or_kill(run.path)
            with st.popover("Change the weights", icon=":material/tune:"):
                _weights(run, events)
    if refusal := st.session_state.pop("live_refusal", ""):
        refuse(refusal)


def _stop_or_kill(path: Path) -> None:
    grace = seconds_until_kill(path)
    if grace is None:
        _button("Stop", "stop", "live_stop", lambda: stop_run(path))
    elif grace > 0:
        st.caption(
            f"Stopping: the step is finished and saved. Killing is offered in {grace:.0f} s."
        )
    else:
        st.caption("It was asked to stop and has not yet.")
        with st.popover("Kill", icon=":material/dangerous:"):
            st.markdown("What it trained after its last checkpoint is lost.")
            _button("Kill it now", "dangerous", "live_kill", lambda: kill_run(path))


def _weights(run: RunRecord, events: Sequence[Event]) -> None:
    """Offers the four weights, at what they are now."""
    present = starting_weights(run.config)
    for event in events:
        if event.split == "control":
            present |= event.values.get("weights", {})
    chosen = {}
    for name in LOSS_WEIGHTS:
        key = f"live_{run.id}_{name}"
        st.session_state.setdefault(key, present.get(name, 0.0))
        chosen[name] = weight_slider(WEIGHT_TITLES[name], key)
    changed = {name: value for name, value in chosen.items() if value != present.get(name)}
    _button(
        "Apply from the next step on",
        "check",
        "live_apply",
        lambda: change_weights(run.path, changed),
        disabled=not changed,
    )


def _button(
    title: str, icon: str, key: str, action: Callable[[], None], *, disabled: bool = False
) -> None:
    st.button(
        title, icon=f":material/{icon}:", key=key, on_click=_do, args=(action,), disabled=disabled
    )


def _do(action: Callable[[], None]) -> None:
    try:
        action()
    except TomclipError as error:
        st.session_state["live_refusal"] = str(error)
