"""The Train page: start a run, and watch those that there are."""

from __future__ import annotations

import math
import shlex
import time
import uuid
from pathlib import Path

import streamlit as st
import yaml

from tomclip.config import TrainConfig, config_to_dict
from tomclip.core.errors import TomclipError
from tomclip.core.paths import runs_directory
from tomclip.runs import launch, list_runs, train_command
from tomclip.runs.directory import slug_of
from tomclip.ui import view_state
from tomclip.ui.pages.train.active_runs import show_under_way
from tomclip.ui.pages.train.cost import expected_time
from tomclip.ui.pages.train.form import form_config, further_settings, main_settings
from tomclip.ui.pages.train.own_captions import captions_picker, use_workspace
from tomclip.ui.pages.train.presets import OPEN, choose_beginning, clone_run
from tomclip.ui.pages.train.shutdown import ending_toggle
from tomclip.ui.pages.train.sweep import STARTED as SWEEP_STARTED
from tomclip.ui.pages.train.sweep import sweep_menu
from tomclip.ui.parts.feedback import refuse, sentences
from tomclip.ui.run_view.asked_data import asked_to_train_on, is_asked_to_train
from tomclip.ui.run_view.clone import asked_clone
from tomclip.ui.run_view.live import show_live
from tomclip.ui.view_state import choices

TOKEN = "train_token"
REFUSAL = "train_start_refusal"
STARTS = "train_starts"
DOUBLE_CLICK_SECONDS = 2.0


def show() -> None:
    """Shows the form, all runs under way, then the live view of the chosen run."""
    if (first := st.session_state.pop(SWEEP_STARTED, None)) is not None:
        _watch(first)
    if (cloned := asked_clone()) is not None:
        with sentences():
            clone_run(runs_directory() / cloned)
    runs = list_runs()
    opened = not runs or st.session_state.get(OPEN, False) or is_asked_to_train()
    # With another key it is another expander: closed again after every start.
    key = f"new_run_{st.session_state.get(STARTS, 0)}_{opened}"
    with st.expander("New run", icon=":material/add:", expanded=opened, key=key):
        _new_run()
    if runs:
        with sentences():
            show_under_way()
        show_live()
    else:
        st.info("No run yet. Press Start training for one with the settings above.")


def _new_run() -> None:
    choose_beginning()
    if (named := asked_to_train_on()) is not None:
        with sentences():
            use_workspace(named)
    captions_picker()
    main_settings()
    config, runs = form_config(), list_runs()
    with st.container(horizontal=True, vertical_alignment="center"):
        _start_button(config)
        if config is not None:
            sweep_menu(config, runs)
            st.caption(f"{expected_time(config, runs)}{_folder(config.name)}")
    if refusal := st.session_state.pop(REFUSAL, ""):
        refuse(refusal)
    further_settings()
    if config is not None:
        _preview(config)
    ending_toggle()


def _folder(name: str) -> str:
    """Returns what a folder is called whose run's name does not fit as it is; empty if it does."""
    return "" if slug_of(name) == name else f" Its folder is named '{slug_of(name)}'."


def _start_button(config: TrainConfig | None) -> None:
    """Starts the run once, however often it is pressed before the page comes back."""
    st.session_state.setdefault(TOKEN, uuid.uuid4().hex)
    st.button(
        "Start training",
        type="primary",
        icon=":material/play_arrow:",
        key="train_start",
        on_click=_start,
        args=(config, st.session_state[TOKEN]),
        disabled=config is None,
    )


def _start(config: TrainConfig, token: str) -> None:
    """Starts the run; a click that follows the last start at once belongs to that one."""
    now = time.monotonic()
    if now - st.session_state.get("train_started_at", -math.inf) < DOUBLE_CLICK_SECONDS:
        return
    try:
        run = launch(config, token=token)
    except TomclipError as error:
        st.session_state[REFUSAL] = str(error)
        return
    st.session_state["train_started_at"] = now
    st.session_state[TOKEN] = uuid.uuid4().hex
    _watch(run.path.name)


def _watch(run: str) -> None:
    """Closes the form and turns to the run that was just started."""
    view_state.choose(choices.RUN, run)
    st.session_state[OPEN] = False
    st.session_state[STARTS] = st.session_state.get(STARTS, 0) + 1


def _preview(config: TrainConfig) -> None:
    values = yaml.safe_dump(config_to_dict(config), sort_keys=False, allow_unicode=True)
    with st.expander("The same from the command line, and as a file"), sentences():
        slug = slug_of(config.name)
        command = train_command(Path(f"{slug}.yaml"), Path("runs") / slug)
        st.code(shlex.join(["python", *command[1:]]), language="sh")
        st.code(values, language="yaml")
        st.download_button(
            "Save the configuration",
            values,
            f"{slug}.yaml",
            "text/yaml",
            on_click="ignore",
            icon=":material/download:",
        )
