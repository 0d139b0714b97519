"""The Compare page: encoders side by side, against the first one as the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

import pandas as pd
import streamlit as st

from tomclip.core.scores import score_kind
from tomclip.core.types import Metric
from tomclip.data import language as known_language
from tomclip.data.emoji import Subset
from tomclip.encoders import reads_pictures
from tomclip.evaluation import EvaluationReport
from tomclip.evaluation.shapes import languages_without_shape
from tomclip.export.lines import Scored, difference_lines, encoder_grid_lines
from tomclip.figures import diagram_grid_figure, difference_figure
from tomclip.geometry.layouts.parameters import Umap
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.computing.maps import MapChoice
from tomclip.ui.computing.repeated import cloud_read, items_read
from tomclip.ui.known_encoders.text_encoders import show_unread
from tomclip.ui.pages.compare.difference_table import show_difference_table
from tomclip.ui.pages.embeddings.page import show_map
from tomclip.ui.parts import controls
from tomclip.ui.parts.concepts import concept_picker
from tomclip.ui.parts.control_rows import ControlRows
from tomclip.ui.parts.data_choice import data_picker
from tomclip.ui.parts.diagram_tables import bars_table
from tomclip.ui.parts.features import compared_bar_selection, show_feature
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.reports.making import ComparisonWish
from tomclip.ui.reports.menu import report_menu
from tomclip.ui.scores.chance import show_chance
from tomclip.ui.scores.score_names import SHAPES, accuracies_of, language_title, score_titles
from tomclip.ui.selecting.feature_items import Series
from tomclip.ui.view_state import choices

MAPPED_CONCEPTS = 300
ROW_HEIGHT = 300
TOO_FEW = "Choose two or more encoders; the first one is the baseline of every difference."


def show() -> None:
    """Shows the controls and the chosen view of the encoders."""
    rows = ControlRows("compare")
    with rows.first:
        view = controls.option_picker("View", choices.COMPARISON)
        data_picker()
        offered = len(controls.encoder_titles())
        encoders = controls.encoders_picker("Encoders, the baseline first", most=offered)
    if len(encoders) < 2:
        st.info(TOO_FEW)
        return
    with rows.more:
        subset = controls.subset_picker()
    with rows.tail:
        report_menu(ComparisonWish(tuple(encoders), subset, cached.data_key()), key="compare")
    shown: Mapping[str, Callable[[Sequence[str], Subset, ControlRows], None]] = {
        "scores": _scores,
        "diagrams": _diagrams,
        "maps": _maps,
    }
    shown[view](encoders, subset, rows)


def _scores(encoders: Sequence[str], subset: Subset, rows: ControlRows) -> None:
    titles = score_titles((*accuracies_of(subset), *SHAPES))
    with rows.second:
        score = controls.select_picker("Score", choices.COMPARED_SCORE, titles)
    reports = outcomes({name: cached.report_job(name, subset) for name in encoders})
    if len(reports) < 2:
        return
    baseline, *others = reports.values()
    table = pd.concat([cached.comparison(baseline, other) for other in others])
    table = table[table["name"] == score].reset_index(drop=True)
    if table.empty:
        st.info(_not_measured(titles[score], encoders))
        return
    if score in SHAPES:
        _say_shapeless(reports)
    show_chance(reports, score, controls.encoder_titles())
    _difference_chart(table, baseline, score, subset)
    show_difference_table(table, score, baseline=baseline.encoder, titles=controls.encoder_titles())


def _say_shapeless(reports: Mapping[str, EvaluationReport]) -> None:
    """Says which languages an encoder cannot tell the texts of, so that they have no shape."""
    for name, report in reports.items():
        if codes := languages_without_shape(report):
            languages = ", ".join(language_title(code) for code in codes)
            st.caption(
                f":material/translate: {cached.encoder_title(name)} gives all texts in {languages} "
                "one and the same vector: it does not read them, and they have no shape."
            )


def _not_measured(title: str, encoders: Sequence[str]) -> str:
    """Returns why a score is missing: an encoder without pictures has its own shape and no more."""
    without = [cached.encoder_title(name) for name in encoders if not reads_pictures(name)]
    if not without:
        return f"{title} was not measured for these encoders."
    return (
        f"{title} cannot be compared: {', '.join(without)} reads texts only, so it has no pictures "
        "and no teacher. Choose a shape score against its own English."
    )


def _difference_chart(
    table: pd.DataFrame, baseline: EvaluationReport, score: str, subset: Subset
) -> None:
    kind = score_kind(score)
    encoders = [baseline.encoder, *dict.fromkeys(table["encoder"])]
    unit = "percentage points" if kind.is_share else str(table["unit"].iloc[0])
    context = figure_context(
        encoders, metric=baseline.settings["metric"], n_points=int(table["n"].iloc[0])
    )
    chart = difference_figure(
        table.assign(value=table["difference"]),
        context=context,
        baseline=baseline.encoder,
        label=kind.title,
        unit=unit,
        higher_is_better=kind.higher_is_better,
    )
    intervals = (
        "Filled: the 95 % interval over concepts, resampled as pairs, excludes zero."
        if kind.is_share
        else "Shape scores have no interval: repeated points would change a diagram."
    )
    figure(
        chart,
        key="compare/difference",
        data=lambda: table,
        reading=intervals,
        lines=partial(
            difference_lines,
            Scored(
                tuple(encoders),
                context,
                items_read(cached.data_key(), subset),
                score,
                kind.title,
                unit,
                kind.higher_is_better,
            ),
        ),
    )


def _diagrams(encoders: Sequence[str], subset: Subset, rows: ControlRows) -> None:
    with rows.second:
        language = controls.language_picker()
    with rows.more:
        metric = controls.metric_picker()
    show_unread(encoders, [language])
    clouds = {name: CloudChoice(name, subset, metric).over([language]) for name in encoders}
    if not ready(cached.text_vectors_job(name, language) for name in encoders):
        return
    found = outcomes(
        {name: cached.diagram_jobs(one, [language])[language] for name, one in clouds.items()}
    )
    if len(found) < len(encoders):
        return
    context = figure_context(
        encoders,
        metric=metric,
        n_points=found[encoders[0]][0].n_points,
        title=f"Persistence diagrams · {known_language(language).name}",
    )
    columns = 2 if len(encoders) in (2, 4) else 3
    context = replace(context, languages=context.encoders)
    chart = diagram_grid_figure(
        found,
        context=context,
        reference=encoders[0],
        columns=columns,
    )
    height = 150 + ROW_HEIGHT * -(-len(encoders) // columns)
    chart.update_layout(height=height)
    series = {
        name: Series(CloudChoice(name, subset, metric), language, group)
        for name, group in found.items()
    }
    marks = figure(
        chart,
        key="compare/diagrams",
        selection=compared_bar_selection(series, (cached.data_key(), language, subset, metric)),
        data=lambda: bars_table(found).rename(columns={"language": "encoder"}),
        reading="The same captions under each encoder, on the same axes; grey is the baseline. "
        "Click a mark to see its words. Computed in the original space.",
        lines=partial(
            encoder_grid_lines,
            cloud_read(clouds[encoders[0]], context, (language,)),
            dict(context.encoders),
            columns=columns,
            height=height,
        ),
    )
    if marks:
        encoder, *bar = marks[0]
        show_feature(clouds[encoder], {language: found[encoder]}, [(language, *bar)])


def _maps(encoders: Sequence[str], subset: Subset, rows: ControlRows) -> None:
    with rows.second:
        languages = controls.languages_picker()
    with rows.more:
        metric: Metric = controls.metric_picker()
        found = concept_picker(cached.sampled_rows(subset, MAPPED_CONCEPTS))
    if not languages:
        st.info("Choose at least one language.")
        return
    data = cached.dataset()
    choice = MapChoice(
        languages, data.held_out_rendering, subset, MAPPED_CONCEPTS, Umap(metric=metric)
    )
    show_map(encoders, choice, colour_by="language", found=found, key="compare/maps")
