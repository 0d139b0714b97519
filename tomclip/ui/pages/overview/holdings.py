"""What the studio holds: the data set and the encoders, as the Overview page tells them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.paths import assets_directory
from tomclip.core.subsets import UNSEEN
from tomclip.data import EmojiDataset, language, load_emoji
from tomclip.encoders.added import KnownEncoder
from tomclip.evaluation import task_source
from tomclip.ui import view_state
from tomclip.ui.known_encoders.offered_encoders import described
from tomclip.ui.parts.feedback import sentences
from tomclip.ui.parts.layout import side_by_side
from tomclip.ui.parts.tables import show_table
from tomclip.ui.view_state import choices

SHOWN_FACTS = ("seed", "steps", "seconds", "parameters", "licence", "command")


def show_dataset() -> None:
    """Shows the data set: its facts, and one concept with all its drawings and names."""
    data = load_emoji()
    st.subheader("Data set: emoji in 13 languages", anchor=False)
    st.markdown(_facts(data))
    with st.container(border=True):
        _concept(data)
    _icons()
    with st.expander("Sources and licences"):
        show_table(pd.DataFrame(list(data.attribution)), hide_index=True)


def _icons() -> None:
    """Says that there is a second kind of pictures, and leads to where encoders meet them."""
    if not (assets_directory() / "icons").is_dir():
        return
    with sentences():
        facts = task_source("icons").facts()
        st.page_link(
            "pages/8_benchmarks.py",
            label=f"{facts.title}: {facts.pictures:,} pictures of some of these concepts by other "
            "hands, to evaluate encoders on the Benchmarks page",
            icon=":material/leaderboard:",
        )


def _facts(data: EmojiDataset) -> str:
    split = {name: len(rows) for name, rows in data.splits.items()}
    return (
        f"**{len(data):,} concepts**, named in **{len(data.languages)} languages** by people "
        f"(Unicode CLDR) and drawn in **{len(data.renderings)} renderings**. Students trained on "
        f"{split['train']:,} concepts, validated on {split['validation']}; {split['unseen']} are "
        f"{UNSEEN}. No encoder was trained on the rendering *{data.held_out_rendering}*: "
        "accuracy is measured on it."
    )


def _concept(data: EmojiDataset) -> None:
    row = _shown_row(data)
    sides = side_by_side("concept", wide=True)
    with sides.container(horizontal=True, gap="small"):
        for rendering in data.renderings:
            st.image(data.picture_png(row, rendering, 128), caption=rendering, width=64)
    with sides.container():
        st.markdown(
            "\u00a0· ".join(
                f":gray[{language(code).endonym}] {_plain(data.names[code][row])}"
                for code in data.languages
            )
        )
    st.button("Another concept", icon=":material/casino:", on_click=_draw, args=(data,))


def _shown_row(data: EmojiDataset) -> int:
    ids = list(data.concepts["id"])
    return ids.index(view_state.one_of(choices.DRAWN_CONCEPT, ids))


def _draw(data: EmojiDataset) -> None:
    view_state.change(
        choices.DRAWN_CONCEPT, str(np.random.default_rng().choice(data.concepts["id"]))
    )


def _plain(text: str) -> str:
    """Returns the text with the characters that mean something in Markdown escaped."""
    return "".join(f"\\{c}" if c in r"\`*_[]{}()#+-.!~$:|<>" else c for c in text)


def show_encoders(encoders: Sequence[KnownEncoder]) -> None:
    """Shows one row per encoder with what its manifest says."""
    st.subheader("Encoders", anchor=False)
    rows = [_encoder_row(info) for info in encoders]
    show_table(pd.DataFrame(rows), hide_index=True, placeholder="–")


def _encoder_row(info: KnownEncoder) -> dict[str, Any]:
    facts = {key.capitalize(): info.facts[key] for key in SHOWN_FACTS if key in info.facts}
    return {"Encoder": info.title, "Kind": info.kind, "What it is": described(info), **facts}
