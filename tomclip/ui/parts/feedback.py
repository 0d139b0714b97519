"""What a person sees when something goes wrong, or takes a while."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.ui import view_state
from tomclip.ui.computing.jobs import Job

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

T = TypeVar("T")

GRACE_SECONDS = 0.4
POLL_SECONDS = 0.2
FOLLOW_SECONDS = 1.0


@contextmanager
def sentences() -> Iterator[None]:
    """Shows a TomclipError raised inside as one sentence; any other exception shows as a bug."""
    try:
        yield
    except TomclipError as error:
        refuse(error)


def notice(*refusals: str) -> None:
    """Shows each sentence that is not empty as a warning."""
    for refusal in filter(None, refusals):
        st.warning(refusal, icon=":material/link_off:")


def outcomes_so_far(jobs: Mapping[str, Job[T]]) -> dict[str, T]:
    """Returns the results that there are, and shows how the other jobs get on.

    Unlike `outcomes` it waits for nobody: the page is drawn anew whenever one more has ended.
    """
    soon(jobs.values())
    ended = {name: job for name, job in jobs.items() if job.done}
    if pending := [job for job in jobs.values() if not job.done]:
        st.fragment(_follow, run_every=FOLLOW_SECONDS)(pending)
    return outcomes(ended)


def _follow(jobs: Sequence[Job[Any]]) -> None:
    if any(job.done for job in jobs):
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        _show_pending(st.progress(0.0), jobs)
        _cancel_button(jobs)


def outcomes(jobs: Mapping[str, Job[T]]) -> dict[str, T]:
    """Returns the results of the jobs once all have ended, and shows how they get on till then.

    A job that failed shows its sentence, one that was stopped a button to begin again; neither has
    a result. The work runs beside the page: this only waits, and any click ends the waiting.
    """
    if not soon(jobs.values()):
        view_state.write_address(whole=False)
        _watch(list(jobs.values()))
    for job in filter(lambda job: job.cancelled, jobs.values()):
        _offer_again(job)
    failures = {str(job.failure): job for job in jobs.values() if job.failure and not job.cancelled}
    for job in failures.values():
        with sentences():
            job.result()
    return {name: job.result() for name, job in jobs.items() if job.failure is None}


def soon(jobs: Iterable[Job[Any]]) -> bool:
    """Returns whether all jobs end within a moment, so that no progress need be shown."""
    pending = [job.future for job in jobs if not job.done]
    return not wait(pending, timeout=GRACE_SECONDS).not_done


def ready(jobs: Iterable[Job[Any]]) -> bool:
    """Returns whether every job has a result, and shows what is lacking as `outcomes` does."""
    named = {str(number): job for number, job in enumerate(jobs)}
    return len(outcomes(named)) == len(named)


def _offer_again(job: Job[Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.info(f"{job.title} was stopped.", icon=":material/cancel:")
        st.button("Compute again", key=f"again_{job.number}", on_click=job.forget)


def _watch(jobs: Sequence[Job[Any]]) -> None:
    """Shows a bar and a button to cancel, until every job has ended."""
    place = st.empty()
    with place.container(), st.container(horizontal=True, vertical_alignment="center"):
        bar = st.progress(0.0)
        _cancel_button(jobs)
    while pending := [job for job in jobs if not job.done]:
        _show_pending(bar, pending)
        wait([pending[0].future], timeout=POLL_SECONDS)
    place.empty()


def _show_pending(bar: DeltaGenerator, pending: Sequence[Job[Any]]) -> None:
    more = f" · {len(pending) - 1} more waiting" if len(pending) > 1 else ""
    bar.progress(pending[0].fraction, f"{pending[0].title}: {pending[0].message}{more}")


def _cancel_button(jobs: Sequence[Job[Any]]) -> None:
    st.button(
        "Cancel",
        icon=":material/cancel:",
        key=f"cancel_{jobs[0].number}",
        on_click=_cancel,
        args=(jobs,),
    )


def _cancel(jobs: Sequence[Job[Any]]) -> None:
    for job in jobs:
        job.cancel()


def refuse(error: TomclipError | str) -> None:
    """Shows an error, or the text of one, as a sentence."""
    st.error(sentence(error), icon=":material/error:")


def sentence(error: TomclipError | str) -> str:
    """Returns the text of an error with a full stop at its end and a capital letter at its head.

    A head that is no plain word, such as the name of a file, is left as it is.
    """
    text = str(error).strip()
    head = text.partition(" ")[0]
    if head.rstrip(":,").isalpha():
        text = head[:1].upper() + text[1:]
    return text + ("" if text.endswith((".", "!", "?")) else ".")
