"""How a run is getting on: its state, its speed and its latest scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import psutil
import streamlit as st

from tomclip.core.formatting import about, decimal, titled_speed
from tomclip.core.scores import MEAN, capitalised, score_kind
from tomclip.core.types import Event, RunRecord
from tomclip.runs import ObservedState, queue_position
from tomclip.runs.jobs.processes import active_process
from tomclip.runs.lone_captions import lone_captions_sentence
from tomclip.runs.observation import state_in_words
from tomclip.runs.tables import ALL_PROBES, probe_failures, scores_table
from tomclip.ui.parts.feedback import sentence
from tomclip.ui.parts.layout import side_by_side

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

ENDED = frozenset({"finished", "failed", "cancelled", "lost"})
RECENT_STEPS = 60
LEAST_SHOWN_BYTES = 50_000_000
"""A process that has only begun holds less, which would be written as 0.0 GB."""
HEADLINES = ("zero_shot_top1", "wasserstein_h0_to_teacher")
LIGHT_HEADLINES = ("sampled_zero_shot_top1", "sampled_wasserstein_h0")
SIGNS: Mapping[str, str] = {
    "queued": ":material/schedule:",
    "starting": ":material/hourglass_top:",
    "running": ":material/directions_run:",
    "stale": ":material/snooze:",
    "finished": ":material/check_circle:",
    "cancelled": ":material/stop_circle:",
    "failed": ":material/error:",
    "lost": ":material/link_off:",
}


def show_state(run: RunRecord, observed: ObservedState, events: Sequence[Event]) -> None:
    """Shows the run's state, how far it is, its speed and its latest scores.

    Every part has its own place. Otherwise one that appears would push the next ones into places
    where the browser still shows the old ones.
    """
    bar, warnings, tiles = st.container(), st.container(), st.container()
    with bar:
        _bar(run, observed)
    with warnings:
        if observed.reason:
            st.warning(sentence(observed.reason), icon=":material/info:")
        for step, failure in probe_failures(events)[-1:]:
            st.warning(f"The probe at step {step:,} failed: {failure}. Training goes on.")
    with tiles:
        _tiles(run, observed, events)
    with st.container():
        if joined := lone_captions_sentence(events):
            st.text(sentence(joined))  # no Markdown: a path may hold stars


def _bar(run: RunRecord, observed: ObservedState) -> None:
    status = observed.status
    nothing_to_do = float(observed.state == "finished")
    done = min(max(status.step / status.total, 0.0), 1.0) if status.total else nothing_to_do
    place = queue_position(run.path) if observed.state == "queued" else None
    waiting = "" if place is None else f", number {place} in the queue"
    text = f"{SIGNS[observed.state]} {state_in_words(observed)}{waiting}"
    steps = f" · step {status.step:,} of {status.total:,}" if status.total else ""
    st.progress(done, text + steps)


def _tiles(run: RunRecord, observed: ObservedState, events: Sequence[Event]) -> None:
    status, seconds = observed.status, seconds_a_step(events)
    left = seconds * (status.total - status.step) if observed.state not in ENDED else 0.0
    tiles = side_by_side("live", count=3 + len(HEADLINES))
    tiles.metric(*titled_speed(seconds), border=True, height="stretch")
    tiles.metric("Time left, about", about(left) if left else "–", border=True, height="stretch")
    tiles.metric(*_memory(run.path, events), border=True, height="stretch")
    scores = scores_table(events, splits=ALL_PROBES, names=LIGHT_HEADLINES)
    headlines = HEADLINES if scores.empty else LIGHT_HEADLINES
    scores = scores_table(events) if scores.empty else scores
    for name in headlines:
        _score_tile(tiles, scores, name)


def seconds_a_step(events: Sequence[Event]) -> float:
    """Returns the mean time of the latest training steps; 0 before the first."""
    recent = [event.values for event in events[-RECENT_STEPS:] if event.split == "train"]
    taken = [values["step_seconds"] for values in recent if "step_seconds" in values]
    return sum(taken) / len(taken) if taken else 0.0


def _memory(path: Path, events: Sequence[Event]) -> tuple[str, str]:
    """Returns whose memory the run uses, and how much: the GPU's at its most, as last recorded, or
    what the worker holds now, or held when it last measured."""
    recorded = next((e.values for e in reversed(events) if "memory_bytes" in e.values), {})
    used, total = recorded.get("memory_bytes"), recorded.get("memory_total_bytes")
    if used and total:
        return "GPU memory", f"{_gigabytes(used)} of {_gigabytes(total)} GB"
    used = _resident(path) or used or 0
    return "Memory", f"{_gigabytes(used)} GB" if used >= LEAST_SHOWN_BYTES else "–"


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
    moved = round(float(values[-1] - values[0]), kind.digits) if len(values) > 1 else 0.0
    points = " points" if kind.is_share else ""
    change = f"{decimal(moved, kind.digits, signed=True)}{points} since the start"
    tiles.metric(
        capitalised(kind.short_title).partition(" to ")[0],
        f"{decimal(values[-1], kind.digits)}{unit}" if len(values) else "–",
        change if len(values) > 1 else None,
        border=True,
        height="stretch",
        help=capitalised(kind.title),
        **_shown_change(moved, kind.higher_is_better),
    )


def _shown_change(moved: float, higher_is_better: bool) -> dict[str, Any]:
    """Returns how a tile shows a change: without colour and arrow where nothing moved."""
    if not moved:
        return {"delta_color": "off", "delta_arrow": "off"}
    better = (moved > 0) == higher_is_better
    return {
        "delta_color": "green" if better else "red",
        "delta_arrow": "up" if moved > 0 else "down",
    }
