"""The page What helps: a study, what it says, its figures, and the runs behind every mark."""

from __future__ import annotations

import streamlit as st

from tomclip.studies.loading import LoadedStudy, study_folders
from tomclip.studies.report.verdict import RULE, broken_off, progress_sentence
from tomclip.ui.pages.study.computations import Stamp, stamp_of, study_job, verdicts_job
from tomclip.ui.pages.study.opened import show_opened
from tomclip.ui.pages.study.tables import show_tables
from tomclip.ui.pages.study.views import show_view
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes, sentence
from tomclip.ui.view_state import choices

MOST_TOLD = 3
NO_STUDY = (
    "No study is on this machine. 'tomclip study FILE' runs one; its folder among the runs is "
    "found here."
)
READING = f"""
- **A form** is a way to train: point-wise alone, or with a structural term beside it. It is held
  against the **baseline** of the same fold and seed.
- **A fold** holds out a fifth of the concepts, another one each time: what a run is asked about,
  it has read in no language. **Seeds** repeat a run by chance alone; those of one fold share its
  concepts, so the folds count, and Student's t over them gives interval and p-value.
- {RULE} p-values are adjusted by Holm within a family of forms.
- **Could have been seen** is the gain that such a test finds with a probability of 80 %, at the
  deviation over folds that was measured: how much a form without a verdict might still help.
- Training sets of the folds overlap, so an interval can be a little short; the thin line has the
  corrected variance of Nadeau and Bengio (2003).

The question, the rules and what was found stand in `docs/study.md`; `studies/*/study.yaml` are the
studies themselves, and `tomclip study FILE` runs one of your own.
"""


def show() -> None:
    """Shows the choice of a study and everything that it says so far."""
    folders = study_folders()
    if not folders:
        st.info(NO_STUDY)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = controls.select_picker("Study", choices.STUDY, {one: one for one in folders})
        view = controls.option_picker("View", choices.STUDY_VIEW)
    folder = folders[name]
    stamp = stamp_of(folder)
    found = outcomes({"study": study_job(folder, stamp)})
    if found:
        _show_study(found["study"], stamp, view)


def _show_study(loaded: LoadedStudy, stamp: Stamp, view: str) -> None:
    _say_how_far(loaded)
    for verdicts in outcomes({"verdicts": verdicts_job(loaded, stamp)}).values():
        if verdicts:
            st.info("\n\n".join(verdicts), icon=":material/balance:")
    marks, asked = show_view(view, loaded, stamp)
    for condition, form in marks[:1]:
        show_opened(loaded, condition, form, asked)
    if not loaded.table.empty:
        show_tables(loaded, stamp)
    with st.expander("How to read this", icon=":material/help:"):
        st.markdown(READING)


def _say_how_far(loaded: LoadedStudy) -> None:
    """Says how far an unfinished study is, and which results cannot be read."""
    for refusal in list(loaded.refused.values())[:MOST_TOLD]:
        st.error(sentence(refusal), icon=":material/error:")
    if len(loaded.refused) > MOST_TOLD:
        st.error(f"{len(loaded.refused) - MOST_TOLD} more results are left out like these.")
    if broken := broken_off(loaded):
        names = ", ".join(list(broken)[:MOST_TOLD])
        more = f" and {len(broken) - MOST_TOLD} more" if len(broken) > MOST_TOLD else ""
        st.warning(f"Broke off, and is missing from every comparison: {names}{more}.")
    if told := progress_sentence(loaded):
        st.info(told, icon=":material/hourglass_top:")
