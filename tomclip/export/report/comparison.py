"""The report of a comparison: what came out, what was compared, tables, figures, how, again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

from tomclip import __version__
from tomclip.core.scores import ENDINGS, HIT_NAMES, MEAN, hit_name
from tomclip.evaluation.comparison_table import ComparisonTable
from tomclip.evaluation.readings.encoders import NamedEncoder
from tomclip.evaluation.readings.tables import difference_tables, score_tables
from tomclip.evaluation.report import EvaluationReport
from tomclip.export.report import markup
from tomclip.export.report.drawings import comparison_figures
from tomclip.export.report.made import settings_parts, version_table
from tomclip.export.report.page import Section, report_page
from tomclip.export.report.said import has_shape, items_in_words, lead_parts, verdict_sentence
from tomclip.figures.style.context import LANGUAGE_NAMES

SHAPES = tuple(f"wasserstein_h0{ENDINGS[reference]}" for reference in ("teacher", "english"))
"""The shape scores that a verdict may rest on, the first that is measured."""


def comparison_report(
    reports: Sequence[EvaluationReport],
    table: ComparisonTable,
    encoders: Sequence[NamedEncoder],
    *,
    command: str,
    made_at: datetime | None = None,
) -> bytes:
    """Returns a page in UTF-8 that needs no network, of about 5 MB: plotly.js is in it once.

    Args:
        reports: the baseline's first, with their ranks.
        table: their `compare_reports`.
        encoders: one per report, in their order.
        command: what writes the same report.
        made_at: when; None is now.
    """
    titles = {one.name: one.title for one in encoders}
    asked, shape = _asked_of_two(reports), _shape_of_two(reports)
    first, made_at = reports[0], made_at or datetime.now(UTC)
    languages = first.settings["languages"]
    about = (
        f"{first.data}, {items_in_words(first)}, {len(languages)} "
        f"{'languages' if len(languages) > 1 else 'language'}. Written on {made_at:%Y-%m-%d %H:%M} "
        f"UTC by ToMCLIP Studio {__version__}."
    )
    return report_page(
        title=f"{', '.join(list(titles.values())[1:])} against {encoders[0].title}",
        about=about,
        verdict=verdict_sentence(reports, asked, shape, titles),
        lead=lead_parts(reports, encoders, asked, shape),
        sections=[
            Section("What was compared", tuple(_compared(first, encoders)), follows=True),
            Section("Figures", tuple(_figures(reports, table, asked, shape, titles))),
            Section("Scores", tuple(map(_drawn_table, score_tables(reports, titles=titles)))),
            Section(
                "Differences and tests",
                tuple(map(_drawn_table, difference_tables(table, titles=titles))),
            ),
            Section(
                "Settings and versions",
                (*settings_parts(reports, titles), version_table(reports, titles)),
            ),
            Section("The command that repeats it", (markup.command_line(command),), follows=True),
        ],
    )


def _asked_of_two(reports: Sequence[EvaluationReport]) -> str:
    """Returns the first of what is asked that two encoders have answered, "" where none is."""
    return _first_of_two(tuple(HIT_NAMES), lambda one, asked: asked in one.ranks, reports)


def _shape_of_two(reports: Sequence[EvaluationReport]) -> str:
    return _first_of_two(SHAPES, has_shape, reports)


def _first_of_two(
    names: Sequence[str],
    has: Callable[[EvaluationReport, str], bool],
    reports: Sequence[EvaluationReport],
) -> str:
    return next((name for name in names if sum(has(one, name) for one in reports) > 1), "")


def _compared(first: EvaluationReport, encoders: Sequence[NamedEncoder]) -> list[str]:
    rows = [
        (one.title, one.name, "" if place else "baseline", one.weights, one.description)
        for place, one in enumerate(encoders)
    ]
    header = ("encoder", "name", "role", "weights", "what it is")
    codes = [LANGUAGE_NAMES.get(code, code) for code in first.settings["languages"]]
    facts = [
        ("data", first.data),
        ("items", items_in_words(first)),
        *([("pictures", first.rendering)] if first.rendering else []),
        ("languages", ", ".join(codes)),
    ]
    return [
        markup.text_table("Encoders", header, rows),
        markup.text_table("Data", ("what", "which"), facts),
    ]


def _figures(
    reports: Sequence[EvaluationReport],
    table: ComparisonTable,
    asked: str,
    shape: str,
    titles: Mapping[str, str],
) -> list[str]:
    accuracy = hit_name(asked, 1) if asked else ""
    drawn = comparison_figures(reports, table, accuracy=accuracy, shape=shape, titles=titles)
    return [
        markup.captioned(figure, caption, number)
        for number, (figure, caption) in enumerate(drawn, 1)
    ]


def _drawn_table(table: markup.WrittenTable) -> str:
    return markup.number_table(table, {**LANGUAGE_NAMES, MEAN: "Mean"})
