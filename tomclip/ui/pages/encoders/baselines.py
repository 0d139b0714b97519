"""Plain baselines on the Encoders page: a short form, and the work of fitting one."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from tomclip.baselines import Baseline, fit_baseline
from tomclip.config import DataConfig
from tomclip.encoders.mapped.settings import MapKind
from tomclip.ui.computing.cached import board
from tomclip.ui.computing.jobs import Job, Report, counted
from tomclip.ui.known_encoders.offered_encoders import offered_encoders
from tomclip.ui.parts.feedback import outcomes

KINDS: dict[MapKind, str] = {
    "ridge": "Ridge regression",
    "procrustes": "Procrustes",
    "centring": "Each language centred",
}
SHARES = (2, 5, 10, 20, 50, 100)
FITTING, FITTED = "baseline_being_fitted", "baseline_just_fitted"
FIRST = ("multilingual-e5-small", "mclip")
WHAT = (
    "A linear map in closed form from a text encoder's vectors of the training captions to the "
    "teacher's, or each language's mean moved to the teacher's English. It takes seconds once the "
    "captions are embedded. A trained student that does not beat it has learned nothing more."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the form says; `share` is a percentage of the training concepts."""

    kind: MapKind
    source: str
    share: int
    anchor: bool


def show_baselines() -> None:
    """Shows the form, and the work while it is under way.

    Raises:
        TomclipError: what made the last fit impossible, in a sentence.
    """
    st.caption(WHAT)
    if title := st.session_state.pop(FITTED, None):
        st.success(
            f"{title} is fitted: Compare, Overview and every other page offer it now.",
            icon=":material/check_circle:",
        )
    if asked := _form():
        st.session_state[FITTING] = asked
    if FITTING in st.session_state:
        _follow(st.session_state[FITTING])


def _form() -> Asked | None:
    """Returns what was asked for when the button was just clicked."""
    titles = {one.name: one.title for one in offered_encoders() if one.kind != "vectors"}
    first = next((name for name in FIRST if name in titles), next(iter(titles), None))
    with st.form("baseline"):
        kind: MapKind | None = st.segmented_control(
            "Baseline",
            list(KINDS),
            default="ridge",
            format_func=lambda one: KINDS[one],
            required=True,
        )
        source = st.selectbox(
            "Behind",
            list(titles),
            index=list(titles).index(first) if first else None,
            format_func=lambda one: titles[one],
        )
        share = st.select_slider(
            "Share of the training concepts, %", SHARES, value=SHARES[-1], help="Chosen by seed 0."
        )
        anchor = st.toggle(
            "English anchor",
            help="English captions of all training concepts count too, which need no translation. "
            "Their weight is chosen on validation captions. Not for centring.",
        )
        if not st.form_submit_button("Fit it", icon=":material/linear_scale:", key="fit_baseline"):
            return None
    return Asked(kind or "ridge", str(source), int(share), bool(anchor) and kind != "centring")


def _follow(asked: Asked) -> None:
    job = _job(asked)
    found = outcomes({"baseline": job})
    if not job.done:
        return
    del st.session_state[FITTING]
    job.forget()
    if "baseline" in found:
        st.session_state[FITTED] = found["baseline"].settings.title
        st.rerun()


def _job(asked: Asked) -> Job[Baseline]:
    def work(report: Report) -> Baseline:
        return fit_baseline(
            asked.kind,
            asked.source,
            data=DataConfig(share=asked.share / 100),
            anchor="emoji" if asked.anchor else None,
            force=True,
            on_progress=counted(report),
        )

    return board("encoders").start(("baseline", asked), f"Fitting {KINDS[asked.kind]}", work)
