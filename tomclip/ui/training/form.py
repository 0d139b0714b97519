"""The form of a training run: a preset to start from, and the settings a person changes.

The widgets' ranges follow the configuration classes, which check every value while it is typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, get_args

import streamlit as st
import yaml

from tomclip.assets import project_directory
from tomclip.config import (
    LANGUAGES,
    LOSS_WEIGHTS,
    PointwiseLoss,
    Recipe,
    TrainConfig,
    change_config,
    config_to_dict,
    load_config,
    parse_config,
)
from tomclip.errors import ConfigError, TomclipError
from tomclip.runs import list_runs
from tomclip.types import METRICS
from tomclip.ui import controls
from tomclip.ui.feedback import refuse

FIRST_PRESET = "emoji_small"
FORM = "train_"
WEIGHT_STEPS = (0.0, *(round(m * 10.0**e, 6) for e in range(-4, 2) for m in (1, 3)))
WEIGHT_TITLES: Mapping[str, str] = {
    "pointwise_weight": "Point-wise",
    "distance_matrix_weight": "Distance matrix",
    "h0_weight": "Topology H0",
    "h1_weight": "Topology H1",
}


def config_form() -> TrainConfig | None:
    """Shows the form and returns the configuration it describes, or None while it is not valid."""
    _start_from()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", key=f"{FORM}name", help="Lower-case letters, digits, - and _.")
        st.segmented_control("Recipe", get_args(Recipe), key=f"{FORM}loss.recipe", required=True)
        st.segmented_control("Distance", METRICS, key=f"{FORM}loss.metric", required=True)
        st.segmented_control(
            "Point-wise loss", get_args(PointwiseLoss), key=f"{FORM}loss.pointwise", required=True
        )
    with st.container(horizontal=True):
        for name, title in WEIGHT_TITLES.items():
            weight_slider(title, f"{FORM}loss.{name}")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _number("Steps", "optimiser.steps", 1, 1_000_000, 50)
        _number("Batch", "optimiser.batch_size", 4, 65_536, 32)
        st.number_input(
            "Learning rate", 1e-7, 1.0, key=f"{FORM}optimiser.learning_rate", format="%.1e",
            step=1e-4,
        )  # fmt: skip
        _number("Seed", "seed", 0, 2**32 - 1, 1)
        _number("Probe every", "validation.probe_every_steps", 0, 100_000, 25)
    with st.expander("Data and student"):
        st.multiselect(
            "Languages", LANGUAGES, key=f"{FORM}data.languages",
            format_func=lambda code: controls.language_titles()[code],
        )  # fmt: skip
        st.slider("Share of the captions", 0.05, 1.0, key=f"{FORM}data.share", step=0.05)
        students: dict[str, str] = {
            "": "a new student",
            **{s.name: s.title for s in controls.students()},
        }
        st.selectbox(
            "Start from", list(students), key=f"{FORM}student.start_from",
            format_func=lambda name: students.get(name, str(name)),
        )  # fmt: skip
    return _checked()


def weight_slider(label: str, key: str) -> float:
    """Returns the chosen loss weight: 0, or one on a logarithmic scale."""
    value = st.session_state.get(key, 0.0)
    options = sorted({*WEIGHT_STEPS, float(value)})
    st.session_state[key] = float(value)
    return st.select_slider(label, options, key=key, format_func=lambda weight: f"{weight:g}")


def fill_form(config: TrainConfig) -> None:
    """Puts a configuration into the form, before its widgets are drawn."""
    values = config_to_dict(config)
    st.session_state[f"{FORM}base"] = values
    for key in FIELDS:
        group, _, name = key.rpartition(".")
        st.session_state[FORM + key] = (values[group] if group else values)[name]
    st.session_state[f"{FORM}student.start_from"] = config.student.start_from or ""


FIELDS = (
    "name", "seed", "loss.recipe", "loss.metric", "loss.pointwise",
    *(f"loss.{name}" for name in LOSS_WEIGHTS),
    "optimiser.steps", "optimiser.batch_size", "optimiser.learning_rate",
    "validation.probe_every_steps", "data.languages", "data.share",
)  # fmt: skip


@cache
def presets() -> Mapping[str, TrainConfig]:
    """Returns the named recipes that ship, by name, the quickest first."""
    files = sorted((project_directory() / "configs").glob("*.yaml"))
    found = {file.stem: load_config(file) for file in files}
    return dict(sorted(found.items(), key=lambda item: item[1].optimiser.steps)) or {
        "default": TrainConfig()
    }


def clone_run(path: Path) -> None:
    """Puts a run's configuration into the form; the next run of the page shows it."""
    values = yaml.safe_load((path / "config.yaml").read_text(encoding="utf-8"))
    fill_form(parse_config(values, source=str(path / "config.yaml")))


def _start_from() -> None:
    """Offers presets, earlier runs and a file to begin with."""
    if f"{FORM}base" not in st.session_state:
        known = presets()
        fill_form(known.get(FIRST_PRESET) or next(iter(known.values())))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Begin with", list(presets()), index=None, key=f"{FORM}preset",
            placeholder="a recipe that ships", on_change=_use_preset,
        )  # fmt: skip
        runs = {run.id: run for run in list_runs() if run.config}
        st.selectbox(
            "or clone a run", list(runs), index=None, key=f"{FORM}clone", placeholder="a run",
            format_func=lambda run: runs[run].name + f" · {run[:16]}" if run in runs else run,
            on_change=_use_run, disabled=not runs,
        )  # fmt: skip
        with st.popover("or a file", icon=":material/upload_file:"):
            st.file_uploader("A YAML configuration", type=["yaml", "yml"], key=f"{FORM}file",
                             on_change=_use_file)  # fmt: skip
    refusal = st.session_state.pop(f"{FORM}refusal", "")
    if refusal:
        refuse(refusal)


def _use_preset() -> None:
    if name := st.session_state[f"{FORM}preset"]:
        fill_form(presets()[name])


def _use_run() -> None:
    chosen = st.session_state[f"{FORM}clone"]
    run = next((run for run in list_runs() if run.id == chosen), None)
    if run is not None:
        _or_refuse(lambda: clone_run(run.path))


def _use_file() -> None:
    file = st.session_state[f"{FORM}file"]
    if file is not None:
        _or_refuse(lambda: fill_form(parse_config(_mapping(file.getvalue()), source=file.name)))


def _mapping(content: bytes) -> Mapping[str, Any]:
    try:
        values = yaml.safe_load(content.decode("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"the file is not YAML: {str(error).splitlines()[0]}") from error
    if not isinstance(values, dict):
        raise ConfigError(f"the file holds {type(values).__name__}, not keys and values")
    return values


def _or_refuse(action: Any) -> None:
    try:
        action()
    except TomclipError as error:
        st.session_state[f"{FORM}refusal"] = str(error)


def _number(label: str, key: str, low: int, high: int, step: int) -> None:
    st.number_input(label, low, high, key=FORM + key, step=step)


def _checked() -> TrainConfig | None:
    state = st.session_state
    changes = {key: state[FORM + key] for key in FIELDS}
    changes["student.start_from"] = state[f"{FORM}student.start_from"] or None
    try:
        base = parse_config(state[f"{FORM}base"])
        return change_config(base, changes, source="form")
    except ConfigError as error:
        refuse(str(error).removeprefix("form: "))
        return None
