"""The report of a comparison: what came out, what was compared, tables, figures, how, again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from tomclip import __version__
from tomclip.core.scores import MEAN
from tomclip.evaluation import task_sources
from tomclip.evaluation.comparison_table import ComparisonTable
from tomclip.evaluation.readings.encoders import NamedEncoder
from tomclip.evaluation.readings.tables import WrittenTable, difference_tables, score_tables
from tomclip.evaluation.report import EvaluationReport
from tomclip.export.report import markup
from tomclip.export.report.drawings import comparison_figures
from tomclip.export.report.licences import licence_table
from tomclip.export.report.made import settings_parts, version_table
from tomclip.export.report.page import Section, report_page
from tomclip.export.report.said import items_in_words, lead_parts, verdict_sentence
from tomclip.export.report.told import Told, told_of
from tomclip.figures.style.context import LANGUAGE_NAMES

ROW_NAMES: Mapping[str, str] = {**LANGUAGE_NAMES, MEAN: "Mean"}
"""What stands in tables for the codes of languages."""


def comparison_report(
    reports: Sequence[EvaluationReport],
    table: ComparisonTable,
    encoders: Sequence[NamedEncoder],
    *,
    command: str,
    own: Sequence[tuple[str, str]] = (),
    made_at: datetime | None = None,
    paper: bool = False,
) -> bytes:
    """Returns a page in UTF-8 that needs no network, of about 5 MB: plotly.js is in it once.

    Args:
        reports: the baseline's first, with their ranks.
        table: their `compare_reports`.
        encoders: one per report, in their order.
        command: what writes the same report.
        own: what came from files of one's own, and which; rows of the table of the data.
        made_at: when; None is now.
        paper: whether figures are drawn for a printed sheet and not for a screen.
    """
    titles, told = {one.name: one.title for one in encoders}, told_of(reports)
    settings = (*settings_parts(reports, titles), version_table(reports, titles))
    return report_page(
        title=comparison_title(encoders),
        about=comparison_about(reports[0], made_at),
        verdict=verdict_sentence(reports, told.asked, told.shape, titles),
        lead=lead_parts(reports, encoders, told.asked, told.shape),
        sections=[
            Section("What was compared", tuple(_compared(reports[0], encoders, own)), follows=True),
            Section("Figures", tuple(_figures(reports, table, told, titles, paper))),
            Section("Scores", tuple(_scores(reports, told, titles))),
            Section("Differences and tests", tuple(_differences(table, told, titles))),
            Section("Settings and versions", settings),
            Section("The command that repeats it", (markup.command_line(command),), follows=True),
            Section("Licences", (licence_table(reports[0], encoders),), follows=True),
        ],
    )


def comparison_title(encoders: Sequence[NamedEncoder]) -> str:
    """Returns the title of a report: the encoders against the first of them."""
    baseline, *others = (one.title for one in encoders)
    return f"{', '.join(others)} against {baseline}"


def comparison_about(first: EvaluationReport, made_at: datetime | None) -> str:
    """Returns what the encoders are compared on, and when and by what the report was written."""
    count, made_at = len(first.settings["languages"]), made_at or datetime.now(UTC)
    return (
        f"{data_title(first)}, {items_in_words(first)}, {count} "
        f"{'languages' if count > 1 else 'language'}. Written on {made_at:%Y-%m-%d %H:%M} UTC by "
        f"ToMCLIP Studio {__version__}."
    )


def data_title(report: EvaluationReport) -> str:
    """Returns how the data are called where people read of them, and their name for commands."""
    source = task_sources().get(report.data)
    title = source.facts().title if source else report.data
    return title if title.casefold() == report.data else f"{title} ({report.data})"


def _compared(
    first: EvaluationReport, encoders: Sequence[NamedEncoder], own: Sequence[tuple[str, str]]
) -> list[str]:
    rows = [
        (one.title, one.name, "" if place else "baseline", one.weights, one.description)
        for place, one in enumerate(encoders)
    ]
    header = ("encoder", "name", "role", "weights", "what it is")
    codes = [LANGUAGE_NAMES.get(code, code) for code in first.settings["languages"]]
    facts = [
        ("data", data_title(first)),
        ("items", items_in_words(first)),
        *([("pictures", first.rendering)] if first.rendering else []),
        ("languages", ", ".join(codes)),
        *own,
    ]
    return [
        markup.text_table("Encoders", header, rows),
        markup.text_table("Data", ("what", "which"), facts),
    ]


def _figures(
    reports: Sequence[EvaluationReport],
    table: ComparisonTable,
    told: Told,
    titles: Mapping[str, str],
    paper: bool,
) -> list[str]:
    drawn = comparison_figures(reports, table, scores=told.drawn, titles=titles)
    return [
        markup.captioned(figure, caption, number, paper=paper)
        for number, (figure, caption) in enumerate(drawn, 1)
    ]


def _scores(
    reports: Sequence[EvaluationReport], told: Told, titles: Mapping[str, str]
) -> list[str]:
    note = [markup.paragraph(told.note, "note")] if told.note else []
    tables = score_tables(reports, told.scores, titles=titles) if told.scores else ()
    return [*note, *map(_drawn_table, tables)]


def _differences(table: ComparisonTable, told: Told, titles: Mapping[str, str]) -> list[str]:
    shared = told.shared(table)
    tables = difference_tables(table, shared, titles=titles) if shared else ()
    return list(map(_drawn_table, tables))


def _drawn_table(table: WrittenTable) -> str:
    return markup.number_table(table, ROW_NAMES)
