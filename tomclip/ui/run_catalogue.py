"""The Runs page: every run on this machine, what they differ in, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from tomclip.errors import TomclipError
from tomclip.figures import trade_off_figure
from tomclip.runs import advance_queue, list_runs, observed_state
from tomclip.runs.reader import events_state
from tomclip.runs.records import RunSummary, config_differences, run_summary, set_notes
from tomclip.runs.sweeps import Sweep, list_sweeps
from tomclip.runs.trade_off import sweep_points, trade_off
from tomclip.runs.trash import empty_trash, list_trash, restore_run, trash_run
from tomclip.types import RunRecord
from tomclip.ui.feedback import sentences
from tomclip.ui.layout import figure, figure_context
from tomclip.ui.training.form import clone_run
from tomclip.ui.training.page import WATCHED

EVERY_SECONDS = 5.0
NO_RUNS = "No run yet. Start one on the Train page, or with 'tomclip train'."
COLUMNS: dict[str, Any] = {
    "top-1": st.column_config.NumberColumn(
        "Zero-shot top-1, %", format="%.1f", help="Mean of the languages at the last probe."
    ),
    "H0": st.column_config.NumberColumn(
        "H0 to teacher", format="%.3f", help="Wasserstein distance to the teacher's English."
    ),
    "minutes": st.column_config.NumberColumn("Minutes", format="%.1f"),
}


def show() -> None:
    """Shows the table of runs, the chosen ones, the sweeps and the trash."""
    runs = list_runs()
    if runs:
        chosen = _table(runs)
        if chosen:
            _differences(chosen)
        if len(chosen) == 1:
            _one(chosen[0])
        _delete(chosen)
    else:
        st.info(NO_RUNS)
    _sweeps()
    _trash()


def _table(runs: Sequence[RunRecord]) -> list[RunRecord]:
    """Shows the runs that match the filter, and returns those selected."""
    wanted = st.text_input(
        "Filter", key="run_filter", placeholder="name, tag, state or note", persist_state="session"
    ).casefold()
    rows = [_row(run) for run in runs]
    kept = [i for i, row in enumerate(rows) if wanted in _text(row)]
    table = pd.DataFrame([rows[i] for i in kept], columns=list(rows[0]))
    event = st.dataframe(
        table, hide_index=True, key="run_table", on_select="rerun", selection_mode="multi-row",
        column_config=COLUMNS,
    )  # fmt: skip
    st.caption(f"{len(kept)} of {len(runs)} runs. Select one for its notes, several to compare.")
    return [runs[kept[i]] for i in event["selection"]["rows"] if i < len(kept)]


def _text(row: Mapping[str, object]) -> str:
    return " ".join(map(str, row.values())).casefold()


def _row(run: RunRecord) -> dict[str, object]:
    summary = _summary(str(run.path), events_state(run.path), run.state)
    return {
        "name": run.name,
        "state": observed_state(run.path).state if not run.damage else "damaged",
        "step": summary.status.step if summary else 0,
        "top-1": summary.last.get("zero_shot_top1") if summary else None,
        "H0": summary.last.get("wasserstein_h0_to_teacher") if summary else None,
        "minutes": summary.duration_seconds / 60 if summary else None,
        "tags": ", ".join(run.tags),
        "notes": run.damage or run.notes,
        "id": run.id,
    }


@st.cache_resource(max_entries=500, show_spinner=False)
def _summary(path: str, events: tuple[int, int, int], state: str) -> RunSummary | None:
    """Returns the run in numbers; read again when its events or its state changed."""
    try:
        return run_summary(Path(path))
    except TomclipError:
        return None


def _differences(chosen: Sequence[RunRecord]) -> None:
    if len(chosen) < 2:
        return
    table = config_differences({run.id: run.config for run in chosen})
    st.subheader("What they differ in", anchor=False)
    if table.empty:
        st.caption("Their configurations are the same.")
    else:
        st.dataframe(table.astype(str))


def _one(run: RunRecord) -> None:
    """Offers what can be done with one run: watch, clone, name, tag, note."""
    with st.container(border=True):
        st.markdown(f"**{run.name}** · {run.id}")
        with st.container(horizontal=True):
            if st.button("Watch", icon=":material/monitoring:"):
                st.session_state[WATCHED] = run.id
                st.switch_page("pages/6_train.py")
            if st.button("Clone", icon=":material/content_copy:", disabled=not run.config):
                clone_run(run.path)
                st.switch_page("pages/6_train.py")
            if st.button("Look at its topology", icon=":material/hub:"):
                st.query_params.clear()
                st.session_state["encoder"] = f"run:{run.id}"
                st.switch_page("pages/3_topology.py")
        with st.form(f"notes_{run.id}", border=False):
            name = st.text_input("Name", run.name)
            tags = st.text_input("Tags", ", ".join(run.tags), help="With commas between.")
            notes = st.text_area("Notes", run.notes, height=80)
            if st.form_submit_button("Save"):
                with sentences():
                    given = tuple(tag.strip() for tag in tags.split(",") if tag.strip())
                    set_notes(run.path, name=name, tags=given, notes=notes)
                    st.rerun()


def _delete(chosen: Sequence[RunRecord]) -> None:
    if not chosen:
        return
    count = "the run" if len(chosen) == 1 else f"{len(chosen)} runs"
    with st.popover(f"Delete {count}", icon=":material/delete:"), sentences():
        st.markdown(f"Moves {count} to the trash, from where they can be brought back.")
        if st.button("Move to the trash", type="primary"):
            for run in chosen:
                trash_run(run.path)
            st.rerun()


def _trash() -> None:
    trashed = list_trash()
    if not trashed:
        return
    with st.expander(f"Trash ({len(trashed)})", icon=":material/delete:"), sentences():
        for record in (run.record for run in trashed):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{record.name} · {record.id}")
                if st.button("Bring back", key=f"restore_{record.id}"):
                    restore_run(record.id)
                    st.rerun()
        sure = st.checkbox("Delete them for ever", key="empty_trash_sure")
        if st.button("Empty the trash", disabled=not sure):
            empty_trash()
            st.rerun()


def _sweeps() -> None:
    sweeps = {sweep.id: sweep for sweep in list_sweeps()}
    if not sweeps:
        return
    st.subheader("Sweeps", anchor=False)
    chosen = st.selectbox("Sweep", list(sweeps), key="sweep")
    under_way = set(sweep_points(sweeps[chosen])["state"]) & {"queued", "starting", "running"}
    st.fragment(_trade_off, run_every=EVERY_SECONDS if under_way else None)(sweeps[chosen])


def _trade_off(sweep: Sweep) -> None:
    """Shows the trade-off of a sweep, which fills in while its runs are under way."""
    advance_queue()
    points = sweep_points(sweep)
    swept = next((key for key in sweep.keys if key != "seed"), sweep.keys[0])
    chart = trade_off_figure(
        points.assign(weight=points[swept]), context=figure_context([], note=sweep.id),
        weight_label=swept,
    )  # fmt: skip
    figure(
        chart, key="trade_off", data=lambda: points,
        reading="One point a run, hollow until it has finished; bars span the seeds of a setting.",
    )  # fmt: skip
    st.dataframe(trade_off(points), hide_index=True)
    st.caption("Means over the seeds of finished runs, with 95 % intervals by Student's t.")
