"""The Train page: start a run, and watch those that there are."""

from __future__ import annotations

import math
import shlex
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import streamlit as st
import yaml

from tomclip.config import LOSS_WEIGHTS, TrainConfig, config_to_dict
from tomclip.errors import TomclipError
from tomclip.runs import launch, list_runs, train_command
from tomclip.runs.reader import read_milestones
from tomclip.runs.sweeps import launch_sweep, plan_sweep
from tomclip.types import RunRecord
from tomclip.ui.feedback import refuse, sentences
from tomclip.ui.training.ending import ending_toggle
from tomclip.ui.training.form import WEIGHT_STEPS, config_form
from tomclip.ui.training.live import show_live
from tomclip.ui.training.progress import clock

TOKEN = "train_token"
WATCHED = "watched_run"
DOUBLE_CLICK_SECONDS = 2.0


def show() -> None:
    """Shows the form, then the live view of the chosen run."""
    runs = list_runs()
    with st.expander("New run", icon=":material/add:", expanded=not runs):
        config = config_form()
        if config is not None:
            _preview(config)
            with st.container(horizontal=True, vertical_alignment="center"):
                _start_button(config)
                _sweep(config)
                st.caption(expected_time(config, runs))
            ending_toggle()
    if runs:
        show_live(WATCHED)
    else:
        st.info("No run yet. The settings above train a small student in about a minute.")


def expected_time(config: TrainConfig, runs: Sequence[RunRecord]) -> str:
    """Returns in words how long the run will take, by the latest run of the same size here."""
    size = size_of(config_to_dict(config))
    for run in runs:
        if size_of(run.config) == size:
            steps = [event for event in read_milestones(run.path) if event.split == "train"]
            if steps and "seconds" in steps[-1].values:
                seconds = steps[-1].values["seconds"] / steps[-1].step
                total = clock(seconds * config.optimiser.steps)
                return f"About {total} and the probes: {run.name} took {seconds:.2f} s a step here."
    return "How long it takes is known once a run of this size has begun on this machine."


def size_of(config: Mapping[str, Any]) -> tuple[Any, ...]:
    """Returns the settings that decide how long a step takes."""
    student, loss = dict(config.get("student", {})), config.get("loss", {})
    weights = [bool(loss.get(name)) for name in LOSS_WEIGHTS]
    batch = config.get("optimiser", {}).get("batch_size")
    return (batch, loss.get("recipe"), *weights, *sorted((k, str(v)) for k, v in student.items()))


def _start_button(config: TrainConfig) -> None:
    """Starts the run once, however often it is pressed before the page comes back."""
    st.session_state.setdefault(TOKEN, uuid.uuid4().hex)
    st.button(
        "Start training", type="primary", icon=":material/play_arrow:", key="train_start",
        on_click=_start, args=(config, st.session_state[TOKEN]),
    )  # fmt: skip
    refusal = st.session_state.pop("train_start_refusal", "")
    if refusal:
        refuse(refusal)


def _start(config: TrainConfig, token: str) -> None:
    """Starts the run; a click that follows the last start at once belongs to that one."""
    now = time.monotonic()
    if now - st.session_state.get("train_started_at", -math.inf) < DOUBLE_CLICK_SECONDS:
        return
    try:
        run = launch(config, token=token)
    except TomclipError as error:
        st.session_state["train_start_refusal"] = str(error)
        return
    st.session_state["train_started_at"] = now
    st.session_state[WATCHED] = run.path.name
    st.session_state[TOKEN] = uuid.uuid4().hex


def _sweep(config: TrainConfig) -> None:
    """Offers to start the configuration once per topology weight and seed, one after the other."""
    with st.popover("Sweep", icon=":material/grid_on:"):
        weights = st.multiselect(
            "Topology H0 weights", WEIGHT_STEPS, [0.0, 0.1, 1.0], key="sweep_weights",
            format_func=lambda weight: f"{weight:g}",
        )  # fmt: skip
        seeds = st.number_input("Seeds", 1, 20, 2, key="sweep_seeds")
        count = len(weights) * int(seeds)
        st.caption(f"{count} runs of {config.optimiser.steps:,} steps, one after the other.")
        if st.button("Start the sweep", disabled=not count):
            with sentences():
                plan = plan_sweep(
                    config, {"loss.h0_weight": sorted(weights)}, seeds=range(int(seeds))
                )
                launch_sweep(plan)
                st.rerun()


def _preview(config: TrainConfig) -> None:
    values = yaml.safe_dump(config_to_dict(config), sort_keys=False, allow_unicode=True)
    with st.expander("The same from the command line"), sentences():
        command = train_command(Path(f"{config.name}.yaml"), Path("runs") / config.name)
        st.code(shlex.join(["python", *command[1:]]), language="sh")
        st.code(values, language="yaml")
        st.download_button(
            "Save the configuration", values, f"{config.name}.yaml", "text/yaml",
            on_click="ignore", icon=":material/download:",
        )  # fmt: skip
