"""The three ways to say which encoder to add: search the published ones, type a name, upload."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from tomclip.core.errors import InputError
from tomclip.encoders.added import store_vectors
from tomclip.ui.known_encoders.encoder_facts import EncoderFacts, checked_name
from tomclip.ui.known_encoders.published_table import table_job
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.tables import show_table
from tomclip.ui.view_state import choices

SHOWN_MODELS = 12
UPLOAD_MEGABYTES = 1_000
COLUMNS: Mapping[str, Any] = {
    "name": st.column_config.TextColumn("Name", width=320),
    "title": st.column_config.TextColumn("What it is", width=205),
    "languages": st.column_config.TextColumn("Reads", width=65),
    "dimension": st.column_config.NumberColumn("Dimension", format="localized", width=85),
    "parameters": st.column_config.NumberColumn(
        "Parameters", format="%.0f M", width=85, help="Of its text and its image tower."
    ),
    "weights": st.column_config.NumberColumn(
        "Memory", format="%.2f GB", width=80, help="For the weights of both towers."
    ),
    "here": st.column_config.TextColumn(
        "Here", width=50, help="Whether its weights are on this machine."
    ),
    "home": st.column_config.LinkColumn(
        "Licence", display_text="model page", width=90, help="Its terms stand on its page."
    ),
}


def wanted_encoder() -> str | None:
    """Shows the chosen way to name an encoder, and returns the name; None while there is none.

    Raises:
        InputError, EncoderUnavailable, AssetError: when what came can be no encoder.
    """
    ways: Mapping[str, Callable[[], str | None]] = {
        "published": _searched,
        "name": _typed,
        "vectors": _uploaded,
    }
    return ways[controls.option_picker("Where it comes from", choices.ENCODER_SOURCE)]()


def _searched() -> str | None:
    words = controls.text_field(
        "Search",
        choices.ENCODER_WORDS,
        placeholder="For example siglip2, xlm-roberta, M-CLIP or ViT-L-14",
        help="Of open_clip's list and of the published M-CLIP students. Without words the "
        "recommended ones come first.",
    )
    found = outcomes({"table": table_job(words, SHOWN_MODELS)})
    if "table" not in found:
        return None
    count, facts = found["table"]
    if not facts:
        st.info(f"No published model has '{words}' in its name. Use fewer words, or type a name.")
        return None
    event = show_table(
        pd.DataFrame([_row(one) for one in facts]),
        hide_index=True,
        height="content",
        column_config=COLUMNS,
        key=f"published_{words}",
        on_select="rerun",
        placeholder="–",
        selection_mode="single-row",
    )
    more = f", the first {len(facts)} shown: search to narrow them" if count > len(facts) else ""
    st.caption(f"{count} models{more}. Tick one for what it needs, and to add it.")
    rows: Sequence[int] = event["selection"]["rows"]
    return checked_name(facts[rows[0]].encoder.name) if rows else None


def _row(facts: EncoderFacts) -> dict[str, object]:
    memory = facts.memory
    return {
        "name": facts.encoder.name,
        "title": facts.encoder.title,
        "languages": facts.encoder.description.rpartition(" reads ")[2],
        "dimension": facts.dimension,
        "parameters": memory.parameters / 1e6 if memory else None,
        "weights": memory.weights / 1e9 if memory else None,
        "here": "yes" if facts.is_here else None,
        "home": facts.home,
    }


def _typed() -> str | None:
    text = controls.text_field(
        "Name",
        choices.ENCODER_NAME,
        placeholder="ViT-B-32/openai, hf-hub:OWNER/MODEL@revision, a directory, vectors:FILE",
    )
    st.caption(
        "`ARCHITECTURE/WEIGHTS` of open_clip, `hf-hub:OWNER/MODEL` in open_clip's format, an "
        "`M-CLIP/…` student, each with `@REVISION` where one is meant; a directory on this "
        "machine; or `vectors:` and the path of a file or folder that `tomclip embed` wrote."
    )
    return checked_name(text) if text else None


def _uploaded() -> str | None:
    files = st.file_uploader(
        "Vectors of texts and pictures",
        type=["npz", "parquet", "safetensors"],
        accept_multiple_files=True,
        max_upload_size=UPLOAD_MEGABYTES,
        key="encoder_files",
    )
    st.caption(
        "Files that `tomclip embed` wrote, texts and pictures of one encoder together. Texts are "
        "found by language and wording, pictures by their id."
    )
    if not files:
        return None
    names = [file.name for file in files]
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise InputError(f"two files are called {repeated}; rename one of them")
    return checked_name(store_vectors({file.name: file.getvalue() for file in files}))
