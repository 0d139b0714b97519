"""What encoders score on a benchmark: per language, against the baseline, and to take away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from tomclip.core.formatting import without_signed_zeros
from tomclip.core.scores import capitalised, score_kind
from tomclip.evaluation import EvaluationReport, task_source
from tomclip.figures import (
    FigureContext,
    accuracy_figure,
    difference_figure,
    score_table,
    shape_figure,
)
from tomclip.ui.computing.cached import encoder_title
from tomclip.ui.pages.benchmarks.computations import (
    BenchmarkChoice,
    BenchmarkResult,
    clip_benchmark_json,
    difference_job,
    reports_json,
)
from tomclip.ui.pages.benchmarks.gap import show_gap
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes
from tomclip.ui.parts.layout import figure, figure_context, side_by_side
from tomclip.ui.parts.tables import show_table
from tomclip.ui.scores.chance import common_chance, show_chance
from tomclip.ui.scores.score_names import language_title, score_titles
from tomclip.ui.view_state import choices

P_VALUE_HELP = "McNemar's exact test, adjusted over the languages by Holm."


def show_results(results: Mapping[str, BenchmarkResult], choice: BenchmarkChoice) -> None:
    """Shows one score of every encoder and the differences from the first, with downloads."""
    every = {name: result.report for name, result in results.items()}
    names = (score.name for report in every.values() for score in report.scores)
    titles = score_titles(dict.fromkeys(names))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        score = controls.select_picker("Score", choices.BENCHMARK_SCORE, titles)
        _downloads(results, choice)
    reports = {name: report for name, report in every.items() if has_score(report, score)}
    if missing := [encoder_title(name) for name in every if name not in reports]:
        st.caption(f"Without it, as they read texts only: {', '.join(missing)}.")
    show_chance(reports, score, controls.encoder_titles())
    figures = side_by_side("benchmark", wide=len(reports) > 1)
    with figures.container():
        _scores(reports, score, choice)
    if len(reports) > 1:
        table = _differences(reports, choice, score)
        with figures.container():
            _difference_chart(table, reports, score, choice)
        _difference_table(table, score)
    show_gap(every, choice)


def has_score(report: EvaluationReport, name: str) -> bool:
    """Returns whether the score was measured: those with pictures are not of a text encoder."""
    return any(score.name == name for score in report.scores)


def _downloads(results: Mapping[str, BenchmarkResult], choice: BenchmarkChoice) -> None:
    st.download_button(
        "Reports as JSON",
        reports_json(results),
        f"{choice.benchmark}.json",
        "application/json",
        icon=":material/download:",
        on_click="ignore",
        key="benchmark_json",
    )
    st.download_button(
        "CLIP_benchmark rows",
        clip_benchmark_json(results),
        f"{choice.benchmark}_clip_benchmark.jsonl",
        "application/jsonl",
        icon=":material/download:",
        on_click="ignore",
        key="benchmark_rows",
        help="One JSON object per task and language, as that project's tables read them.",
    )


def _context(
    reports: Mapping[str, EvaluationReport], choice: BenchmarkChoice, *, metric: str = ""
) -> FigureContext:
    first = next(iter(reports.values()))
    context = figure_context(
        reports,
        metric=metric,
        n_points=first.n_concepts,
        points=first.items_title,
        note=task_source(choice.benchmark).facts().title,
    )
    return replace(context, languages=controls.language_names(choice.languages))


def _scores(reports: Mapping[str, EvaluationReport], score: str, choice: BenchmarkChoice) -> None:
    table = score_table({name: report.scores for name, report in reports.items()}, score)
    kind = score_kind(score)
    title = f"{capitalised(kind.title)} by language"
    if kind.is_share:
        chart = accuracy_figure(
            table,
            context=_context(reports, choice),
            label=kind.title,
            title=title,
            chance=common_chance(reports, score),
        )
        items = next(iter(reports.values())).items_title
        reading = f"How often {kind.explanation}; lines are 95 % intervals over the {items}."
    else:
        metric = next(iter(reports.values())).settings["metric"]
        chart = shape_figure(
            table,
            context=_context(reports, choice, metric=metric),
            label=kind.title,
            higher_is_better=kind.higher_is_better,
            title=title,
        )
        reading = f"{capitalised(kind.explanation)}, texts of a language against the English ones."
    figure(chart, key="benchmarks/scores", data=lambda: table, reading=reading)


def _differences(
    reports: Mapping[str, EvaluationReport], choice: BenchmarkChoice, score: str
) -> pd.DataFrame:
    baseline, *others = reports.values()
    found = outcomes({"table": difference_job(baseline, others, choice)})
    table = found.get("table", pd.DataFrame(columns=["name"]))
    return table[table["name"] == score].reset_index(drop=True)


def _difference_chart(
    table: pd.DataFrame,
    reports: Mapping[str, EvaluationReport],
    score: str,
    choice: BenchmarkChoice,
) -> None:
    if table.empty:
        return
    kind = score_kind(score)
    items = next(iter(reports.values())).items_title
    chart = difference_figure(
        table.assign(value=table["difference"]),
        context=_context(reports, choice),
        baseline=next(iter(reports)),
        label=kind.title,
        unit="percentage points" if kind.is_share else str(table["unit"].iloc[0]),
        higher_is_better=kind.higher_is_better,
    )
    figure(
        chart,
        key="benchmarks/differences",
        data=lambda: table,
        reading=f"Filled: the 95 % interval over {items}, resampled as pairs, excludes zero."
        if kind.is_share
        else "Shape scores have no interval: repeated points would change a diagram.",
    )


def _difference_table(table: pd.DataFrame, score: str) -> None:
    if table.empty:
        return
    kind = score_kind(score)
    percent, points = (", %", ", points") if kind.is_share else ("", "")
    shown = pd.DataFrame(
        {
            "encoder": table["encoder"].map(controls.encoder_titles()),
            "language": [language_title(code) for code in table["language"]],
            f"baseline{percent}": table["baseline_value"],
            f"value{percent}": table["value"],
            f"difference{points}": table["difference"],
            "95 % from": table["ci_low"],
            "95 % to": table["ci_high"],
            "p, adjusted": table["adjusted_p_value"],
            "items": table["n"],
        }
    ).dropna(axis="columns", how="all")
    plain = st.column_config.NumberColumn(format=f"%.{kind.digits}f")
    signed = st.column_config.NumberColumn(format=f"%+.{kind.digits}f")
    forms: dict[Any, Any] = {
        **dict.fromkeys((f"baseline{percent}", f"value{percent}"), plain),
        **dict.fromkeys((f"difference{points}", "95 % from", "95 % to"), signed),
        "p, adjusted": st.column_config.NumberColumn(format="%.3g", help=P_VALUE_HELP),
    }
    changes = [name for name, form in forms.items() if form is signed and name in shown]
    shown[changes] = without_signed_zeros(shown[changes], kind.digits)
    show_table(shown, hide_index=True, height="content", column_config=forms, placeholder="–")
