"""The figures of a comparison, each with a caption that says what is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import plotly.graph_objects as go

from tomclip.core.scores import MEAN, capitalised, score_kind
from tomclip.core.subsets import QUALIFIERS
from tomclip.evaluation.chance import chance_level
from tomclip.evaluation.comparison_table import ComparisonTable
from tomclip.evaluation.metrics.bootstrap import SAMPLES
from tomclip.evaluation.readings.tables import written_score
from tomclip.evaluation.report import EvaluationReport
from tomclip.figures import FigureContext, accuracy_figure, score_table, shape_figure
from tomclip.figures.style.context import LANGUAGE_NAMES

Reports = Sequence[EvaluationReport]
Titles = Mapping[str, str]
Drawn = tuple[go.Figure, str]


def comparison_figures(
    reports: Reports, table: ComparisonTable, *, scores: Sequence[str], titles: Titles
) -> Iterator[Drawn]:
    """Yields figures with their captions: of each score its values, and its differences if any.

    Args:
        reports: the baseline's first.
        table: their comparison.
        scores: names of the scores that are drawn.
        titles: shown title of every encoder.
    """
    for name in scores:
        yield score_figure(reports, name, titles=titles), score_caption(reports, name, titles)
        if has_differences(table, name):
            yield (
                differences_figure(table, reports, name, titles=titles),
                differences_caption(table, reports, name, titles),
            )


def score_figure(reports: Reports, name: str, *, titles: Titles) -> go.Figure:
    """Returns one score by language of the encoders that were measured for it.

    Args:
        reports: the baseline's first.
        name: of the score.
        titles: shown title of every encoder.
    """
    kind, having = score_kind(name), _having(reports, name)
    table = score_table({one.encoder: one.scores for one in having}, name)
    context, title = drawn_context(reports, name, titles=titles), capitalised(kind.title)
    if kind.is_share:
        return accuracy_figure(
            table,
            context=context,
            label=kind.title,
            chance=chance_level(having[0], having[0].score(name)),
            title=f"{title} by language",
        )
    return shape_figure(
        table,
        context=context,
        label=kind.title,
        unit=kind.unit_in(having[0].settings["metric"]),
        higher_is_better=kind.higher_is_better,
        title=title,
    )


def differences_figure(
    table: ComparisonTable, reports: Reports, name: str, *, titles: Titles
) -> go.Figure:
    """Returns the differences to the baseline by language; arguments as `score_figure`."""
    return table.plot(name, context=drawn_context(reports, name, titles=titles))


def has_differences(table: ComparisonTable, name: str) -> bool:
    """Returns whether two of the encoders were measured for the score."""
    return name in set(table["name"])


def drawn_context(reports: Reports, name: str, *, titles: Titles) -> FigureContext:
    """Returns what the figures of a score say of themselves; arguments as `score_figure`."""
    having = _having(reports, name)
    first = having[0]
    return FigureContext(
        encoders={one.encoder: titles[one.encoder] for one in having},
        metric="" if score_kind(name).is_share else first.settings["metric"],
        n_points=_n(first, name),
        points=first.items_title,
        languages=LANGUAGE_NAMES,
        note=QUALIFIERS.get(first.subset, first.subset),
    )


def score_caption(reports: Reports, name: str, titles: Titles) -> str:
    """Returns what a figure of `score_figure` shows: score, unit, means, n and intervals."""
    kind, having = score_kind(name), _having(reports, name)
    first = having[0]
    means = "; ".join(
        f"{titles[one.encoder]} {written_score(score)}"
        for one in having
        for score in one.scores
        if (score.name, score.language) == (name, MEAN)
    )
    of_all = f" Mean of the languages: {means}." if means else ""
    scale = kind.scale_in(first.settings["metric"])
    unit = f", {scale}" if scale else ""
    better = "higher is better" if kind.higher_is_better else "lower is better"
    return (
        f"{capitalised(kind.title)}{unit}, {better}: {kind.explanation}.{of_all} "
        f"{_n_sentence(first, name)} {_lines(first) if kind.is_share else NO_INTERVAL}"
    )


NO_INTERVAL = "A shape has no interval here: an item drawn twice would change a diagram."


def _lines(report: EvaluationReport) -> str:
    return (
        f"Lines are 95 % percentile intervals over {SAMPLES:,} resamples of the "
        f"{report.items_title}; the dotted line is chance."
    )


def differences_caption(table: ComparisonTable, reports: Reports, name: str, titles: Titles) -> str:
    """Returns what a figure of `differences_figure` shows: unit, direction, n and intervals."""
    rows = table.to_frame().query("name == @name")
    kind, baseline = score_kind(name), titles[rows["baseline"].iloc[0]]
    first = _having(reports, name)[0]
    unit = "percentage points" if kind.is_share else kind.unit_in(first.settings["metric"])
    said = (
        f"Lines are 95 % intervals over {SAMPLES:,} resamples of the {first.items_title}, drawn as "
        "pairs; a dot is open where its interval holds zero."
        if kind.is_share
        else "Differences of shape have no interval here."
    )
    better = "above" if kind.higher_is_better else "below"
    return (
        f"{capitalised(kind.title)}, difference to {baseline} by language"
        f"{f' in {unit}' if unit else ''}; {better} zero is better. {_n_sentence(first, name)} "
        f"{said}"
    )


def _having(reports: Reports, name: str) -> list[EvaluationReport]:
    return [one for one in reports if any(score.name == name for score in one.scores)]


def _n(report: EvaluationReport, name: str) -> int:
    if score_kind(name).is_share:
        return report.n_concepts
    return next(score.n for score in report.scores if score.name == name)


def _n_sentence(report: EvaluationReport, name: str) -> str:
    """Returns how many items were measured, and that they are a sample where not all were."""
    n = _n(report, name)
    of = "" if n == report.n_concepts else f", a seeded sample of {report.n_concepts:,}"
    return f"n = {n:,} {report.items_title}{of}."
