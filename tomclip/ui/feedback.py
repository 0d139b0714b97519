"""What a person sees when something goes wrong, or takes a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from typing import Any, TypeVar

import streamlit as st

from tomclip.errors import TomclipError
from tomclip.ui.jobs import Job

T = TypeVar("T")

GRACE_SECONDS = 0.4
POLL_SECONDS = 0.3


@contextmanager
def sentences() -> Iterator[None]:
    """Shows a TomclipError raised inside as one sentence; any other exception shows as a bug."""
    try:
        yield
    except TomclipError as error:
        st.error(_sentence(error), icon=":material/error:")


def notice(*refusals: str) -> None:
    """Shows each sentence that is not empty as a warning."""
    for refusal in filter(None, refusals):
        st.warning(refusal, icon=":material/link_off:")


def outcomes(jobs: Mapping[str, Job[T]]) -> dict[str, T]:
    """Returns the results of the jobs that are done, and shows how the others are getting on.

    A job that failed shows its sentence, one that was stopped a button to begin again. While some
    are under way the page runs again each time one more is done.
    """
    wait([job.future for job in jobs.values()], timeout=GRACE_SECONDS)
    done = {name: job for name, job in jobs.items() if job.done}
    pending = [job for name, job in jobs.items() if name not in done]
    if pending:
        _progress(pending)
    for job in filter(lambda job: job.cancelled, done.values()):
        _offer_again(job)
    failures = {str(job.failure): job for job in done.values() if job.failure and not job.cancelled}
    for job in failures.values():
        with sentences():
            job.result()
    return {name: job.result() for name, job in done.items() if job.failure is None}


def ready(jobs: Iterable[Job[Any]]) -> bool:
    """Returns whether every job has a result, and shows what is lacking as `outcomes` does."""
    named = {str(number): job for number, job in enumerate(jobs)}
    return len(outcomes(named)) == len(named)


def _offer_again(job: Job[Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(f"{job.title} was stopped.", icon=":material/cancel:")
        st.button("Compute again", key=f"again_{job.title}", on_click=job.forget)


@st.fragment(run_every=POLL_SECONDS)
def _progress(pending: Sequence[Job[Any]]) -> None:
    if any(job.done for job in pending):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        job = pending[0]
        more = f" · {len(pending) - 1} more waiting" if len(pending) > 1 else ""
        st.progress(job.fraction, text=f"{job.title}: {job.message}{more}")
        if st.button("Stop", icon=":material/stop_circle:", key=f"stop_{job.title}"):
            for job in pending:
                job.cancel()


def _sentence(error: TomclipError) -> str:
    text = str(error).strip()
    return f"{text[:1].upper()}{text[1:]}" + ("" if text.endswith((".", "!", "?")) else ".")
