"""A sweep as a person asks for it: a grid or a list of loss weights, and a number of seeds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from tomclip.config import LOSS_WEIGHTS, TrainConfig, loss_weights
from tomclip.core.errors import TomclipError
from tomclip.core.types import RunRecord
from tomclip.runs import launch_sweep, plan_sweep
from tomclip.runs.sweeps.sweep import Grid, Settings
from tomclip.ui import view_state
from tomclip.ui.pages.train.cost import expected_time
from tomclip.ui.parts.feedback import refuse
from tomclip.ui.run_view.weights import WEIGHT_STEPS, WEIGHT_TITLES
from tomclip.ui.view_state import choices

SWEPT_FIRST: Mapping[str, Sequence[float]] = {"h0_weight": (0.0, 0.1, 1.0)}
REFUSAL = "sweep_refusal"
STARTED = "sweep_started"
MOST_SEEDS = 20
WAYS = ("every combination", "every row")
COLUMNS: Mapping[str, tuple[str, int]] = dict(
    zip(WEIGHT_TITLES, (("Point-wise", 84), ("Distances", 84), ("H0", 60), ("H1", 60)), strict=True)
)
"""Titles and widths in pixels of the editor's columns: all fit a menu on a page of 400 pixels."""


def sweep_menu(config: TrainConfig, runs: Sequence[RunRecord]) -> None:
    """Offers to queue the configuration once per combination, or row, of weights and per seed."""
    with st.popover("Sweep", icon=":material/grid_on:"):
        way = st.segmented_control(
            "A run for", WAYS, default=WAYS[0], key="sweep_way", required=True
        )
        wanted = _combinations() if way == WAYS[0] else _rows(config)
        seeds = int(st.number_input("Seeds of each", value=2, key="sweep_seeds"))
        count = _size(wanted) * seeds if 1 <= seeds <= MOST_SEEDS else 0
        if not 1 <= seeds <= MOST_SEEDS:
            refuse(f"Seeds of each is {seeds:,}; use a number from 1 to {MOST_SEEDS}.")
        elif count:
            st.caption(f"{count} runs. {expected_time(config, runs, times=count)}")
        else:
            st.caption("Choose values for at least one weight, or fill every cell of a row.")
        st.button(
            "Start the sweep",
            type="primary",
            key="sweep_start",
            disabled=not count,
            on_click=_start,
            args=(config, wanted, range(config.seed, config.seed + seeds)),
        )
    if refusal := st.session_state.pop(REFUSAL, ""):
        refuse(refusal)


def _combinations() -> Grid:
    return {f"loss.{name}": values for name in LOSS_WEIGHTS if (values := _values(name))}


def _rows(config: TrainConfig) -> Settings:
    """Returns the rows that a person wrote, none while a cell is empty.

    They begin with the form's weights and, as a baseline, those without topology.
    """
    form = loss_weights(config.loss)
    baseline = {name: value if name == "pointwise_weight" else 0.0 for name, value in form.items()}
    table = st.data_editor(
        pd.DataFrame([baseline, form]),
        num_rows="dynamic",
        hide_index=True,
        key="sweep_rows",
        column_config={
            name: st.column_config.NumberColumn(
                title, width=width, min_value=0.0, required=True, format="%g"
            )
            for name, (title, width) in COLUMNS.items()
        },
    )
    if table.isna().any(axis=None):
        return []
    return [{f"loss.{name}": float(row[name]) for name in form} for _, row in table.iterrows()]


def _size(wanted: Grid | Settings) -> int:
    if isinstance(wanted, Mapping):
        return math.prod(map(len, wanted.values())) if wanted else 0
    return len(wanted)


def _values(name: str) -> list[float]:
    values = st.multiselect(
        WEIGHT_TITLES[name],
        WEIGHT_STEPS,
        list(SWEPT_FIRST.get(name, ())),
        key=f"sweep_{name}",
        format_func=lambda weight: f"{weight:g}",
        placeholder="as in the form",
        wrap=True,
    )
    return sorted(values)


def _start(config: TrainConfig, wanted: Grid | Settings, seeds: Sequence[int]) -> None:
    try:
        sweep = launch_sweep(plan_sweep(config, wanted, seeds=seeds))
    except TomclipError as error:
        st.session_state[REFUSAL] = str(error)
        return
    view_state.choose(choices.SWEEP, sweep.id)
    st.session_state[STARTED] = sweep.runs[0]
