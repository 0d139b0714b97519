"""The views of a study: gains, by language, against the share of pairs, shape, settings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from tomclip.core.scores import score_kind
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.report import figures
from tomclip.studies.report.figures import Drawn
from tomclip.studies.report.frames import Asked
from tomclip.ui.pages.study import computations
from tomclip.ui.pages.study.asked import (
    asked_picker,
    condition_picker,
    conditions_picker,
    shape_picker,
)
from tomclip.ui.pages.study.computations import Stamp
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure
from tomclip.ui.parts.selection import Selection
from tomclip.ui.theme import theme
from tomclip.ui.view_state import choices
from tomclip.ui.view_state.kinds import Mark

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.ui.computing.jobs import Job

CLICK = "Click a mark to see its runs below."
NO_CONDITION = "Choose at least one condition."


def show_view(name: str, loaded: LoadedStudy, stamp: Stamp) -> tuple[tuple[Mark, ...], Asked]:
    """Shows a view of a study; returns the marks that are selected, and what was asked."""
    if loaded.table.empty and name != "settings":
        st.info(
            "Nothing can be compared yet; what the choice of settings found is under *Settings*."
        )
        return (), Asked()
    return VIEWS[name](loaded, stamp)


def _gains(loaded: LoadedStudy, stamp: Stamp) -> tuple[tuple[Mark, ...], Asked]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        conditions = conditions_picker(loaded)
        asked = asked_picker(loaded)
    if not conditions:
        return _nothing(asked)
    table = _found(computations.gains_job(loaded, stamp, conditions, asked))
    if table is None:
        return (), asked
    drawn = figures.gains(loaded, conditions, asked, theme=theme(), table=table)
    share = score_kind(asked.score).is_share
    levels = " Dotted: half a point and one, by which the verdict goes." if share else ""
    reading = f"Thick lines are 95 % intervals over the folds.{levels} {CLICK}"
    return _shown(loaded, drawn, "gains", reading), asked


def _languages(loaded: LoadedStudy, stamp: Stamp) -> tuple[tuple[Mark, ...], Asked]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        conditions = conditions_picker(loaded)
        asked = asked_picker(loaded, by_language=True)
    if not conditions:
        return _nothing(asked)
    table = _found(computations.language_gains_job(loaded, stamp, conditions, asked))
    if table is None:
        return (), asked
    drawn = figures.language_gains(loaded, conditions, asked, theme=theme(), table=table)
    reading = (
        "Bold: the cell's own 95 % interval excludes 0. With so many cells some do by chance; only "
        f"the mean is tested. {CLICK}"
    )
    return _shown(loaded, drawn, "languages", reading), asked


def _shares(loaded: LoadedStudy, stamp: Stamp) -> tuple[tuple[Mark, ...], Asked]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        asked = asked_picker(loaded)
    table = _found(computations.shares_job(loaded, stamp, asked))
    if table is None:
        return (), asked
    drawn = figures.pair_shares(loaded, asked, theme=theme(), table=table)
    reading = (
        "Bands are 95 % intervals over the folds, whose concepts differ: forms are compared fold "
        f"by fold under *Gains*. {CLICK}"
    )
    return _shown(loaded, drawn, "shares", reading), asked


def _trade_off(loaded: LoadedStudy, stamp: Stamp) -> tuple[tuple[Mark, ...], Asked]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        conditions = conditions_picker(loaded)
        scores = st.container(horizontal=True, vertical_alignment="bottom")
        more = st.popover("More", icon=":material/tune:")
        with scores:
            asked = asked_picker(loaded, accuracy=True, more=more)
            shape = shape_picker(loaded)
    if not conditions:
        return _nothing(asked)
    if not shape:
        st.info("This study has measured no shape.")
        return (), asked
    table = _found(computations.trade_off_job(loaded, stamp, conditions, asked, shape))
    if table is None:
        return (), asked
    drawn = figures.trade_off(loaded, conditions, asked, shape=shape, theme=theme(), table=table)
    reading = (
        "On the dashed front no other form of the condition is as good in both and better in one; "
        f"its forms are named. {CLICK}"
    )
    return _shown(loaded, drawn, "trade_off", reading), asked


def _settings(loaded: LoadedStudy, stamp: Stamp) -> tuple[tuple[Mark, ...], Asked]:
    if loaded.study.choose is None:
        st.info("This study chooses no settings: every form is trained as its file says.")
        return (), Asked()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        condition = condition_picker(loaded)
    table = _found(computations.settings_job(loaded, stamp, condition))
    if table is None:
        return (), Asked()
    drawn = figures.settings(loaded, condition, theme=theme(), table=table)
    reading = (
        "At multiple 1 the structural terms pull as hard as the point-wise part at the start. "
        "Scores are of validation concepts, means over the folds and seeds that choose, and "
        f"confirm nothing. {CLICK}"
    )
    return _shown(loaded, drawn, "settings", reading), Asked()


View = Callable[[LoadedStudy, Stamp], tuple[tuple[Mark, ...], Asked]]
VIEWS: Mapping[str, View] = {
    "gains": _gains,
    "languages": _languages,
    "shares": _shares,
    "trade_off": _trade_off,
    "settings": _settings,
}


def _nothing(asked: Asked) -> tuple[tuple[Mark, ...], Asked]:
    st.info(NO_CONDITION)
    return (), asked


def _found(job: Job[pd.DataFrame]) -> pd.DataFrame | None:
    return outcomes({"table": job}).get("table")


def _shown(loaded: LoadedStudy, drawn: Drawn, name: str, reading: str) -> tuple[Mark, ...]:
    return figure(
        drawn.figure,
        key=f"study/{name}",
        data=lambda: drawn.table,
        reading=reading,
        selection=Selection(choices.OPENED_FORM, str(loaded.directory)),
    )
