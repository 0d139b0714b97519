"""The Encoders page: what the studio offers, and how an encoder is added to it or taken away."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from tomclip.encoders import DeviceMemory, device_memories
from tomclip.ui.catalogue import encoder_table
from tomclip.ui.encoders.added import (
    KnownEncoder,
    added_encoders,
    forget_encoder,
    known_encoders,
)
from tomclip.ui.encoders.facts import (
    STUDIO_BATCH,
    EncoderFacts,
    facts_job,
    loading_job,
    megabytes,
    shortage,
)
from tomclip.ui.encoders.sources import wanted_encoder
from tomclip.ui.feedback import notice, outcomes, sentences
from tomclip.ui.layout import side_by_side

LOADING, ADDED = "encoder_being_loaded", "encoder_just_added"


def show() -> None:
    """Shows the encoders of the studio, and the way to one more."""
    st.subheader("In the studio", anchor=False)
    if title := st.session_state.pop(ADDED, ""):
        st.success(f"{title} is added: every page offers it now.", icon=":material/check_circle:")
    encoder_table(known_encoders())
    with sentences():
        _removal(added_encoders())
    st.subheader("Add an encoder", anchor=False)
    with sentences():
        if name := wanted_encoder():
            _candidate(name)


def _removal(added: tuple[KnownEncoder, ...]) -> None:
    if not added:
        return
    with st.popover("Remove an added one", icon=":material/delete:"), sentences():
        titles = {one.name: one.title for one in added}
        name = st.selectbox("Encoder", list(titles), format_func=lambda one: titles[one])
        st.caption(
            "Pages offer it no more. Downloaded weights and your own directories stay where they "
            "are; uploaded vectors are deleted."
        )
        if st.button(f"Remove {titles[name]}", type="primary", key="remove_encoder"):
            forget_encoder(name)
            st.rerun()


def _candidate(name: str) -> None:
    """Shows what is known of one encoder, and offers to load and add it."""
    with st.container(border=True):
        found = outcomes({name: facts_job(name)})
        if name not in found:
            return
        facts, devices = found[name], device_memories()
        _describe(facts)
        _tiles(facts, devices)
        short = shortage(facts, devices[-1])
        notice(short)
        _loading(facts, hesitant=bool(short))


def _describe(facts: EncoderFacts) -> None:
    home = f"[{facts.home}]({facts.home})" if "://" in facts.home else f"`{facts.home}`"
    at = f" at `{facts.revision[:7]}`" if facts.revision else ""
    st.markdown(f"**{facts.encoder.title}** · {home}{at}")


def _tiles(facts: EncoderFacts, devices: Sequence[DeviceMemory]) -> None:
    tiles, memory = side_by_side("encoder_facts"), facts.memory
    tiles.metric("Files", "on this machine" if facts.is_here else "to be downloaded", border=True)
    if facts.dimension:
        tiles.metric("Dimension", f"{facts.dimension:,}", border=True)
    if memory:
        tiles.metric("Parameters", f"{memory.parameters / 1e6:,.1f} M", border=True)
        tiles.metric("Weights", megabytes(memory.weights), border=True)
        tiles.metric(f"A batch of {STUDIO_BATCH}", megabytes(memory.activations), border=True)
    for device in devices:
        tiles.metric(
            f"{device.title} free", megabytes(device.free), border=True,
            help=f"Of {megabytes(device.total)}.",
        )  # fmt: skip


def _loading(facts: EncoderFacts, *, hesitant: bool) -> None:
    name = facts.encoder.name
    if st.session_state.get(LOADING) != name:
        st.button(
            "Load it all the same" if hesitant else "Load and add",
            icon=":material/add:", type="secondary" if hesitant else "primary", key="load_encoder",
            on_click=_begin, args=(name,),
        )  # fmt: skip
        return
    job = loading_job(name)
    if name in outcomes({name: job}):
        st.session_state[ADDED] = facts.encoder.title
        job.forget()
    if not job.cancelled:
        del st.session_state[LOADING]
    if job.failure is None:
        st.rerun()


def _begin(name: str) -> None:
    st.session_state[LOADING] = name
