"""The figures of a comparison, each with a caption that says what is seen."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import plotly.graph_objects as go

from tomclip.core.scores import MEAN, capitalised, score_kind
from tomclip.core.subsets import QUALIFIERS
from tomclip.core.types import Score
from tomclip.evaluation.chance import chance_level
from tomclip.evaluation.comparison_table import ComparisonTable
from tomclip.evaluation.readings.tables import written_score
from tomclip.evaluation.report import EvaluationReport
from tomclip.figures import FigureContext, accuracy_figure, score_table, shape_figure
from tomclip.figures.style.context import LANGUAGE_NAMES

Drawn = tuple[go.Figure, str]


def comparison_figures(
    reports: Sequence[EvaluationReport],
    table: ComparisonTable,
    *,
    accuracy: str,
    shape: str,
    titles: Mapping[str, str],
) -> Iterator[Drawn]:
    """Yields a figure and its caption: accuracy and shape by language, and their differences.

    Args:
        reports: the baseline's first.
        table: their comparison.
        accuracy: name of the share that is drawn; "" draws none.
        shape: name of the shape score that is drawn; "" draws none.
        titles: shown title of every encoder.
    """
    for name in filter(None, (accuracy, shape)):
        having = [one for one in reports if any(score.name == name for score in one.scores)]
        context = _context(having, name, titles)
        yield _values(having, name, context), _caption(having, name, titles)
        if name in set(table["name"]):
            yield table.plot(name, context=context), _difference_caption(table, name, titles)


def _context(
    reports: Sequence[EvaluationReport], name: str, titles: Mapping[str, str]
) -> FigureContext:
    first = reports[0]
    n = first.n_concepts if score_kind(name).is_share else _score(first, name).n
    return FigureContext(
        encoders={one.encoder: titles[one.encoder] for one in reports},
        metric="" if score_kind(name).is_share else first.settings["metric"],
        n_points=n,
        points=first.items_title,
        languages=LANGUAGE_NAMES,
        note=QUALIFIERS.get(first.subset, first.subset),
    )


def _values(reports: Sequence[EvaluationReport], name: str, context: FigureContext) -> go.Figure:
    kind, table = score_kind(name), score_table({one.encoder: one.scores for one in reports}, name)
    if kind.is_share:
        chance = chance_level(reports[0], reports[0].score(name))
        title = f"{capitalised(kind.title)} by language"
        return accuracy_figure(table, context=context, label=kind.title, chance=chance, title=title)
    return shape_figure(
        table,
        context=context,
        label=kind.title,
        unit=kind.unit_in(reports[0].settings["metric"]),
        higher_is_better=kind.higher_is_better,
        title=capitalised(kind.title),
    )


def _score(report: EvaluationReport, name: str) -> Score:
    return next(score for score in report.scores if score.name == name)


def _caption(reports: Sequence[EvaluationReport], name: str, titles: Mapping[str, str]) -> str:
    kind = score_kind(name)
    means = "; ".join(
        f"{titles[one.encoder]} {written_score(score)}"
        for one in reports
        for score in one.scores
        if (score.name, score.language) == (name, MEAN)
    )
    drawn = (
        "Lines are 95 % intervals over the choice of items; the dotted line is chance."
        if kind.is_share
        else "A shape has no interval here."
    )
    of_all = f" Mean of the languages: {means}." if means else ""
    unit = f", {kind.unit_in(reports[0].settings['metric'])}" if kind.unit else ""
    return f"{capitalised(kind.title)}{unit}: {kind.explanation}.{of_all} {drawn}"


def _difference_caption(table: ComparisonTable, name: str, titles: Mapping[str, str]) -> str:
    rows = table.to_frame().query("name == @name")
    kind, baseline = score_kind(name), titles[rows["baseline"].iloc[0]]
    said = (
        "An open dot is a difference whose 95 % interval, items resampled as pairs, holds zero."
        if kind.is_share
        else "Differences of shape have no interval here."
    )
    better = "above" if kind.higher_is_better else "below"
    return (
        f"{capitalised(kind.title)}, difference to {baseline} by language; {better} zero is "
        f"better. {said}"
    )
