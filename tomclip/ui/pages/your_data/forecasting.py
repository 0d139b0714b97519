"""What embedding a workspace takes, timed by a pilot before the button that does it."""

from __future__ import annotations

import streamlit as st

from tomclip.evaluation.forecast import Forecast
from tomclip.ui.pages.your_data.drafts import embedding_job, pilot_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import side_by_side
from tomclip.workspaces import Workspace
from tomclip.workspaces.reading.limits import in_words

PILOTED, EMBEDDED = "data_piloted", "data_embedded"
MINUTE, HOUR = 60, 3600


def show_forecast(workspace: Workspace) -> None:
    """Shows a choice of encoder, its pilot when it is asked for, and the button to embed."""
    st.markdown("**What it takes to embed it**")
    asked = _asked(workspace)
    encoder = asked[0]
    if st.session_state.get(PILOTED) != asked:
        return
    found = outcomes({encoder: pilot_job(encoder, workspace)}).get(encoder)
    if found is None:
        del st.session_state[PILOTED]
        return
    _tiles(found)
    if st.session_state.get(EMBEDDED) == asked:
        count = outcomes({encoder: embedding_job(encoder, workspace)}).get(encoder)
        if count is None:
            del st.session_state[EMBEDDED]
            return
        st.success(
            f"{count:,} vectors are kept: pages and commands find them at once.",
            icon=":material/check_circle:",
        )
        return
    st.button(
        "Embed all",
        icon=":material/play_arrow:",
        type="primary",
        key="embed_workspace",
        on_click=_note,
        args=(EMBEDDED, asked),
    )


def _asked(workspace: Workspace) -> tuple[str, str, int]:
    """Shows the encoders and the pilot's button, and returns what the pilot is of."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        encoder = controls.encoder_picker()
        asked = (encoder, workspace.name, int(workspace.latest["version"]))
        st.button(
            "Time a pilot",
            icon=":material/timer:",
            key="pilot_workspace",
            on_click=_note,
            args=(PILOTED, asked),
        )
    return asked


def _note(key: str, asked: tuple[str, str, int]) -> None:
    st.session_state[key] = asked


def _tiles(found: Forecast) -> None:
    tiles = side_by_side("forecast")
    tiles.metric("Time", f"about {in_time(found.seconds)}", border=True)
    if found.model_bytes is not None:
        tiles.metric(
            "Memory of the encoder",
            in_words(found.model_bytes),
            border=True,
            help="Its weights and one batch of 256.",
        )
    tiles.metric("Memory of the vectors", in_words(found.vector_bytes), border=True)
    texts, pictures = found.piloted
    also = f" and {pictures} pictures" if pictures else ""
    more = f" and {found.pictures:,} pictures" if found.pictures else ""
    st.caption(
        f"{found.texts:,} texts{more}, at the pace of {texts} texts{also} that took "
        f"{in_time(found.pilot_seconds)} just now. What was embedded before is found again in no "
        "time."
    )


def in_time(seconds: float) -> str:
    """Returns a duration as people say it: "0.4 s", "12 s", "3 min", "2.5 h"."""
    if seconds >= HOUR:
        return f"{seconds / HOUR:.1f} h"
    if seconds >= 2 * MINUTE:
        return f"{seconds / MINUTE:.0f} min"
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"
