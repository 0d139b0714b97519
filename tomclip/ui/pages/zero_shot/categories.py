"""Scores per language and per category of concepts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from tomclip.core.scores import capitalised, score_kind
from tomclip.data.emoji import Subset
from tomclip.evaluation import EvaluationReport, bootstrap_interval, task_sources
from tomclip.evaluation.tasks.workspace_labels import LABELS
from tomclip.figures import accuracy_figure, score_table
from tomclip.ui.computing import cached
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.zero_shot.place import Place
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure, figure_context, side_by_side
from tomclip.ui.parts.tables import show_table
from tomclip.ui.scores.chance import common_chance, show_chance
from tomclip.ui.scores.score_names import accuracies_of, language_title, score_titles
from tomclip.ui.view_state import choices

BENCHMARKS_PAGE = "pages/8_benchmarks.py"
SMALLEST_CATEGORY = 5
NOTHING_ASKED = "texts without pictures are looked up by their English ones; add English texts."


def show_scores(encoders: Sequence[str], subset: Subset, place: Place) -> None:
    """Shows accuracy by language and by category, and the table of all accuracies."""
    if not (names := accuracies_of(subset)):
        st.info(f"{cached.dataset().title} asks nothing: {NOTHING_ASKED}")
        return
    with place.row():
        score = controls.select_picker("Score", choices.ACCURACY_SCORE, score_titles(names))
    reports = outcomes({name: cached.report_job(name, subset, shapes=False) for name in encoders})
    if not reports:
        return
    show_chance(reports, score, controls.encoder_titles())
    show_unread(encoders, cached.dataset().languages)
    figures = side_by_side("accuracies", wide=True)
    with figures.container():
        _languages(reports, score)
    if cached.dataset().groupings:
        with figures.container():
            _categories(reports, score)
    _table(reports, score)
    show_labels()


def show_labels() -> None:
    """Leads to where the pictures of a workspace are named by its labels, where it has two."""
    name = f"{cached.data_name()}{LABELS}"
    if name in task_sources():
        st.page_link(
            BENCHMARKS_PAGE,
            label="Name its pictures by its labels",
            icon=":material/label:",
            query_params={"benchmark": name},
        )


def _languages(reports: Mapping[str, EvaluationReport], score: str) -> None:
    report = next(iter(reports.values()))
    table = score_table({name: report.scores for name, report in reports.items()}, score)
    chart = accuracy_figure(
        table,
        context=figure_context(reports, n_points=report.n_concepts),
        label=score_kind(score).title,
        title=f"{capitalised(score_kind(score).title)} by language",
        chance=common_chance(reports, score),
    )
    figure(
        chart,
        key="zero_shot/by_language",
        data=lambda: table,
        reading=f"How often {score_kind(score).explanation}; lines are 95 % intervals.",
    )


def _categories(reports: Mapping[str, EvaluationReport], score: str) -> None:
    report = next(iter(reports.values()))
    table, grouping = category_table(reports, score), cached.dataset().groupings["category"].lower()
    if table.empty:
        st.info(f"No {grouping} has {SMALLEST_CATEGORY} items or more, so none is shown alone.")
        return
    chart = accuracy_figure(
        table,
        context=figure_context(reports, n_points=report.n_concepts, note="mean of languages"),
        label=score_kind(score).title,
        title=f"{capitalised(score_kind(score).title)} by {grouping}",
    )
    figure(
        chart,
        key="zero_shot/by_category",
        data=lambda: table.rename(columns={"language": grouping}),
        reading=f"Candidates are all items, not only those of one {grouping}. A {grouping} of "
        f"fewer than {SMALLEST_CATEGORY} items is left out.",
    )


def category_table(reports: Mapping[str, EvaluationReport], score: str) -> pd.DataFrame:
    """Returns the score per category as the long table that `accuracy_figure` takes.

    Its column "language" holds the category. Each concept counts with its mean over the languages;
    intervals are over the concepts of the category.
    """
    concepts = cached.dataset().concepts.set_index("id")
    rows = []
    for name, report in reports.items():
        values = pd.Series(_values(report, score))
        categories = concepts.loc[list(report.concept_ids), "category"].to_numpy()
        for category, group in values.groupby(categories):
            if len(group) >= SMALLEST_CATEGORY:
                low, high = bootstrap_interval(group.to_numpy())
                rows.append((category, name, group.mean(), low, high, len(group)))
    columns = ["language", "encoder", "value", "ci_low", "ci_high", "n"]
    return pd.DataFrame(rows, columns=columns)


def _values(report: EvaluationReport, score: str) -> list[float]:
    """Returns one value per concept, in per cent, of a score such as "zero_shot_top5"."""
    kind = score_kind(score)
    return report.hits(kind.family)[:, list(report.settings["ks"]).index(kind.k)].tolist()


def _table(reports: Mapping[str, EvaluationReport], score: str) -> None:
    titles = controls.encoder_titles()
    columns = {titles[name]: report.table()[score] for name, report in reports.items()}
    table = pd.DataFrame(columns)
    table.insert(0, "language", [language_title(str(code)) for code in table.index])
    form = st.column_config.NumberColumn(format="%.1f %%")
    show_table(table, hide_index=True, height="content", column_config=dict.fromkeys(columns, form))
