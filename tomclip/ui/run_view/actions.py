"""What a person can do about a run: stop or kill it, go on with it, change its weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from tomclip.config import LOSS_WEIGHTS
from tomclip.core.errors import TomclipError
from tomclip.core.types import RunRecord
from tomclip.runs import (
    ObservedState,
    change_weights,
    kill_run,
    resume_run,
    seconds_until_kill,
    stop_run,
)
from tomclip.runs.tables import present_weights
from tomclip.ui.parts.feedback import refuse, sentences
from tomclip.ui.run_view.progress import ENDED
from tomclip.ui.run_view.readers import events_of
from tomclip.ui.run_view.weights import WEIGHT_TITLES, exact_weights, weight_slider

COUNTDOWN_SECONDS = 1.0


def show_actions(run: RunRecord, observed: ObservedState) -> None:
    """Offers to stop, to change the weights, to kill after a time of grace, or to resume.

    They stand outside of what is drawn anew every other second: a menu stays open, and keys that
    are pressed in it are not lost.
    """
    with st.container(horizontal=True, vertical_alignment="center", key="live_actions"):
        if observed.state not in ENDED:
            _stop_or_kill(run.path)
            with st.popover("Change the weights", icon=":material/tune:", key="live_weights"):
                st.fragment(_weights)(run)
        elif observed.state != "finished":
            _button("Resume", "replay", "live_resume", lambda: resume_run(run.path))
    _show_refusal()


def _stop_or_kill(path: Path) -> None:
    grace = seconds_until_kill(path)
    if grace is None:
        _button("Stop", "stop", "live_stop", lambda: stop_run(path))
    elif grace > 0:
        with st.container(width="content"):
            st.fragment(_countdown, run_every=COUNTDOWN_SECONDS)(path)
    else:
        st.caption("It was asked to stop and has not yet.")
        with st.popover("Kill", icon=":material/dangerous:"):
            st.markdown("What it trained after its last checkpoint is lost.")
            _button("Kill it now", "dangerous", "live_kill", lambda: kill_run(path))


def _countdown(path: Path) -> None:
    grace = seconds_until_kill(path)
    if not grace:
        st.rerun()
    st.caption(f"Stopping: the step is finished and saved. Killing is offered in {grace:.0f} s.")


def _weights(run: RunRecord) -> None:
    """Offers the four weights, at what they are now."""
    with sentences():
        present = present_weights(run.config, events_of(run.path))
        chosen = {
            name: weight_slider(
                WEIGHT_TITLES[name], f"live_{run.id}_{name}", offered=present.get(name, 0.0)
            )
            for name in LOSS_WEIGHTS
        }
        exact_weights({WEIGHT_TITLES[name]: f"live_{run.id}_{name}" for name in LOSS_WEIGHTS})
        schedule = run.config.get("loss", {}).get("schedule", "constant")
        if schedule != "constant":
            st.caption(f"The structural weights are multiplied by a {schedule} schedule.")
        changed = {name: value for name, value in chosen.items() if value != present.get(name)}
        _button(
            "Apply from the next step on",
            "check",
            "live_apply",
            lambda: change_weights(run.path, changed),
            disabled=not changed,
        )
        _show_refusal()


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


def _show_refusal() -> None:
    if refusal := st.session_state.pop("live_refusal", ""):
        refuse(refusal)
