"""A sweep as a person asks for it: values for some loss weights, and a number of seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import streamlit as st

from tomclip.config import LOSS_WEIGHTS, TrainConfig
from tomclip.errors import TomclipError
from tomclip.runs import launch_sweep, plan_sweep
from tomclip.types import RunRecord
from tomclip.ui.feedback import refuse
from tomclip.ui.training.cost import expected_time
from tomclip.ui.training.form import WEIGHT_STEPS, WEIGHT_TITLES

SWEPT_FIRST: Mapping[str, Sequence[float]] = {"h0_weight": (0.0, 0.1, 1.0)}
REFUSAL = "sweep_refusal"
STARTED = "sweep_started"
SWEEP = "sweep"


def sweep_menu(config: TrainConfig, runs: Sequence[RunRecord]) -> None:
    """Offers to queue the configuration once per combination of weights and per seed."""
    with st.popover("Sweep", icon=":material/grid_on:"):
        st.markdown("One run for every combination, one after the other.")
        grid = {f"loss.{name}": values for name in LOSS_WEIGHTS if (values := _values(name))}
        seeds = int(st.number_input("Seeds of each", 1, 20, 2, key="sweep_seeds"))
        count = math.prod(map(len, grid.values())) * seeds if grid else 0
        if count:
            st.caption(f"{count} runs. {expected_time(config, runs, times=count)}")
        else:
            st.caption("Choose values for at least one weight.")
        st.button(
            "Start the sweep", type="primary", key="sweep_start", disabled=not count,
            on_click=_start, args=(config, grid, range(config.seed, config.seed + seeds)),
        )  # fmt: skip
    if refusal := st.session_state.pop(REFUSAL, ""):
        refuse(refusal)


def _values(name: str) -> list[float]:
    values = st.multiselect(
        WEIGHT_TITLES[name], WEIGHT_STEPS, list(SWEPT_FIRST.get(name, ())),
        key=f"sweep_{name}", format_func=lambda weight: f"{weight:g}",
        placeholder="as in the form",
    )  # fmt: skip
    return sorted(values)


def _start(config: TrainConfig, grid: Mapping[str, list[float]], seeds: Sequence[int]) -> None:
    try:
        sweep = launch_sweep(plan_sweep(config, grid, seeds=seeds))
    except TomclipError as error:
        st.session_state[REFUSAL] = str(error)
        return
    st.session_state[SWEEP] = sweep.id
    st.session_state[STARTED] = sweep.runs[0]
