"""Encoders that read texts only: where they are left out, and what they cannot read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from tomclip.encoders import encoder_catalogue, encoder_fingerprint, reads_pictures
from tomclip.encoders.lacking import stands_on
from tomclip.encoders.packaged.reading import reading_note, unread_languages
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job, Report
from tomclip.ui.parts.feedback import outcomes, soon

TRAIN_PAGE = "pages/6_train.py"


def with_pictures(encoders: Sequence[str]) -> tuple[str, ...]:
    """Returns those of the encoders that know pictures, and says which of them do not."""
    without = [name for name in encoders if not reads_pictures(name)]
    if without:
        names = ", ".join(cached.encoder_title(name) for name in without)
        made = [cached.encoder_title(name) for name in _made_from(without)]
        onward = (
            f"Choose what was made from it and knows pictures: {', '.join(made)}."
            if made
            else "A student that starts from it (student.start_from) learns a teacher's space, and "
            "with it pictures."
        )
        st.info(
            f"{names}: reads texts only, so it knows no pictures. {onward}",
            icon=":material/hide_image:",
        )
        st.page_link(TRAIN_PAGE, label="Train a student from it", icon=":material/model_training:")
    return tuple(name for name in encoders if name not in without)


def _made_from(sources: Collection[str]) -> list[str]:
    """Returns the students and baselines with pictures that stand on one of the encoders."""
    known = (info for info in encoder_catalogue() if info.kind == "student" and not info.lacking)
    return [info.name for info in known if stands_on(info.path) in sources]


def show_unread(encoders: Sequence[str], languages: Sequence[str]) -> None:
    """Says which of the languages an encoder was not trained on, and what it does not know there.

    Counting takes a moment the first time; nobody waits for it longer.
    """
    jobs = [
        _note_job(name, codes) for name in encoders if (codes := unread_languages(name, languages))
    ]
    soon(jobs)
    for note in outcomes({str(row): job for row, job in enumerate(jobs) if job.done}).values():
        st.caption(f":material/translate: {note}")


def _note_job(encoder: str, codes: tuple[str, ...]) -> Job[str]:
    data = cached.dataset()
    texts = {code: [text for text in data.names[code] if text] for code in codes}

    def work(report: Report) -> str:
        report(0.1, "counting unknown pieces")
        return reading_note(encoder, texts)

    key = ("reading", encoder, encoder_fingerprint(encoder), data.key, codes)
    return cached.board("reading").start(key, f"Reading with {encoder}", work)
