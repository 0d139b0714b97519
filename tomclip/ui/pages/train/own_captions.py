"""Which captions a run reads: the embedded emoji's or those of a workspace."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from tomclip.config import TrainConfig, change_config, parse_config
from tomclip.core.paths import workspaces_owned_by
from tomclip.ui.pages.train.presets import BASE, OPEN, TAKEN, fill_form, or_refuse
from tomclip.ui.pages.train.settings import FORM
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import person
from tomclip.workspaces import PREFIX, Workspace, list_workspaces, open_workspace

KEY = f"{FORM}captions_choice"
EMOJI, OTHER = "", "other"
KEPT_ASIDE, FEWEST, MOST_KEPT_ASIDE = 10, 4, 5000
"""One pair in ten is kept aside for validation, within what a configuration accepts."""
ITEMS_A_BATCH = 4
"""The items are at least so many batches, as a batch holds different captions."""
HELP = (
    "Pairs of a workspace: every text beside the English one of its item. Batch and validation "
    "are made to fit; what a recipe adds of the emoji is left out."
)


def captions_picker() -> None:
    """Offers the workspaces with pairs beside the emoji, and fills the form; nothing without."""
    found = _trainable()
    taken = st.session_state.pop(TAKEN, False)
    if not found:
        return
    if taken and (kept := found.get(st.session_state.get(KEY, EMOJI))) is not None:
        with sentences():
            fill_form(on_workspace(parse_config(st.session_state[BASE]), kept))
    config = parse_config(st.session_state[BASE])
    named = {_named(one): name for name, one in found.items()}
    shown = named.get(config.data.captions or EMOJI, OTHER)
    titles = {EMOJI: "Embedded emoji", **{name: name for name in found}}
    if config.data.source == "emoji":
        shown = EMOJI
    elif shown == OTHER:
        titles[OTHER] = str(config.data.captions)
    st.session_state[KEY] = shown
    st.selectbox(
        "Captions",
        list(titles),
        key=KEY,
        format_func=lambda one: titles.get(one, str(one)),
        on_change=_use_chosen,
        help=HELP,
    )


def use_workspace(name: str) -> None:
    """Puts the captions of a workspace into the form, which is opened.

    Raises:
        InputError: when there is no such workspace, or it has no pairs.
        ConfigError: when the form's settings do not go with captions.
    """
    fill_form(on_workspace(parse_config(st.session_state[BASE]), open_workspace(name)))
    st.session_state[OPEN] = True


def on_workspace(config: TrainConfig, workspace: Workspace) -> TrainConfig:
    """Returns the configuration with a workspace's captions in the place of its own.

    Raises:
        InputError: when it has no pairs.
        ConfigError: when the other settings do not go with captions.
    """
    aside = min(max(workspace.pairs // KEPT_ASIDE, FEWEST), MOST_KEPT_ASIDE)
    largest = max(int(workspace.latest["items"]) // ITEMS_A_BATCH, FEWEST)
    data = {"source": "captions", "captions": _named(workspace), "validation_pairs": aside}
    return change_config(
        config,
        {"data": data, "optimiser.batch_size": min(config.optimiser.batch_size, largest)},
    )


def _named(workspace: Workspace) -> str:
    """Returns the captions as a run names them, which knows no login."""
    return str(workspace.captions_file) if person() else f"{PREFIX}{workspace.name}"


def _trainable() -> Mapping[str, Workspace]:
    return {one.name: one for one in list_workspaces() if one.pairs}


def _use_chosen() -> None:
    name, config = st.session_state[KEY], parse_config(st.session_state[BASE])
    if name == OTHER:
        return
    with workspaces_owned_by(person()):  # a callback runs before the page
        or_refuse(lambda: fill_form(_read_by(config, name)))


def _read_by(config: TrainConfig, name: str) -> TrainConfig:
    if name == EMOJI:
        return change_config(config, {"data": {"source": "emoji"}})
    return on_workspace(config, open_workspace(name))
