"""Encoders that read texts only: where they are left out, and what they cannot read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import streamlit as st

from tomclip.core.errors import TomclipError
from tomclip.encoders import encoder_catalogue, encoder_fingerprint, reads_pictures
from tomclip.encoders.lacking import stands_on
from tomclip.encoders.mapped.settings import baseline_directories
from tomclip.encoders.packaged.reading import unknown_pieces, unread_languages, unread_sentence
from tomclip.ui.computing import cached
from tomclip.ui.computing.jobs import Job, Report
from tomclip.ui.parts.feedback import outcomes, soon
from tomclip.ui.parts.markdown import literal

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

    A baseline reads as the encoder behind which it stands, and languages of which the page's data
    set has no texts are passed over. Counting takes a moment the first time; nobody waits longer.
    """
    codes_asked = [code for code in languages if code in cached.dataset().names]
    unread = {name: unread_languages(_reader(name), codes_asked) for name in encoders}
    jobs = {name: _count_job(_reader(name), codes) for name, codes in unread.items() if codes}
    soon(jobs.values())
    counts = outcomes({name: job for name, job in jobs.items() if job.done})
    told = [
        unread_sentence(
            {cached.encoder_title(name): counts[name] for name in counts if unread[name] == codes},
            codes,
        )
        for codes in dict.fromkeys(unread[name] for name in counts)
    ]
    if told:
        st.caption(f":material/translate: {literal(' '.join(told))}")


def _reader(encoder: str) -> str:
    """Returns the encoder that reads the texts: of a baseline, the one that it stands behind."""
    folder = baseline_directories().get(encoder)
    try:
        return (folder and stands_on(folder)) or encoder
    except TomclipError:
        return encoder  # what is damaged is told where it is loaded


def _count_job(encoder: str, codes: tuple[str, ...]) -> Job[tuple[int, int]]:
    data = cached.dataset()
    texts = [text for code in codes for text in data.names[code] if text]

    def work(report: Report) -> tuple[int, int]:
        report(0.1, "counting unknown pieces")
        return unknown_pieces(encoder, texts)

    key = ("reading", encoder, encoder_fingerprint(encoder), data.key, codes)
    return cached.board("reading").start(key, f"Reading with {encoder}", work)
