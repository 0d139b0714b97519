"""The language gap of a benchmark, class by class, and what is confused in a cell of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from tomclip.core.scores import EVERY_CLASS, MEAN
from tomclip.evaluation import EvaluationReport, task_source
from tomclip.figures import (
    class_accuracy_figure,
    class_difference_figure,
    class_gap_figure,
    outline_cell,
)
from tomclip.ui.language_gap.told import (
    LEFT_OUT,
    cell_value,
    finding,
    group_title,
    most_telling,
)
from tomclip.ui.pages.benchmarks.computations import BenchmarkChoice
from tomclip.ui.pages.benchmarks.gap_computations import (
    Classes,
    cells_job,
    classes_job,
    confusions_job,
)
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.selection import Selection
from tomclip.ui.parts.tables import show_table
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    import plotly.graph_objects as go

ASKED, ENGLISH, BY_CLASS = "zero_shot", "en", "class"
MOST_LANGUAGES, MOST_LISTED = 30, 200
READINGS: Mapping[str, str] = {
    "gap": "Language less English on the same pictures, the largest gap first.",
    "accuracy": "How often the right class comes first among all, the best first.",
    "difference": "Encoder less the first one on the same pictures, the best first.",
}


def show_gap(reports: Mapping[str, EvaluationReport], choice: BenchmarkChoice) -> None:
    """Shows the heat map of classes by languages, where pictures were named in several.

    Args:
        reports: of the encoders by name, the baseline's first.
        choice: what they were evaluated on.
    """
    named = {name: one for name, one in reports.items() if ASKED in one.ranks}
    kinds = _kinds(named, choice.languages)
    if not named or not kinds:
        return
    found = outcomes({"classes": classes_job(choice)}).get("classes")
    if found is None:
        return
    st.subheader("Where a language falls behind", anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = controls.option_picker("Show", choices.BENCHMARK_GAP, kinds)
        encoder = _encoder_picker(named, kind)
        by = _rows_picker(found)
    _show_cells(named, encoder, kind, by, found, choice)


def _kinds(named: Mapping[str, EvaluationReport], languages: Sequence[str]) -> dict[str, str]:
    """Returns what can be shown: gaps need English and another language, differences two."""
    can = {
        "gap": ENGLISH in languages and len(languages) > 1,
        "accuracy": len(languages) > 1,
        "difference": len(named) > 1,
    }
    return {kind: title for kind, title in choices.BENCHMARK_GAP.titles.items() if can[kind]}


def _encoder_picker(named: Mapping[str, EvaluationReport], kind: str) -> str:
    titles = controls.encoder_titles()
    baseline, *others = named
    offered = others if kind == "difference" else list(named)
    label = f"Less {titles.get(baseline, baseline)}" if kind == "difference" else "Encoder"
    shown = {name: titles.get(name, name) for name in offered}
    return controls.select_picker(label, choices.BENCHMARK_GAP_ENCODER, shown)


def _rows_picker(found: Classes) -> str:
    titles = {name: group_title(name) for name in found.groupings}
    if len(titles) == 1:
        return next(iter(titles))
    return controls.select_picker("Rows", choices.BENCHMARK_GAP_ROWS, titles)


def _show_cells(
    named: Mapping[str, EvaluationReport],
    encoder: str,
    kind: str,
    by: str,
    found: Classes,
    choice: BenchmarkChoice,
) -> None:
    baseline = next(iter(named))
    names = [encoder, baseline] if kind == "difference" else [encoder]
    job = cells_job([named[name] for name in names], choice, kind, by)
    table = outcomes({"cells": job}).get("cells")
    if table is None:
        return
    groups, left = _telling_groups(table, kind)
    shown, languages = _telling_languages(table, kind)
    titles = {name: _title(name, by, found) for name in (EVERY_CLASS, *groups)}
    chart = _chart(kind, shown, named[encoder], baseline, groups, titles, choice)
    selection = Selection(choices.BENCHMARK_CELL, (choice.benchmark,))
    for mark in selection.shown(chart):
        outline_cell(chart, *mark)
    marks = figure(
        chart,
        key="benchmarks/language_gap",
        selection=selection,
        data=lambda: table,
        reading=_reading(kind, left, languages),
    )
    if marks:
        group, language = marks[0]
        title = f"{titles.get(group, group)}, {cell_value(table, group, language)}"
        _show_confused(encoder, language, title, found.members(by, group), group, choice)


def _title(name: str, by: str, found: Classes) -> str:
    return found.words.get(name, name) if by == BY_CLASS else group_title(name)


def _telling_groups(table: pd.DataFrame, kind: str) -> tuple[list[str], int]:
    """Returns the groups that are shown, from the top, and how many are left out."""
    from tomclip.evaluation.language_gap.cells import ordered_groups

    groups = ordered_groups(table, ascending=kind == "gap")
    means = table[table["language"] == MEAN].set_index("group")["value"].to_dict()
    kept = most_telling(groups, means, kind)
    return kept, len(groups) - len(kept)


def _telling_languages(table: pd.DataFrame, kind: str) -> tuple[pd.DataFrame, int]:
    """Returns the rows of the languages that are shown, and how many languages are left out."""
    own = table[(table["group"] == EVERY_CLASS) & (table["language"] != MEAN)]
    values = dict(zip(own["language"], own["value"], strict=True))
    kept = most_telling(list(values), values, kind, most=MOST_LANGUAGES)
    shown = table[table["language"].isin({*kept, MEAN})]
    return shown, len(values) - len(kept)


def _chart(
    kind: str,
    table: pd.DataFrame,
    report: EvaluationReport,
    baseline: str,
    groups: Sequence[str],
    titles: Mapping[str, str],
    choice: BenchmarkChoice,
) -> go.Figure:
    encoders = controls.encoder_titles()
    told = finding(table.replace({"group": dict(titles)}), kind, [titles[one] for one in groups])
    context = figure_context(
        [report.encoder],
        metric="",
        n_points=report.n_concepts,
        points=report.items_title,
        note=" · ".join(filter(None, (task_source(choice.benchmark).facts().title, told))),
        other_encoders={baseline: encoders.get(baseline, baseline)},
    )
    options: dict[str, Any] = {
        "titles": titles,
        "groups": groups,
        "context": replace(context, languages=controls.language_names(choice.languages)),
    }
    if kind == "difference":
        return class_difference_figure(table, baseline=baseline, **options)
    return {"accuracy": class_accuracy_figure, "gap": class_gap_figure}[kind](table, **options)


def _reading(kind: str, left: int, languages: int) -> str:
    parts = [
        READINGS[kind],
        f"{left} more, {LEFT_OUT[kind]}, are left out." if left else "",
        f"{languages} languages {LEFT_OUT[kind]} are left out." if languages else "",
        "Click a cell to see what is confused there.",
    ]
    return " ".join(filter(None, parts))


def _show_confused(
    encoder: str,
    language: str,
    title: str,
    members: set[str],
    group: str,
    choice: BenchmarkChoice,
) -> None:
    """Shows which classes of a cell are taken for which, in the language and in English."""
    if language == MEAN:
        st.caption("The mean of the languages has no confusions of its own; click a language.")
        return
    table = outcomes({"": confusions_job(encoder, choice, language)}).get("")
    if table is None:
        return
    from tomclip.evaluation.language_gap.confusion_table import IN_ENGLISH_TOO

    own = table if group == EVERY_CLASS else table[table["class"].isin(members)]
    named = controls.language_names(choice.languages).get(language, language)
    with st.container(border=True):
        st.markdown(f"**{title}** in {named}")
        if own.empty:
            st.caption("Every picture here gets its own class.")
            return
        more = f" The first {MOST_LISTED} are listed." if len(own) > MOST_LISTED else ""
        wrong = int(own["pictures"].sum())
        st.caption(f"{wrong:,} pictures are taken for another class.{more}")
        shown = own.head(MOST_LISTED)
        written = pd.DataFrame(
            {
                "class": _words(shown, "class"),
                "taken for": _words(shown, "chosen"),
                "pictures": shown["pictures"],
                "of": shown["of"],
            }
        )
        if IN_ENGLISH_TOO in shown:
            written["in English too"] = shown[IN_ENGLISH_TOO].map({True: "yes", False: "no"})
        show_table(written, hide_index=True)


def _words(table: pd.DataFrame, side: str) -> list[str]:
    """Returns the words of a language, each with the English one where it is another."""
    own = list(table[f"{side}_text"])
    glosses = list(table.get(f"{side}_english", table[f"{side}_text"]))
    pairs = zip(own, glosses, strict=True)
    return [word if word == gloss else f"{word} ({gloss})" for word, gloss in pairs]
