"""The Runs page: every run on this machine, what they differ in, and what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.core.reading.characters import trimmed
from tomclip.core.scores import score_kind
from tomclip.core.types import RunRecord
from tomclip.figures import trade_off_figure
from tomclip.runs import advance_queue, config_differences, list_runs, set_notes
from tomclip.runs.sweeps.sweep import Sweep, list_sweeps
from tomclip.runs.sweeps.trade_off import sweep_points, trade_off
from tomclip.runs.trash import empty_trash, list_trash, restore_run, trash_run
from tomclip.ui import view_state
from tomclip.ui.pages.runs.table import as_trained, run_table
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import refuse, sentences
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.tables import show_table
from tomclip.ui.reports.making import RunWish
from tomclip.ui.reports.menu import report_menu
from tomclip.ui.run_view.clone import ask_for_clone
from tomclip.ui.run_view.live import MOST_OTHERS
from tomclip.ui.view_state import choices
from tomclip.ui.view_state.kinds import AnyChoice

EVERY_SECONDS = 5.0
PIN_REFUSAL = "pin_refusal"
MOST_COMPARED = 4
TRAIN_PAGE = "pages/6_train.py"
TRADE_OFF_COLUMNS: Mapping[str, Any] = {
    "seeds": "Seeds",
    **{
        name: st.column_config.NumberColumn(title, format="%.3f")
        for name, title in (
            ("accuracy", "Accuracy"),
            ("accuracy_low", "from"),
            ("accuracy_high", "to"),
            ("shape", "Shape distance"),
            ("shape_low", "from"),
            ("shape_high", "to"),
        )
    },
    "pareto": "On the front",
}


def show() -> None:
    """Shows the table of runs, the chosen ones, the sweeps and the trash."""
    runs = list_runs()
    if runs:
        chosen = run_table(runs)
        if len(chosen) > 1:
            _several(chosen)
        elif chosen:
            _one(chosen[0])
        _delete(chosen)
    else:
        st.info("No run yet. Start one on the Train page, or with 'tomclip train'.")
        st.page_link(TRAIN_PAGE, label="Train a student", icon=":material/model_training:")
    _sweeps()
    _trash()


def _several(chosen: Sequence[RunRecord]) -> None:
    """Shows what the runs differ in, and offers to lay their curves and students side by side."""
    st.subheader("What they differ in", anchor=False)
    table = config_differences(
        {f"{run.name} · {run.id[-6:]}": as_trained(run).config for run in chosen}
    )
    table = table.drop(columns="name", errors="ignore")
    if table.empty:
        st.caption("Their configurations are the same.")
    else:
        show_table(table.T.rename_axis("Setting").astype(str))
    with st.container(horizontal=True):
        if st.button("Compare their curves", icon=":material/monitoring:"):
            view_state.choose(choices.RUN, chosen[0].id)
            others = tuple(run.id for run in chosen[1 : MOST_OTHERS + 1])
            view_state.choose(choices.OTHER_RUNS, others)
            st.switch_page(TRAIN_PAGE)
        _go(
            "Compare their students",
            ":material/compare_arrows:",
            "pages/4_compare.py",
            choices.ENCODERS,
            tuple(_students(chosen)[:MOST_COMPARED]),
            disabled=len(_students(chosen)) < 2,
        )


def _students(chosen: Sequence[RunRecord]) -> list[str]:
    """Returns the encoders that the runs' best checkpoints are, of those that have one."""
    known = {info.name for info in controls.students()}
    return [name for run in chosen if (name := f"run:{run.id}") in known]


def _go(
    label: str, icon: str, page: str, choice: AnyChoice, value: object, *, disabled: bool = False
) -> None:
    """Offers to open another page with something chosen there."""
    if st.button(label, icon=icon, disabled=disabled):
        view_state.choose(choice, value)
        st.switch_page(page)


