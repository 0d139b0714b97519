"""The Encoders page: what the studio offers, and how an encoder is added to it or taken away."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import pandas as pd
import streamlit as st

from tomclip.baselines import list_baselines, remove_baseline
from tomclip.encoders import DeviceMemory, device_memories
from tomclip.encoders.added import KnownEncoder, added_encoders, forget_encoder, known_encoders
from tomclip.encoders.mapped.settings import PREFIX
from tomclip.ui.known_encoders.encoder_facts import (
    STUDIO_BATCH,
    EncoderFacts,
    facts_job,
    loading_job,
    megabytes,
    millions,
    shortage,
)
from tomclip.ui.known_encoders.offered_encoders import described, lacking_notes
from tomclip.ui.pages.encoders.baselines import show_baselines
from tomclip.ui.pages.encoders.sources import wanted_encoder
from tomclip.ui.parts.feedback import notice, outcomes, sentences
from tomclip.ui.parts.layout import side_by_side
from tomclip.ui.parts.tables import show_table

LOADING, ADDED = "encoder_being_loaded", "encoder_just_added"


def show() -> None:
    """Shows the encoders of the studio, and the way to one more."""
    st.subheader("In the studio", anchor=False)
    if title := st.session_state.get(ADDED):
        st.success(f"{title} is added: every page offers it now.", icon=":material/check_circle:")
    with sentences():
        added = added_encoders()
        _table(known_encoders(), {one.name for one in added})
        _removal(added)
    st.subheader("Add an encoder", anchor=False)
    with sentences():
        name = wanted_encoder()
        known = {one.name: one for one in known_encoders()}
        if name in known and not title:
            notes = lacking_notes([known[name]])
            here = f"{known[name].title} is in the studio already; choose it on any page."
            st.info(notes[0] if notes else here)
        elif name and name not in known:
            _candidate(name)
    st.session_state.pop(ADDED, None)
    st.subheader("Fit a plain baseline", anchor=False)
    with sentences():
        show_baselines()


def _table(encoders: Sequence[KnownEncoder], added: Collection[str]) -> None:
    rows = [
        {
            "Encoder": one.title,
            "Kind": "baseline" if one.name.startswith(PREFIX) else one.kind,
            "Name on the command line": one.name,
            "What it is": f"{'Added. ' if one.name in added else ''}{described(one)}",
        }
        for one in encoders
    ]
    show_table(pd.DataFrame(rows), hide_index=True)
    for text in lacking_notes(encoders):
        st.caption(f":material/extension_off: {text}")


def _removal(added: tuple[KnownEncoder, ...]) -> None:
    fitted = {one.name: one.settings.title for one in list_baselines()}
    titles = {one.name: one.title for one in added} | fitted
    if not titles:
        return
    with st.popover("Remove one", icon=":material/delete:"), sentences():
        name = st.selectbox("Encoder", list(titles), format_func=lambda one: titles[one])
        st.caption(
            "Pages offer it no more. Downloaded weights and your own directories stay where they "
            "are; uploaded vectors and baselines are deleted."
        )
        if st.button(f"Remove {titles[name]}", type="primary", key="remove_encoder"):
            (remove_baseline if name in fitted else forget_encoder)(name)
            st.rerun()


def _candidate(name: str) -> None:
    """Shows what is known of one encoder, and offers to load and add it."""
    with st.container(border=True):
        job = facts_job(name)
        found = outcomes({name: job})
        if name not in found:
            return
        facts, devices = found[name], device_memories()
        if not facts.is_here:
            job.forget()  # it may be downloaded meanwhile
        _describe(facts)
        _tiles(facts, devices)
        short = shortage(facts, devices[-1])
        notice(short)
        _loading(facts, hesitant=bool(short))


def _describe(facts: EncoderFacts) -> None:
    published = "://" in facts.home
    parts = [
        f"{facts.dimension:,} dimensions" if facts.dimension else "",
        f"{millions(facts.memory.parameters)} parameters" if facts.memory else "",
        "its files are on this machine" if facts.is_here else "its files are not on this machine",
        f"revision `{facts.revision[:7]}`" if facts.revision else "",
        f"[model page, with its licence]({facts.home})" if published else f"`{facts.home}`",
    ]
    st.markdown(f"**{facts.encoder.title}**  \n{' · '.join(filter(None, parts))}")


def _tiles(facts: EncoderFacts, devices: Sequence[DeviceMemory]) -> None:
    """Shows what it takes of memory beside what is free."""
    tiles = side_by_side("encoder_memory")
    if facts.memory:
        tiles.metric("Memory for its weights", megabytes(facts.memory.weights), border=True)
        tiles.metric(
            f"For a batch of {STUDIO_BATCH}",
            megabytes(facts.memory.activations),
            border=True,
            help="Texts or pictures that the studio puts through at once. The figure holds for "
            "texts as long as the model reads; usual ones take less.",
        )
    for device in devices:
        tiles.metric(
            f"{device.title} free",
            megabytes(device.free),
            border=True,
            help=f"Of {megabytes(device.total)}.",
        )


def _loading(facts: EncoderFacts, *, hesitant: bool) -> None:
    """Loads the encoder where that was asked for, and offers it otherwise and after a failure."""
    name = facts.encoder.name
    if st.session_state.get(LOADING) == name:
        job = loading_job(name)
        outcomes({name: job})
        if job.failure is None:
            del st.session_state[LOADING]
            st.session_state[ADDED] = facts.encoder.title
            job.forget()
            st.rerun()
        if job.cancelled:
            return
        del st.session_state[LOADING]
    st.button(
        "Load it all the same" if hesitant else "Load and add",
        icon=":material/add:",
        type="secondary" if hesitant else "primary",
        key="load_encoder",
        on_click=_begin,
        args=(name,),
    )


def _begin(name: str) -> None:
    st.session_state[LOADING] = name
