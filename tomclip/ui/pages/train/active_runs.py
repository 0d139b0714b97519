"""All runs under way: those at work, and those that wait with their places in the queue."""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path

import pandas as pd
import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.core.paths import runs_directory
from tomclip.runs import active_runs, advance_queue, list_sweeps, observed_state, stop_run
from tomclip.runs.catalogue import read_run
from tomclip.runs.jobs.queue import device_of, waiting_runs
from tomclip.runs.observation import state_in_words
from tomclip.ui.parts.feedback import refuse, sentences
from tomclip.ui.parts.tables import show_table

EVERY_SECONDS = 2.0
REFUSAL = "stop_all_refusal"
COLUMNS = {
    "run": "Run",
    "state": "State",
    "done": st.column_config.ProgressColumn("Done", format="percent", min_value=0, max_value=1),
    "steps": "Steps",
}


def show_under_way() -> None:
    """Shows the runs under way, kept up to date, when there is more than one."""
    if refusal := st.session_state.pop(REFUSAL, ""):
        refuse(refusal)
    st.fragment(_table, run_every=EVERY_SECONDS if runs_under_way() else None)()


def runs_under_way() -> list[Path]:
    """Returns the runs at work, then those that wait, first come first."""
    root = runs_directory()
    active = active_runs(root)
    return active + [path for path in waiting_runs(root) if path not in active]


def _table() -> None:
    with sentences():
        advance_queue()
        paths = runs_under_way()
        if len(paths) < 2:
            return
        st.markdown(f"**{len(paths)} runs under way**")
        rows = [_row(place, path) for place, path in _placed(paths)]
        show_table(pd.DataFrame(rows), hide_index=True, column_config=COLUMNS, key="under_way")
        with st.container(horizontal=True, vertical_alignment="center"):
            with st.popover("Stop them all", icon=":material/stop:"):
                st.markdown("Those at work finish their step and save; the others leave the queue.")
                st.button("Stop all runs", key="stop_all", on_click=_stop_all, args=(paths,))
            _link_to_trade_off({path.name for path in paths})


def _link_to_trade_off(under_way: Set[str]) -> None:
    if any(under_way & set(sweep.runs) for sweep in list_sweeps()):
        st.page_link(
            "pages/7_runs.py",
            label="See the trade-off of the sweep fill in",
            icon=":material/scatter_plot:",
        )


def _placed(paths: list[Path]) -> list[tuple[int, Path]]:
    """Returns each run with its place among those that wait for its device; 0 at work."""
    active, ahead, placed = set(active_runs(runs_directory())), {}, []
    for path in paths:
        device = device_of(path)
        ahead[device] = ahead.get(device, 0) + (path not in active)
        placed.append((0 if path in active else ahead[device], path))
    return placed


def _row(place: int, path: Path) -> dict[str, object]:
    observed = observed_state(path, lines=1)
    status = observed.status
    return {
        "run": read_run(path).name,
        "state": f"number {place} in the queue" if place else state_in_words(observed),
        "done": min(status.step / status.total, 1.0) if status.total else 0.0,
        "steps": f"{status.step:,} of {status.total:,}",
    }


def _stop_all(paths: list[Path]) -> None:
    """Stops those that wait first, so that none starts in between."""
    for path in reversed(paths):
        try:
            stop_run(path)
        except TomclipError as error:
            st.session_state[REFUSAL] = str(error)
