"""By class: how often one encoder is right in one language, and what pictures are taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import streamlit as st

from tomclip.core.scores import EVERY_CLASS, capitalised
from tomclip.data import language as known_language
from tomclip.data.emoji import Subset
from tomclip.evaluation import Confusions, EvaluationReport
from tomclip.figures import accuracy_figure, confusion_figure, outline_cell
from tomclip.ui.computing import cached
from tomclip.ui.pages.zero_shot import gap_computations as computed
from tomclip.ui.pages.zero_shot.gap_panel import ENGLISH, confused_rows, show_confused
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_titles, picture_address
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import figure, figure_context, side_by_side
from tomclip.ui.parts.selection import Selection
from tomclip.ui.parts.tables import show_table
from tomclip.ui.view_state import choices

BY = "category"
SMALLEST_GROUP = 5


def show_classes(encoders: Sequence[str], subset: Subset) -> None:
    """Shows accuracy by category, confusions between categories, and every concept."""
    data, titles = cached.dataset(), controls.encoder_titles()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        offered = {name: titles[name] for name in encoders}
        encoder = controls.select_picker("Encoder", choices.GAP_ENCODER, offered)
        language = controls.language_picker()
    codes = list(dict.fromkeys((language, ENGLISH)))
    jobs = [cached.text_vectors_job(encoder, code) for code in codes]
    if not ready([*jobs, cached.picture_vectors_job(encoder, data.held_out_rendering)]):
        return
    reports = outcomes({encoder: cached.report_job(encoder, subset, shapes=False)})
    if encoder not in reports:
        return
    found = computed.found_confusions(encoder, language, subset)
    figures = side_by_side("classes", wide=True)
    with figures.container():
        _accuracies(reports[encoder], language)
    with figures.container():
        pair = _confusions(encoder, found, subset, language)
    if pair:
        _show_pair(encoder, found, subset, language, pair)
    st.markdown("**Every concept**, the worst first")
    table = class_table(reports[encoder], found, language)
    forms = {name: st.column_config.ImageColumn(width=36) for name in ("", " ")}
    show_table(table, hide_index=True, height=420, column_config=forms, placeholder="")


def _accuracies(report: EvaluationReport, language: str) -> None:
    """Shows how often the right name comes first, by category, with intervals."""
    cells = computed.cells([report], "accuracy", BY)
    cells = cells[(cells["language"] == language) & (cells["classes"] >= SMALLEST_GROUP)]
    cells = cells[cells["group"] != EVERY_CLASS]
    table = cells.assign(language=cells["group"], encoder=report.encoder)
    name = known_language(language).name
    chart = accuracy_figure(
        table,
        context=figure_context([report.encoder], n_points=report.n_concepts),
        label="top-1 accuracy",
        title=f"Top-1 accuracy by category in {name}",
    )
    figure(
        chart,
        key="zero_shot/classes",
        data=lambda: cells,
        reading="How often the right name comes first among all concepts; lines are 95 % "
        f"intervals. Categories of fewer than {SMALLEST_GROUP} concepts are left out.",
    )


def _confusions(
    encoder: str, found: Confusions, subset: Subset, language: str
) -> tuple[str, ...] | None:
    """Shows the confusions between categories, and returns the chosen cell."""
    table = found.between(category_of(subset))
    context = figure_context(
        [encoder],
        n_points=len(found.pictures),
        points="pictures",
        note=known_language(language).name,
    )
    names = {group: capitalised(group.replace("-", " ")) for group in set(table["group"])}
    chart = confusion_figure(table, context=replace(context, languages=names))
    selection = Selection(choices.CONFUSION_CELL, (encoder, subset, language))
    selected = selection.shown(chart)
    for group, chosen in selected:
        outline_cell(chart, group, chosen)
    marks = figure(
        chart,
        key="zero_shot/confusions",
        data=lambda: table,
        selection=selection,
        reading="Rows are what a picture shows, columns what it is taken for; on the diagonal both "
        "are of one category. Click a cell to see its pictures.",
    )
    return marks[0] if marks else None


def category_of(subset: Subset) -> Mapping[str, str]:
    """Returns the category of every concept's id of a subset."""
    from tomclip.evaluation import emoji_task

    return emoji_task(subset).class_groups[BY]


def _show_pair(
    encoder: str, found: Confusions, subset: Subset, language: str, pair: tuple[str, ...]
) -> None:
    """Shows which concepts of a category are taken for which of another."""
    groups = category_of(subset)
    group, chosen = pair
    members = [one for one in found.classes if groups[one] == group]
    english = computed.found_confusions(encoder, ENGLISH, subset)
    listed = confused_rows(found, english, members)
    listed = listed[listed["chosen"].map(groups) == chosen].reset_index(drop=True)
    with st.container(border=True):
        shown = [capitalised(name.replace("-", " ")) for name in pair]
        st.markdown(f"**{shown[0]}** taken for **{shown[1]}**")
        show_confused(listed, len(members), language)


def class_table(report: EvaluationReport, found: Confusions, language: str) -> pd.DataFrame:
    """Returns a row per concept: its rank, and what its picture is taken for, the worst first.

    Args:
        report: with ranks in the language.
        found: the confusions of the same pictures.
        language: code.
    """
    data, titles = cached.dataset(), concept_titles()
    row_of = {identity: row for row, identity in enumerate(data.concepts["id"])}
    ranks = np.array(report.ranks["zero_shot"][language])
    order = np.argsort(-ranks, kind="stable")
    shown = [found.classes[found.right[place]] for place in order]
    taken = [
        None if found.chosen[place] == found.right[place] else found.classes[found.chosen[place]]
        for place in order
    ]
    rendering, names = data.held_out_rendering, data.names[language]
    return pd.DataFrame(
        {
            "": [picture_address(row_of[one], rendering) for one in shown],
            "concept": [titles[one] for one in shown],
            "name": [names[row_of[one]] for one in shown],
            "rank": [f"✓ {rank:,}" if rank == 1 else f"{rank:,}" for rank in ranks[order].tolist()],
            " ": [one and picture_address(row_of[one], rendering) for one in taken],
            "taken for": [one and names[row_of[one]] for one in taken],
        }
    )
