"""A comparison as a notebook: the verdict in words, and cells that compute all of it anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import count

from tomclip.evaluation.comparison_table import ComparisonTable
from tomclip.evaluation.readings.encoders import NamedEncoder
from tomclip.evaluation.report import EvaluationReport
from tomclip.export.report.asked import Asked
from tomclip.export.report.comparison import comparison_about, comparison_title
from tomclip.export.report.drawings import differences_caption, has_differences, score_caption
from tomclip.export.report.licences import HEADER, licence_rows
from tomclip.export.report.notebooks.cells import (
    captioned,
    code,
    listed,
    notebook_bytes,
    plain,
    table,
    text,
    verbatim,
)
from tomclip.export.report.said import notes_of, readings_of, verdict_sentence
from tomclip.export.report.told import Told, told_of

Cells = Iterator[tuple[str, str]]

HOW = (
    "The sentences above were written when the report was made. The cells below compute everything "
    "anew, from the encoders and the data on the machine that runs them; run them from top to "
    "bottom, with `pip install 'tomclip[studio,notebooks]'`."
)
IMPORTS = (
    "from IPython.display import display",
    "",
    "import tomclip as tc",
    "from tomclip.evaluation import TaskOptions, compare_reports, load_task",
    "from tomclip.evaluation.readings.tables import difference_tables, score_tables",
    "from tomclip.export.report.comparison import ROW_NAMES",
    "from tomclip.export.report.drawings import differences_figure, score_figure",
    "from tomclip.export.report.said import verdict_sentence",
)


def comparison_notebook(
    reports: Sequence[EvaluationReport],
    differences: ComparisonTable,
    encoders: Sequence[NamedEncoder],
    asked: Asked,
    *,
    command: str,
    made_at: datetime | None = None,
) -> bytes:
    """Returns a notebook of nbformat 4.5 in UTF-8, without outputs.

    Args:
        reports: the baseline's first, with their ranks.
        differences: their `compare_reports`.
        encoders: one per report, in their order.
        asked: what was compared on what.
        command: what writes the same report.
        made_at: when; None is now.

    Raises:
        AssetError: when the seeds in an encoder's manifest cannot be read.
    """
    told = told_of(reports)
    return notebook_bytes(
        [
            _verdict(reports, encoders, told, made_at),
            *_evaluation(encoders, asked, told),
            *_figures(reports, differences, encoders, told),
            *_tables(differences, told),
            *_end(reports, encoders, command),
        ]
    )


def _verdict(
    reports: Sequence[EvaluationReport],
    encoders: Sequence[NamedEncoder],
    told: Told,
    made_at: datetime | None,
) -> tuple[str, str]:
    titles = _titles(encoders)
    return text(
        f"# {plain(comparison_title(encoders))}",
        plain(comparison_about(reports[0], made_at)),
        f"> {plain(verdict_sentence(reports, told.asked, told.shape, titles))}",
        listed(readings_of(reports, encoders, told.asked, told.shape)),
        *map(plain, notes_of(reports, encoders, told.asked)),
        HOW,
    )


def _evaluation(encoders: Sequence[NamedEncoder], asked: Asked, told: Told) -> Cells:
    rows = [(one.title, one.name, one.weights, one.description) for one in encoders]
    header = ("encoder", "name", "weights", "what it is")
    own = asked.file_rows()
    parts = [table(("of one's own", "file"), own)] if own else []
    yield text("## What is compared", table(header, rows), *parts)
    yield code(
        *asked.imports(),
        *IMPORTS,
        "",
        "titles = {",
        *(f"    {one.name!r}: {one.title!r}," for one in encoders),
        "}",
        f"task = {asked.task_line()}",
        f"reports = [{asked.evaluate_line()} for name in titles]",
        "differences = compare_reports(reports[0], reports[1:])",
        f"verdict_sentence(reports, {told.asked!r}, {told.shape!r}, titles)",
    )


def _figures(
    reports: Sequence[EvaluationReport],
    differences: ComparisonTable,
    encoders: Sequence[NamedEncoder],
    told: Told,
) -> Cells:
    titles, numbers = _titles(encoders), count(1)
    if told.drawn:
        yield text("## Figures")
    for name in told.drawn:
        yield captioned(next(numbers), score_caption(reports, name, titles))
        yield code(f"score_figure(reports, {name!r}, titles=titles)")
        if has_differences(differences, name):
            caption = differences_caption(differences, reports, name, titles)
            yield captioned(next(numbers), caption)
            yield code(f"differences_figure(differences, reports, {name!r}, titles=titles)")


def _tables(differences: ComparisonTable, told: Told) -> Cells:
    if told.scores:
        yield text("## Scores", plain(told.note))
        yield _shown("score_tables(reports, scores, titles=titles)", told.scores)
    if shared := told.shared(differences):
        yield text("## Differences and tests")
        yield _shown("difference_tables(differences, scores, titles=titles)", shared)


def _shown(tables: str, scores: Sequence[str]) -> tuple[str, str]:
    return code(
        "scores = [",
        *(f"    {name!r}," for name in scores),
        "]",
        f"for table in {tables}:",
        "    print(table.title)",
        "    display(table.to_frame(ROW_NAMES))",
    )


def _end(
    reports: Sequence[EvaluationReport], encoders: Sequence[NamedEncoder], command: str
) -> Cells:
    yield text("## Settings and versions")
    yield code("dict(reports[0].settings), dict(reports[0].versions)")
    yield text("## Licences", table(HEADER, licence_rows(reports[0], encoders)))
    yield text("## The command that writes this report", verbatim(command))


def _titles(encoders: Sequence[NamedEncoder]) -> Mapping[str, str]:
    return {one.name: one.title for one in encoders}
