"""The Benchmarks page: a benchmark of this machine, encoders, and what they score on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from tomclip.core.paths import workspaces_owned_by
from tomclip.encoders import device_memories
from tomclip.encoders.added import added_encoders
from tomclip.evaluation import TaskFacts
from tomclip.ui.known_encoders.encoder_facts import facts_job, shortage
from tomclip.ui.known_encoders.text_encoders import with_pictures
from tomclip.ui.pages.benchmarks.computations import BenchmarkChoice, evaluation_job
from tomclip.ui.pages.benchmarks.own_lists import own_lists
from tomclip.ui.pages.benchmarks.results import show_results
from tomclip.ui.pages.benchmarks.sources import show_benchmarks
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import notice, outcomes
from tomclip.ui.parts.layout import person
from tomclip.ui.view_state import choices

MOST_ENCODERS = 4
ASKED = "benchmark_asked"


def show() -> None:
    """Shows the benchmarks, the choice of one and of encoders, and the results."""
    here = show_benchmarks()
    if not here:
        return
    st.subheader("Evaluate", anchor=False)
    choice, encoders = _choice(here)
    if choice is None:
        return
    if not encoders:
        st.info("Choose at least one encoder.")
        return
    needs_pictures = here[choice.benchmark].pictures > 0 and not choice.shape
    if needs_pictures and not (encoders := with_pictures(encoders)):
        return
    if st.session_state.get(ASKED) == (choice, encoders):
        _results(choice, encoders)
    if st.session_state.get(ASKED) != (choice, encoders):
        _warn(encoders)
        st.button(
            "Evaluate",
            icon=":material/play_arrow:",
            type="primary",
            key="evaluate_benchmark",
            on_click=_ask,
            args=(choice, encoders),
        )


def _results(choice: BenchmarkChoice, encoders: Sequence[str]) -> None:
    """Evaluates what has not been yet, and shows the results; a failure may be tried again."""
    jobs = {name: evaluation_job(name, choice) for name in encoders}
    results = outcomes(jobs)
    if any(job.failure and not job.cancelled for job in jobs.values()):
        del st.session_state[ASKED]
    if results:
        show_results(results, choice)


def _choice(here: Mapping[str, TaskFacts]) -> tuple[BenchmarkChoice | None, tuple[str, ...]]:
    """Returns what is asked, or None where a list of one's own is refused, and of whom."""
    titles = {name: facts.title for name, facts in here.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = controls.select_picker("Benchmark", choices.BENCHMARK, titles)
        encoders = controls.encoders_picker("Encoders, the baseline first", most=MOST_ENCODERS)
    own = own_lists(name, here[name].languages)
    if own is None:
        return None, encoders
    known = own.languages
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = controls.several_picker(
            "Languages",
            choices.benchmark_languages(name),
            controls.language_titles(known),
            most=len(known),
            placeholder=f"all {len(known)}",
        )
        shape = here[name].has_shape and controls.toggle(
            "Shape against English",
            choices.BENCHMARK_SHAPE,
            help_text="Also how far each language's cloud of texts is from the English one. That "
            "is all that can be asked of encoders that read texts only.",
        )
    choice = BenchmarkChoice(name, chosen or known, shape, own.labels, own.prompts)
    return choice, encoders


def _warn(encoders: Sequence[str]) -> None:
    """Says which of the added encoders do not fit into memory, before they are loaded."""
    added = {one.name for one in added_encoders()}
    jobs = {name: facts_job(name) for name in encoders if name in added}
    for facts in outcomes(jobs).values():
        text = shortage(facts, device_memories()[-1])
        notice(f"{facts.encoder.title}: {text}" if text else "")


def _ask(choice: BenchmarkChoice, encoders: tuple[str, ...]) -> None:
    with workspaces_owned_by(person()):  # a callback runs before the page
        for name in encoders:
            job = evaluation_job(name, choice)
            if job.cancelled:
                job.forget()
    st.session_state[ASKED] = (choice, encoders)
