"""Where a language falls behind: concepts by languages, and what stands behind each cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from tomclip.core.scores import EVERY_CLASS, MEAN
from tomclip.data.emoji import Subset
from tomclip.evaluation import EvaluationReport
from tomclip.evaluation.language_gap.class_hits import ASKED
from tomclip.export.lines import Scored, gap_lines
from tomclip.figures import (
    class_accuracy_figure,
    class_difference_figure,
    class_gap_figure,
    outline_cell,
)
from tomclip.ui.computing import cached
from tomclip.ui.computing.repeated import items_read
from tomclip.ui.language_gap.told import LEFT_OUT, finding, group_title, most_telling
from tomclip.ui.pages.zero_shot import gap_computations as computed
from tomclip.ui.pages.zero_shot.gap_panel import show_cell
from tomclip.ui.pages.zero_shot.merge_order import show_merge_order
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_titles
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.selection import Selection
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    import plotly.graph_objects as go

SMALLEST_GROUP = 5
WITHIN = "in "
"""Before a category's name in the choice of rows: its single concepts."""
NEEDS_TWO = "Choose a second encoder above: the first one is subtracted from it."
NO_CLASSES = (
    "{data} has texts of its pictures and no classes, of which this view counts the right ones. "
    "Scores tells its languages apart; the embedded emoji have classes."
)
READINGS: Mapping[str, str] = {
    "gap": "Language less English on the same pictures, the largest gap first.",
    "accuracy": "How often the right name comes first among all concepts, the best first.",
    "difference": "Encoder less the first one on the same pictures, the best first.",
}


def show_language_gap(encoders: Sequence[str], subset: Subset, place: Place) -> None:
    """Shows the controls, the heat map, and what stands behind the chosen cell."""
    if ASKED not in cached.dataset().task_of(subset).asked:
        st.info(NO_CLASSES.format(data=cached.dataset().title))
        return
    with place.row():
        kind = controls.select_picker("Show", choices.GAP_SHOWN)
        encoder = _encoder_picker(encoders, kind)
    rows = "" if kind == "merges" else _rows_picker(subset, place)
    if kind == "merges":
        show_merge_order(encoder, subset)
    elif encoder:
        _show_cells(encoder, encoders[0], subset, kind, rows)
    else:
        st.info(NEEDS_TWO)


def _encoder_picker(encoders: Sequence[str], kind: str) -> str:
    """Returns the encoder whose cells are shown; "" where there is none to subtract from."""
    titles = controls.encoder_titles()
    offered = list(encoders[1:] if kind == "difference" else encoders)
    if not offered:
        return ""
    label = f"Less {titles[encoders[0]]}" if kind == "difference" else "Encoder"
    return controls.select_picker(label, choices.GAP_ENCODER, {one: titles[one] for one in offered})


def _rows_picker(subset: Subset, place: Place) -> str:
    """Returns "category", "subcategory", or a category whose single concepts are the rows."""
    data = cached.dataset()
    shown = data.concepts["category"].iloc[data.rows(subset)]
    concepts = {f"{WITHIN}{name}": f"Concepts: {name}" for name in sorted(set(shown))}
    titles = {"category": "Categories", "subcategory": "Subcategories", **concepts}
    with place.more():
        return controls.select_picker("Rows", choices.GAP_ROWS, titles)


def _show_cells(encoder: str, baseline: str, subset: Subset, kind: str, rows: str) -> None:
    names = [encoder, baseline] if kind == "difference" else [encoder]
    reports = outcomes({name: cached.report_job(name, subset, shapes=False) for name in names})
    if len(reports) < len(names):
        return
    by = "class" if rows.startswith(WITHIN) else rows
    table = computed.cells(list(reports.values()), kind, by)
    groups, left = shown_groups(table, kind, rows)
    options = _drawn_with(kind, table, reports, baseline, groups)
    chart = _chart(kind, table, baseline, options)
    selection = Selection(choices.GAP_CELL, (subset,))
    for mark in selection.shown(chart):
        outline_cell(chart, *mark)
    marks = figure(
        chart,
        key="zero_shot/language_gap",
        selection=selection,
        data=lambda: table,
        reading=_reading(kind, rows, left),
        lines=partial(
            gap_lines,
            Scored(names, options["context"], items_read(cached.data_key(), subset)),
            cells=kind,
            by=by,
            groups=groups,
            titles=options["titles"],
        ),
    )
    if marks:
        group, language = marks[0]
        show_cell(encoder, subset, by, group, language, table)


def shown_groups(table: pd.DataFrame, kind: str, rows: str) -> tuple[list[str], int]:
    """Returns the groups that are shown, from the top, and how many are left out.

    Groups of fewer than 5 concepts are left out, and of more than 40 single concepts those that say
    least; see `most_telling`.
    """
    from tomclip.evaluation.language_gap.cells import ordered_groups

    groups = ordered_groups(table, ascending=kind == "gap")
    means = table[table["language"] == MEAN].set_index("group")
    if not rows.startswith(WITHIN):
        kept = [name for name in groups if means["classes"][name] >= SMALLEST_GROUP]
        return kept, len(groups) - len(kept)
    concepts = cached.dataset().concepts
    of_category = set(concepts["id"][concepts["category"] == rows.removeprefix(WITHIN)])
    groups = [name for name in groups if name in of_category]
    kept = most_telling(groups, means["value"].to_dict(), kind)
    return kept, len(groups) - len(kept)


def _drawn_with(
    kind: str,
    table: pd.DataFrame,
    reports: Mapping[str, EvaluationReport],
    baseline: str,
    groups: Sequence[str],
) -> dict[str, Any]:
    encoder, report = next(iter(reports.items()))
    titles = controls.encoder_titles()
    shown, named = concept_titles(), (EVERY_CLASS, *groups)
    return {
        "titles": {name: shown.get(name) or group_title(name) for name in named},
        "groups": groups,
        "context": figure_context(
            [encoder],
            metric="",
            n_points=report.n_concepts,
            note=finding(table, kind, groups),
            other_encoders={baseline: titles.get(baseline, baseline)},
        ),
    }


def _chart(kind: str, table: pd.DataFrame, baseline: str, options: dict[str, Any]) -> go.Figure:
    if kind == "difference":
        return class_difference_figure(table, baseline=baseline, **options)
    return {"accuracy": class_accuracy_figure, "gap": class_gap_figure}[kind](table, **options)


def _reading(kind: str, rows: str, left: int) -> str:
    single = rows.startswith(WITHIN)
    which = LEFT_OUT[kind] if single else f"of fewer than {SMALLEST_GROUP} concepts"
    parts = [
        READINGS[kind],
        "One picture of each concept, so a cell is all or nothing." if single else "",
        f"{left} more, {which}, are left out." if left else "",
        "Click a cell to see what is confused there.",
    ]
    return " ".join(filter(None, parts))
