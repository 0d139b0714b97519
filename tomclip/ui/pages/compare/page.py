"""The Compare page: encoders side by side, against the first one as the baseline."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from tomclip.core.formatting import without_signed_zeros
from tomclip.core.scores import score_kind
from tomclip.core.types import Metric
from tomclip.data import language as known_language
from tomclip.data.emoji import Subset
from tomclip.encoders import reads_pictures
from tomclip.evaluation import EvaluationReport
from tomclip.figures import diagram_grid_figure, difference_figure
from tomclip.figures.style.axes import with_unit
from tomclip.ui.computing import cached
from tomclip.ui.computing.cached import CloudChoice
from tomclip.ui.computing.maps import MapChoice
from tomclip.ui.pages.embeddings.page import show_map
from tomclip.ui.parts import controls
from tomclip.ui.parts.chance import show_chance
from tomclip.ui.parts.concepts import concept_picker
from tomclip.ui.parts.diagram_tables import bars_table
from tomclip.ui.parts.features import compared_bar_selection, show_feature
from tomclip.ui.parts.feedback import outcomes, ready
from tomclip.ui.parts.layout import figure, figure_context
from tomclip.ui.parts.score_names import ACCURACIES, SHAPES, language_title, score_titles
from tomclip.ui.parts.tables import show_table
from tomclip.ui.parts.text_encoders import show_unread
from tomclip.ui.selecting.feature_items import Series
from tomclip.ui.view_state import choices

MOST_MAPS = 3
MAPPED_CONCEPTS = 300
ROW_HEIGHT = 300
TOO_FEW = "Choose two or more encoders; the first one is the baseline of every difference."


def show() -> None:
    """Shows the controls and the chosen view of the encoders."""
    encoders = controls.encoders_picker("Encoders, the baseline first")
    if len(encoders) < 2:
        st.info(TOO_FEW)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = controls.option_picker("View", choices.COMPARISON)
        subset = controls.subset_picker()
    shown: Mapping[str, Callable[[Sequence[str], Subset], None]] = {
        "scores": _scores,
        "diagrams": _diagrams,
        "maps": _maps,
    }
    shown[view](encoders, subset)


def _scores(encoders: Sequence[str], subset: Subset) -> None:
    titles = score_titles((*ACCURACIES, *SHAPES))
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
    show_chance(reports, score, controls.encoder_titles())
    _difference_chart(table, baseline, score)
    _difference_table(table, score)


def _not_measured(title: str, encoders: Sequence[str]) -> str:
    """Returns why a score is missing: an encoder without pictures has its own shape and no more."""
    without = [cached.encoder_title(name) for name in encoders if not reads_pictures(name)]
    if not without:
        return f"{title} was not measured for these encoders."
    return (
        f"{title} cannot be compared: {', '.join(without)} reads texts only, so it has no pictures "
        "and no teacher. Choose a shape score against its own English."
    )


def _difference_chart(table: pd.DataFrame, baseline: EvaluationReport, score: str) -> None:
    kind = score_kind(score)
    encoders = [baseline.encoder, *dict.fromkeys(table["encoder"])]
    unit = "percentage points" if kind.is_share else str(table["unit"].iloc[0])
    chart = difference_figure(
        table.assign(value=table["difference"]),
        context=figure_context(
            encoders, metric=baseline.settings["metric"], n_points=int(table["n"].iloc[0])
        ),
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
    figure(chart, key="compare/difference", data=lambda: table, reading=intervals)


def _difference_table(table: pd.DataFrame, score: str) -> None:
    titles = controls.encoder_titles()
    shown = pd.DataFrame(
        {
            "encoder": table["encoder"].map(titles),
            "language": [language_title(code) for code in table["language"]],
            "baseline": table["baseline_value"],
            "value": table["value"],
            "difference": table["difference"],
            "95 % from": table["ci_low"],
            "95 % to": table["ci_high"],
            "concepts": table["n"],
        }
    ).dropna(axis="columns", how="all")
    kind = score_kind(score)
    digits, unit = kind.digits, "%" if kind.is_share else str(table["unit"].iloc[0])
    changes = [name for name in ("difference", "95 % from", "95 % to") if name in shown]
    forms: dict[Any, Any] = {
        name: st.column_config.NumberColumn(with_unit(name, unit), format=f"%.{digits}f")
        for name in ("baseline", "value")
    }
    signed = st.column_config.NumberColumn(format=f"%+.{digits}f")
    forms.update(dict.fromkeys(changes, signed))
    shown[changes] = without_signed_zeros(shown[changes], digits)
    show_table(shown, hide_index=True, height="content", column_config=forms)


def _diagrams(encoders: Sequence[str], subset: Subset) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        language = controls.language_picker()
        metric = controls.metric_picker()
    show_unread(encoders, [language])
    if not ready(cached.text_vectors_job(name, language) for name in encoders):
        return
    found = outcomes(
        {
            name: cached.diagram_jobs(CloudChoice(name, subset, metric), [language])[language]
            for name in encoders
        }
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
    chart = diagram_grid_figure(
        found,
        context=replace(context, languages=context.encoders),
        reference=encoders[0],
        columns=columns,
    )
    chart.update_layout(height=150 + ROW_HEIGHT * -(-len(encoders) // columns))
    series = {
        name: Series(CloudChoice(name, subset, metric), language, group)
        for name, group in found.items()
    }
    marks = figure(
        chart,
        key="compare/diagrams",
        selection=compared_bar_selection(series, (language, subset, metric)),
        data=lambda: bars_table(found).rename(columns={"language": "encoder"}),
        reading="The same captions under each encoder, on the same axes; grey is the baseline. "
        "Click a mark to see its words. Computed in the original space.",
    )
    if marks:
        encoder, *bar = marks[0]
        choice = CloudChoice(encoder, subset, metric)
        show_feature(choice, {language: found[encoder]}, [(language, *bar)])


def _maps(encoders: Sequence[str], subset: Subset) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        languages = controls.languages_picker(most=4)
        metric: Metric = controls.metric_picker()
    found = concept_picker(cached.sampled_rows(subset, MAPPED_CONCEPTS))
    if not languages:
        st.info("Choose at least one language.")
        return
    if len(encoders) > MOST_MAPS:
        st.caption(f"The first {MOST_MAPS} encoders are shown.")
    data = cached.dataset()
    choice = MapChoice(languages, data.held_out_rendering, subset, MAPPED_CONCEPTS, metric=metric)
    show_map(encoders[:MOST_MAPS], choice, colour_by="language", found=found, key="compare/maps")
