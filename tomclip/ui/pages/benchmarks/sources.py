"""Which benchmarks are on this machine, and where to get the others."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.core.paths import data_directory
from tomclip.data import BENCHMARKS, BenchmarkCheck, benchmark_directory
from tomclip.data.benchmarks.info import State
from tomclip.evaluation import TaskFacts, TaskSource
from tomclip.evaluation.tasks.source import OWN_DATA
from tomclip.ui.pages.benchmarks.computations import check_job
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.tables import show_table
from tomclip.ui.view_state.choices import benchmark_sources

STATE_WORDS: Mapping[State, str] = {
    "present": "on this machine",
    "incomplete": "files are missing",
    "absent": "not here",
}
CHECKED = "benchmark_checked"
MOST_TOLD = 8


def show_benchmarks() -> Mapping[str, TaskFacts]:
    """Shows a row per benchmark and task of one's own, and where to get each published file.

    Returns:
        The facts of those that are on this machine, by name.
    """
    sources = benchmark_sources()
    facts = known_facts(sources)
    states: dict[str, State] = {name: sources[name].state() for name in facts}
    rows = [
        {
            "Benchmark": info.title,
            "State": _state(sources[name], states[name]),
            "Task": info.kind,
            "Pictures": info.pictures,
            "Languages": len(info.languages),
        }
        for name, info in facts.items()
    ]
    counts = st.column_config.NumberColumn(format="localized")
    show_table(
        pd.DataFrame(rows), hide_index=True, height="content", column_config={"Pictures": counts}
    )
    here = {name: facts[name] for name, state in states.items() if state == "present"}
    if not here:
        st.info(
            "Nothing is on this machine yet; get one as told below.", icon=":material/download:"
        )
    with st.expander("Get a published benchmark, or check its files", expanded=not here):
        st.markdown(
            f"Put the files of one into its folder in `{data_directory()}`, and open this page "
            "again."
        )
        _where_to_get()
    return here


def _state(source: TaskSource, state: State) -> str:
    """Returns the state in words; of one's own data nothing can be missing but items."""
    own = source.sort == OWN_DATA and state == "incomplete"
    return "too few items" if own else STATE_WORDS[state]


def known_facts(sources: Mapping[str, TaskSource]) -> Mapping[str, TaskFacts]:
    """Returns what is shown of each task; one whose package is broken is told and left out."""
    facts: dict[str, TaskFacts] = {}
    for name, source in sources.items():
        try:
            facts[name] = source.facts()
        except TomclipError as error:
            st.warning(str(error), icon=":material/rule:")
    return facts


def _where_to_get() -> None:
    name = st.selectbox(
        "Benchmark",
        list(BENCHMARKS),
        key="benchmark_source",
        format_func=lambda one: BENCHMARKS[one].title,
    )
    info = BENCHMARKS[name]
    st.caption(f"{info.paper} · folder `{benchmark_directory(name)}`")
    for source in info.sources:
        st.markdown(
            f"- `{source.path}`: {source.what}, from <{source.address}>  \n"
            f":gray[Terms: {source.terms}]"
        )
    if st.button("Check its files", icon=":material/fact_check:", key="check_benchmark"):
        check_job(name).forget()
        st.session_state[CHECKED] = name
    if st.session_state.get(CHECKED) == name:
        for found in outcomes({name: check_job(name)}).values():
            _show_check(found)


def _show_check(found: BenchmarkCheck) -> None:
    if found.passed:
        counts = ", ".join(f"{count:,} {what}" for what, count in found.findings.counts.items())
        st.success(f"It is whole: {counts}.", icon=":material/check_circle:")
        return
    faults = [*(f"`{name}` is missing" for name in found.missing), *found.findings.problems]
    told = faults[:MOST_TOLD]
    if len(faults) > MOST_TOLD:
        told.append(f"and {len(faults) - MOST_TOLD} more, which `tomclip data check` lists")
    st.warning("\n".join(f"- {fault}" for fault in told), icon=":material/rule:")
