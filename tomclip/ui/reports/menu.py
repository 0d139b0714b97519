"""The button that writes a report: its form, how far it is, and the file to save."""

from __future__ import annotations

import uuid
from typing import get_args

import streamlit as st

from tomclip.core.paths import workspaces_owned_by
from tomclip.export import NO_BROWSER, browser_available
from tomclip.export.report import ReportForm
from tomclip.ui.computing.jobs import Job
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes_so_far, sentence
from tomclip.ui.parts.layout import person
from tomclip.ui.reports.making import MIME_TYPES, Wish
from tomclip.ui.view_state import choices

WHAT = (
    "One file with the verdict, figures and tables with intervals and tests, settings, versions "
    "and the command that repeats it."
)
MEGABYTE = 1e6


def report_menu(wish: Wish, *, key: str) -> None:
    """Shows a button that opens the choice of a form, writes the report and offers the file.

    A report that was written stays until something else is wished for.

    Args:
        wish: what the report is of.
        key: of its own on the page.
    """
    with st.popover("Report", icon=":material/description:", key=f"report_{key}"):
        st.caption(WHAT)
        form = _form(controls.option_picker("Form", choices.REPORT_FORM))
        if form == "pdf" and not browser_available():
            st.info(sentence(NO_BROWSER), icon=":material/print_disabled:")
            return
        job = _asked(wish, form, key)
        st.button(
            "Write the report",
            icon=":material/edit_document:",
            key=f"write_report_{key}",
            on_click=_ask,
            args=(wish, form, key),
            disabled=job is not None and not job.done,
        )
        if job is not None:
            _show_asked(job, f"{wish.stem}.{form}", MIME_TYPES[form], key)


def _form(value: str) -> ReportForm:
    return next(form for form in get_args(ReportForm) if form == value)


def _ask(wish: Wish, form: ReportForm, key: str) -> None:
    with workspaces_owned_by(person()):  # a callback runs before the page
        token = uuid.uuid4().hex
        wish.job(form, token)
        st.session_state[_asked_key(key)] = (wish, form, token)


def _asked_key(key: str) -> str:
    return f"report_asked_{key}"


def _asked(wish: Wish, form: ReportForm, key: str) -> Job[bytes] | None:
    """Returns the work on the report that was last asked for here, if it is this one."""
    asked = st.session_state.get(_asked_key(key))
    return wish.job(form, asked[2]) if asked and asked[:2] == (wish, form) else None


def _show_asked(job: Job[bytes], name: str, mime: str, key: str) -> None:
    """Shows how the report gets on that was asked for here, or the button that saves it."""
    written = outcomes_so_far({"report": job}).get("report")
    if job.done and job.failure:  # its sentence stands there once; pressing again begins anew
        del st.session_state[_asked_key(key)]
    if written is not None:
        st.download_button(
            f"Save {name} ({_size(len(written))})",
            written,
            name,
            mime,
            icon=":material/download:",
            key=f"save_report_{key}",
            on_click="ignore",
            type="primary",
        )


def _size(count: int) -> str:
    """Returns bytes as megabytes with a digit, or as kilobytes where that digit would be 0."""
    megabytes = f"{count / MEGABYTE:.1f}"
    return f"{megabytes} MB" if float(megabytes) else f"{1000 * count / MEGABYTE:.0f} kB"
