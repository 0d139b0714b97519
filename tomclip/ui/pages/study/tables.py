"""A study's tables, shown and taken away."""

from __future__ import annotations

import io

import pandas as pd
import streamlit as st

from tomclip.core.scores import score_kind
from tomclip.export import spreadsheet_csv
from tomclip.studies.loading import LoadedStudy
from tomclip.studies.report.frames import Asked
from tomclip.studies.tables import contrast_tests
from tomclip.ui.pages.study.computations import Stamp, gains_job
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.tables import show_table

MIMES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet"}


def show_tables(loaded: LoadedStudy, stamp: Stamp) -> None:
    """Shows the forms and contrasts on the primary outcome, and offers every table as a file."""
    asked = Asked()
    conditions = tuple(loaded.study.conditions)
    table = outcomes({"table": gains_job(loaded, stamp, conditions, asked)}).get("table")
    if table is None:
        return
    with st.expander("Tables", icon=":material/table:"):
        kind = score_kind(asked.score)
        st.caption(f"{kind.title.capitalize()}, held-out drawings of the emoji, mean of languages.")
        if len(table):
            _forms(table, kind.digits + 1)
        contrasts = contrast_tests(loaded.study, loaded.table)
        if len(contrasts):
            st.caption(f"What {loaded.study.baseline} gains from one condition to another:")
            _contrasts(contrasts, kind.digits + 1)
        with st.container(horizontal=True):
            _downloads("All results", f"{loaded.name}_results", loaded.table)
            _downloads("Forms", f"{loaded.name}_forms", table)


def _forms(table: pd.DataFrame, digits: int) -> None:
    columns = {
        "condition": "Condition",
        "form": "Form",
        "family": "Family",
        "value": "Top-1, %",
        "gain": "Gain, points",
        "low": "95 % from",
        "high": "95 % to",
        "adjusted_p": "p, Holm",
        "smallest_effect": "Could have seen",
        "verdict": "Verdict",
        "runs": "Runs",
    }
    shown = table.reindex(columns=list(columns)).rename(columns=columns)
    signed = st.column_config.NumberColumn(format=f"%+.{digits}f")
    plain = st.column_config.NumberColumn(format=f"%.{digits}f")
    forms = {
        **dict.fromkeys(("Gain, points", "95 % from", "95 % to"), signed),
        **dict.fromkeys(("Top-1, %", "Could have seen"), plain),
        "p, Holm": st.column_config.NumberColumn(format="%.3f"),
        "Runs": st.column_config.NumberColumn(format="%d"),
    }
    show_table(shown, hide_index=True, column_config=forms, placeholder="–")


def _contrasts(table: pd.DataFrame, digits: int) -> None:
    columns = {
        "contrast": "Contrast",
        "before": "Before, %",
        "after": "After, %",
        "gain": "Gain, points",
        "low": "95 % from",
        "high": "95 % to",
        "p_value": "p",
    }
    signed = st.column_config.NumberColumn(format=f"%+.{digits}f")
    plain = st.column_config.NumberColumn(format=f"%.{digits}f")
    forms = {
        **dict.fromkeys(("Gain, points", "95 % from", "95 % to"), signed),
        **dict.fromkeys(("Before, %", "After, %"), plain),
        "p": st.column_config.NumberColumn(format="%.3f"),
    }
    shown = table[list(columns)].rename(columns=columns)
    show_table(shown, hide_index=True, column_config=forms, height="content")


def _downloads(label: str, stem: str, table: pd.DataFrame) -> None:
    makers = {"csv": lambda: spreadsheet_csv(table), "parquet": lambda: _parquet(table)}
    for form, make in makers.items():
        st.download_button(
            f"{label} as {'CSV' if form == 'csv' else form}",
            make,
            f"{stem}.{form}",
            MIMES[form],
            icon=":material/download:",
            on_click="ignore",
            key=f"study_{stem}.{form}",
        )


def _parquet(table: pd.DataFrame) -> bytes:
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False)
    return buffer.getvalue()
