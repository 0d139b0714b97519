"""The Overview page's scores: tiles, a reading, accuracy and shape per language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from tomclip.core.scores import score_kind
from tomclip.core.subsets import counted_concepts
from tomclip.data import language
from tomclip.data.emoji import Subset
from tomclip.encoders.added import KnownEncoder
from tomclip.encoders.catalogue import RUN_PREFIX
from tomclip.evaluation import EvaluationReport
from tomclip.evaluation.readings import sentences as readings
from tomclip.export.lines import Items, Scored, accuracy_lines, shape_lines
from tomclip.figures import accuracy_figure, score_table, shape_figure
from tomclip.ui.computing import cached
from tomclip.ui.known_encoders.offered_encoders import (
    is_in_training,
    lacking_notes,
    shipped_and_pinned,
)
from tomclip.ui.parts import controls
from tomclip.ui.parts.feedback import outcomes, outcomes_so_far
from tomclip.ui.parts.layout import figure, figure_context, side_by_side
from tomclip.ui.scores.chance import show_chance
from tomclip.ui.view_state import choices

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

TOP_1 = readings.TOP_1
SHAPE_SCORE = "wasserstein_h0_to_teacher"
Reports = Mapping[str, EvaluationReport]
Titles = Mapping[str, str]


def show_scores(verdict: DeltaGenerator) -> None:
    """Shows how the students do that ship or are pinned, as far as it is known already.

    Args:
        verdict: where to say in one sentence what came out.
    """
    subset = controls.subset_picker(choices.SCORED)
    encoders = _scored()
    if not encoders:
        st.info("No student is on this machine; restore the shipped ones with git.")
        return
    titles = {name: one.title for name, one in encoders.items()}
    _begin(titles, subset)
    first = next(iter(titles))
    baseline = outcomes({first: cached.report_job(first, subset, shapes=False)})
    others = [name for name in titles if name != first]
    accuracies = baseline | outcomes_so_far(
        {name: cached.report_job(name, subset, shapes=False) for name in others}
    )
    if not accuracies:
        return
    _tiles(accuracies, titles)
    show_chance(accuracies, TOP_1, titles)
    reading = st.container()
    figures = side_by_side("scores", wide=True)
    order = readings.languages_by(list(accuracies.values())[-1], TOP_1)
    with figures.container():
        _accuracy(accuracies)
    with figures.container():
        shape, waiting = st.container(), st.container()
        with waiting:
            shapes = outcomes_so_far({name: cached.report_job(name, subset) for name in accuracies})
        with shape:
            _shape(shapes, order)
    with verdict:
        _verdict(accuracies | shapes, titles, subset)
    with reading:
        _reading(accuracies | shapes, encoders, subset)


def _begin(encoders: Iterable[str], subset: Subset) -> None:
    """Asks for what ships before anything else: it lies on disk, and jobs wait for each other."""
    for name in sorted(encoders, key=lambda name: name.startswith(RUN_PREFIX)):
        for shapes in (False, True):
            cached.report_job(name, subset, shapes=shapes)


def _scored() -> Mapping[str, KnownEncoder]:
    """Returns the students to score, by name: those that ship and those that are pinned.

    A pinned run that is in training is told and not scored: its student would be another one before
    it is done.
    """
    students = {one.name for one in controls.students()}
    shown = [one for one in shipped_and_pinned() if one.name in students]
    for text in lacking_notes(shipped_and_pinned()):
        st.caption(f":material/extension_off: {text}")
    training = [one for one in shown if is_in_training(one.name)]
    for one in training:
        st.page_link(
            "pages/6_train.py",
            label=f"{one.title} is pinned. It is scored here once it has ended; watch it.",
            icon=":material/keep:",
        )
    return {one.name: one for one in shown if one not in training}


def _tiles(reports: Reports, titles: Titles) -> None:
    tiles = side_by_side("tiles", count=len(reports) + 1)
    scores = {name: report.score(TOP_1) for name, report in reports.items()}
    (first, baseline), *_ = scores.items()
    for name, score in scores.items():
        gain = readings.signed(score.value - baseline.value)
        tiles.metric(
            titles[name],
            f"{score.value:.1f} %",
            delta=readings.interval(score.ci_low, score.ci_high),
            delta_color="off",
            delta_arrow="off",
            delta_description="baseline" if name == first else gain,
            border=True,
            height="stretch",
            help="Zero-shot top-1, mean of 13 languages, with its 95 % interval over concepts"
            + ("." if name == first else f", and the difference to {titles[first]}."),
        )
    _extremes(tiles, reports, titles)


def _extremes(tiles: DeltaGenerator, reports: Reports, titles: Titles) -> None:
    leader = max(reports.values(), key=lambda report: report.score(TOP_1).value)
    best, worst = readings.extremes(leader, TOP_1)
    tiles.metric(
        "Best · worst language",
        f"{best.value:.0f} · {worst.value:.0f} %",
        delta=f"{language(best.language).name} · {language(worst.language).name}",
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=f"Of {titles[leader.encoder]}, English left out.",
    )


def _verdict(reports: Reports, titles: Titles, subset: Subset) -> None:
    if len(reports) < 2:
        return
    found = readings.verdict(list(reports.values()), SHAPE_SCORE, titles=titles)
    said = counted_concepts(next(iter(reports.values())).n_concepts, subset)
    st.info(f"On {said}, {found}", icon=":material/gavel:")


def _reading(reports: Reports, encoders: Mapping[str, KnownEncoder], subset: Subset) -> None:
    baseline, *others = reports.values()
    if not others:
        return
    seeds = {one.encoder: _over_seeds(baseline, one, encoders) for one in others}
    lines = "\n".join(
        f"- {_compared(baseline, other, encoders, seeds[other.encoder])}" for other in others
    )
    said = counted_concepts(baseline.n_concepts, subset)
    with st.expander(f"Each encoder against {encoders[baseline.encoder].title}, on {said}"):
        st.markdown(f"{lines}\n\n:small[{readings.seeds_note(seeds.values())}]")


def _over_seeds(
    baseline: EvaluationReport, other: EvaluationReport, encoders: Mapping[str, KnownEncoder]
) -> str:
    before, after = (encoders[report.encoder].facts for report in (baseline, other))
    return readings.seeds_reading(
        before, after, subset=baseline.subset, rendering=baseline.rendering
    )


def _compared(
    baseline: EvaluationReport,
    other: EvaluationReport,
    encoders: Mapping[str, KnownEncoder],
    over_seeds: str,
) -> str:
    titles = {report.encoder: encoders[report.encoder].title for report in (baseline, other)}
    sentences = [readings.accuracy_reading(baseline, other, titles=titles), over_seeds]
    if any(score.name == SHAPE_SCORE for score in other.scores):
        sentences.append(readings.shape_reading(baseline, other, name=SHAPE_SCORE, titles=titles))
    return " ".join(filter(None, sentences))


def _accuracy(reports: Reports) -> None:
    report = next(iter(reports.values()))
    table = score_table({name: r.scores for name, r in reports.items()}, TOP_1)
    context = figure_context(reports, n_points=report.n_concepts)
    title, label = "Zero-shot top-1 by language", "top-1 accuracy"
    chart = accuracy_figure(
        table, context=context, label=label, chance=100 / report.n_concepts, title=title
    )
    shown = Scored(
        tuple(reports), context, Items(subset=report.subset), TOP_1, label=label, title=title
    )
    figure(
        chart,
        key="overview/accuracy",
        data=lambda: table,
        reading=f"Each picture in the style {report.rendering}, on which no encoder was trained, "
        f"is named among the {report.n_concepts:,} names of a language.",
        lines=partial(accuracy_lines, shown),
    )


def _shape(reports: Reports, order: Sequence[str]) -> None:
    if not reports:
        return
    report = next(iter(reports.values()))
    table = score_table({name: r.scores for name, r in reports.items()}, SHAPE_SCORE)
    score = next(score for score in report.scores if score.name == SHAPE_SCORE)
    kind = score_kind(SHAPE_SCORE)
    shown = Scored(
        tuple(reports),
        figure_context(reports, metric=report.settings["metric"], n_points=score.n),
        Items(subset=report.subset),
        SHAPE_SCORE,
        label=kind.title.removesuffix(" to the teacher's English"),
        unit=score.unit,
        higher_is_better=kind.higher_is_better,
        title="Shape distance to English",
    )
    chart = shape_figure(
        table,
        context=shown.head,
        label=shown.label,
        unit=shown.unit,
        higher_is_better=shown.higher_is_better,
        order=order,
        title=shown.title,
    )
    figure(
        chart,
        key="overview/shape",
        data=lambda: table,
        reading="How far the persistence diagram of a language's captions is from the teacher's "
        "diagram of the English ones, in the original space.",
        lines=partial(shape_lines, shown, order=tuple(order)),
    )
