"""What a data set holds and what is odd about it, before anything is embedded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from tomclip.ui.parts.layout import side_by_side
from tomclip.ui.parts.tables import show_table
from tomclip.ui.scores.score_names import language_title
from tomclip.workspaces import Finding


def show_counts(items: int, languages: Mapping[str, int], pictures: int, vectors: int) -> None:
    """Shows how much there is, as tiles, and how many texts each language has."""
    tiles = side_by_side("data_counts")
    tiles.metric("Items", f"{items:,}", border=True)
    tiles.metric("Texts", f"{sum(languages.values()):,}", border=True)
    tiles.metric("Pictures", f"{pictures:,}", border=True)
    if vectors:
        tiles.metric("Vectors", f"{vectors:,}", border=True)
    show_languages(languages)


def show_languages(languages: Mapping[str, int]) -> None:
    """Says how many texts each language has."""
    if languages:
        told = (f"{language_title(code)} {count:,}" for code, count in languages.items())
        st.caption(f"Texts by language: {', '.join(told)}.")


def show_findings(findings: Sequence[Finding]) -> None:
    """Shows every finding with its first examples; HTML in them stays text."""
    if not findings:
        st.success("Nothing odd was found.", icon=":material/check_circle:")
        return
    rows = [
        {
            "Count": one.count,
            "What": f"{one.words[:1].upper()}{one.words[1:]}",
            "Language": language_title(one.language) if one.language else "",
            "Such as": " · ".join(one.examples),
        }
        for one in findings
    ]
    forms = {"Count": st.column_config.NumberColumn(format="localized", width=70)}
    show_table(pd.DataFrame(rows), hide_index=True, height="content", column_config=forms)
