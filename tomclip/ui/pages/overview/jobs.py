"""The four jobs that people come for, as cards that lead there."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from tomclip.ui.parts.layout import side_by_side


class Job(NamedTuple):
    """A card: what one does, in a sentence, and the pages that do it, by their labels."""

    title: str
    what: str
    pages: tuple[tuple[str, str], ...]


JOBS = (
    Job(
        "Browse shapes",
        "Diagrams, loops and maps of every language, and the words behind them.",
        (("pages/3_topology.py", "Open diagrams"), ("pages/2_embeddings.py", "Open maps")),
    ),
    Job(
        "Compare encoders",
        "Baseline and ToMCLIP side by side: accuracy, shape and answers, with intervals.",
        (("pages/4_compare.py", "See them side by side"), ("pages/5_zero_shot.py", "Ask them")),
    ),
    Job(
        "Train a student",
        "Set what topology weighs, start, and watch accuracy and shape of each language move.",
        (("pages/6_train.py", "Set up a run"), ("pages/7_runs.py", "See what ran")),
    ),
    Job(
        "Take it to a paper",
        "Add figures to a set, and take them as one figure of a paper's size, fonts and colours.",
        (("pages/12_export.py", "Arrange a figure"), ("pages/11_your_data.py", "Bring your data")),
    ),
)


def show_jobs() -> None:
    """Shows a numbered card per job."""
    cards = side_by_side("jobs", count=len(JOBS))
    for number, job in enumerate(JOBS, start=1):
        with cards.container(border=True, height="stretch"):
            st.markdown(f"**{number} · {job.title}**\n\n:small[{job.what}]")
            for page, label in job.pages:
                st.page_link(page, label=label, icon=":material/arrow_forward:")