def _one(run: RunRecord) -> None:
    """Offers what can be done with one run: watch, clone, use its student, name, tag, note."""
    with st.container(border=True):
        st.markdown(f"**{run.name}** · {run.id}")
        with st.container(horizontal=True, vertical_alignment="center"):
            _go("Watch", ":material/monitoring:", TRAIN_PAGE, choices.RUN, run.id)
            if st.button("Clone", icon=":material/content_copy:", disabled=not run.config):
                ask_for_clone(run.id)
                st.switch_page(TRAIN_PAGE)
            report_menu(RunWish.of(run), key="run")
            _use(run)
        with st.form(f"notes_{run.id}", border=False):
            with st.container(horizontal=True):
                name = st.text_input("Name", run.name)
                tags = st.text_input("Tags", ", ".join(run.tags), help="With commas between.")
            notes = st.text_area("Notes", run.notes, height=80)
            if st.form_submit_button("Save"):
                with sentences():
                    given = tuple(tag for tag in map(trimmed, tags.split(",")) if tag)
                    set_notes(run.path, name=name, tags=given, notes=notes)
                    st.rerun()


def _use(run: RunRecord) -> None:
    """Offers its student, the best checkpoint, to the pages that show encoders."""
    students = _students([run])
    if not students:
        st.caption("It has no checkpoint yet to be used as an encoder.")
        return
    (student,) = students
    pair = tuple(dict.fromkeys((controls.students()[0].name, student)))
    _go(
        "See it on the map",
        ":material/scatter_plot:",
        "pages/2_embeddings.py",
        choices.ENCODER,
        student,
    )
    _go("Look at its topology", ":material/hub:", "pages/3_topology.py", choices.ENCODER, student)
    _go("Compare it", ":material/compare_arrows:", "pages/4_compare.py", choices.ENCODERS, pair)
    _pin(run)


def _pin(run: RunRecord) -> None:
    """Offers to keep its student on the Overview and first among those of the runs."""
    key = f"pin_{run.id}"
    st.session_state[key] = run.pinned
    st.toggle(
        "Pin it",
        key=key,
        on_change=lambda: _remember_pin(run, st.session_state[key]),
        help="Its student stands on the Overview and comes first among those of the runs.",
    )
    if refusal := st.session_state.pop(PIN_REFUSAL, ""):
        refuse(refusal)


def _remember_pin(run: RunRecord, pinned: bool) -> None:
    try:
        set_notes(run.path, pinned=pinned)
    except TomclipError as error:
        st.session_state[PIN_REFUSAL] = str(error)


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
    titles = {name: f"{name} · {len(sweep.settings)} runs" for name, sweep in sweeps.items()}
    chosen = controls.select_picker("Sweep", choices.SWEEP, titles, label_visibility="collapsed")
    under_way = set(sweep_points(sweeps[chosen])["state"]) & {"queued", "starting", "running"}
    st.fragment(_trade_off, run_every=EVERY_SECONDS if under_way else None)(sweeps[chosen])


def _trade_off(sweep: Sweep) -> None:
    """Shows the trade-off of a sweep, which fills in while its runs are under way."""
    advance_queue()
    points = sweep_points(sweep)
    settings = trade_off(points)
    swept = next((key for key in sweep.keys if key != "seed"), sweep.keys[0])
    measure = score_kind(points["measure"].iloc[0])
    chart = trade_off_figure(
        points.assign(weight=points[swept]),
        settings,
        weight_label=swept,
        accuracy_label=f"{measure.title}, mean of the languages",
        accuracy_unit=measure.unit,
        context=figure_context([], note=sweep.id),
    )
    figure(
        chart,
        key="runs/trade_off",
        data=lambda: points,
        reading="One point a run, hollow until it counts; a cross is the mean over seeds.",
    )
    show_table(
        settings.drop(columns="setting"),
        hide_index=True,
        column_config=TRADE_OFF_COLUMNS,
        placeholder="–",
    )
    st.caption("Means over the seeds of finished runs, with 95 % intervals by Student's t.")
