"""Where the form of a training run begins: a recipe that ships, an earlier run, or a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from tomclip.config import TrainConfig, config_to_dict, load_config, parse_config, shipped_configs
from tomclip.core.errors import ConfigError, TomclipError
from tomclip.core.reading.text import decode
from tomclip.core.reading.yaml_text import parse_yaml
from tomclip.encoders.packaged.origins import packaged_origin
from tomclip.encoders.packaged.records import INSTALL, PACKAGED
from tomclip.runs import list_runs
from tomclip.runs.records import flat_config
from tomclip.ui.pages.train.settings import FORM, settings
from tomclip.ui.parts.feedback import refuse

BASE = f"{FORM}base"
OPEN = f"{FORM}open"
FIRST_PRESETS = ("best", "emoji_small")
"""The first of them that can be started here fills the form; docs/study.md says why."""
TAKEN = f"{FORM}recipe_taken"
"""Set when a recipe has just filled the form, which is to stay on the captions it was on."""
REFUSAL = f"{FORM}refusal"
LARGEST_FILE = 1_000_000
TITLES: Mapping[str, str] = {
    "best": "Best with few pairs",
    "from_scratch": "From scratch, 1 minute",
    "emoji_from_e5": "From E5, 10 % of the pairs",
    "from_e5_english": "From E5, English only",
}
"""What people call a recipe; another is called by its file's name."""


@cache
def presets() -> Mapping[str, TrainConfig]:
    """Returns the named recipes that ship, by name: those with a title, then the quickest first."""
    found = {name: load_config(file) for name, file in shipped_configs().items()}

    def place(name: str) -> tuple[int, int]:
        titled = list(TITLES).index(name) if name in TITLES else len(TITLES)
        return titled, found[name].optimiser.steps

    return {name: found[name] for name in sorted(found, key=place)} or {"default": TrainConfig()}


def usable_presets() -> tuple[Mapping[str, TrainConfig], str]:
    """Returns the recipes that can be started here, and how to get what the others start from."""
    missing = {
        name: config.student.start_from
        for name, config in presets().items()
        if (start := config.student.start_from) in PACKAGED and packaged_origin(str(start)) is None
    }
    if not missing:
        return presets(), ""
    more = f"{len(missing)} more recipe{' starts' if len(missing) == 1 else 's start'} from"
    encoders = " and ".join(sorted({str(encoder) for encoder in missing.values()}))
    hint = f"{more} {encoders}, which is not on this machine: run `{INSTALL}`."
    return {name: one for name, one in presets().items() if name not in missing}, hint


def first_preset() -> TrainConfig:
    """Returns the recipe that an empty form holds."""
    usable, _ = usable_presets()
    named = [usable[name] for name in FIRST_PRESETS if name in usable]
    return named[0] if named else next(iter(usable.values()))


def fill_form(config: TrainConfig) -> None:
    """Puts a configuration into the form, before its widgets are drawn."""
    values = config_to_dict(config)
    st.session_state[BASE] = values
    flat = flat_config(values)
    for key, one in settings().items():
        empty = one.kind is str and flat[key] is None
        st.session_state[FORM + key] = "" if empty else flat[key]


def clone_run(path: Path) -> None:
    """Puts a run's configuration into the form; the next run of the page shows it, opened.

    Raises:
        ConfigError: when the run's configuration cannot be read.
    """
    fill_form(load_config(path / "config.yaml"))
    st.session_state[OPEN] = True


def choose_beginning() -> None:
    """Offers recipes, earlier runs and a file; fills a form that holds nothing.

    What stood in the form comes back when a person returns from another page.
    """
    if f"{FORM}name" not in st.session_state:
        kept = st.session_state.get(BASE)
        fill_form(parse_config(kept) if kept else first_preset())
    usable, hint = usable_presets()
    st.pills(
        "Begin with",
        [name for name in usable if name in TITLES],
        key=f"{FORM}title",
        format_func=TITLES.__getitem__,
        on_change=_use_preset,
        args=(f"{FORM}title",),
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "or another recipe",
            [name for name in usable if name not in TITLES],
            index=None,
            key=f"{FORM}preset",
            placeholder="one that ships",
            on_change=_use_preset,
            args=(f"{FORM}preset",),
        )
        runs = {run.id: run for run in list_runs() if run.config}
        st.selectbox(
            "or clone a run",
            list(runs),
            index=None,
            key=f"{FORM}clone",
            placeholder="an earlier run" if runs else "none yet",
            format_func=lambda run: f"{runs[run].name} · {run[:15]}" if run in runs else run,
            on_change=_use_run,
            disabled=not runs,
        )
        with st.popover("or a file", icon=":material/upload_file:"):
            st.file_uploader(
                "A YAML configuration", type=["yaml", "yml"], key=f"{FORM}file", on_change=_use_file
            )
    if hint:
        st.caption(hint)
    if refusal := st.session_state.pop(REFUSAL, ""):
        refuse(refusal)


def _use_preset(key: str) -> None:
    """Fills the form with the recipe of one picker, and clears the other one."""
    if name := st.session_state[key]:
        for other in {f"{FORM}title", f"{FORM}preset"} - {key}:
            st.session_state[other] = None
        fill_form(presets()[name])
        st.session_state[TAKEN] = True


def _use_run() -> None:
    chosen = st.session_state[f"{FORM}clone"]
    run = next((run for run in list_runs() if run.id == chosen), None)
    if run is not None:
        or_refuse(lambda: clone_run(run.path))


def _use_file() -> None:
    file = st.session_state[f"{FORM}file"]
    if file is not None:
        or_refuse(lambda: fill_form(parse_config(_mapping(file.getvalue()), source=file.name)))


def _mapping(content: bytes) -> Mapping[str, Any]:
    if len(content) > LARGEST_FILE:
        raise ConfigError(f"the file has {len(content):,} bytes, no configuration; see configs/")
    try:
        values = parse_yaml(decode(content, "the file"))
    except TomclipError as error:
        raise ConfigError(f"the file is not YAML: {error}; see configs/") from error
    if not isinstance(values, dict):
        raise ConfigError(f"the file holds {type(values).__name__}, not keys and values")
    return values


def or_refuse(action: Callable[[], None]) -> None:
    """Runs what changes the form as a widget's callback; the form says what cannot be done."""
    try:
        action()
    except TomclipError as error:
        st.session_state[REFUSAL] = str(error)
