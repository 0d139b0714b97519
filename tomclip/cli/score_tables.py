"""How the command line shows reports and comparisons."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any

import typer

from tomclip.cli.terminal import show_table
from tomclip.core.scores import FAMILY_TITLES, REFERENCE_TITLES, ScoreKind, score_kind
from tomclip.core.subsets import QUALIFIERS

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.evaluation import EvaluationReport


def show_report(report: EvaluationReport) -> None:
    """Prints one table per kind of score, with one row per language and the mean last.

    Scores that guessing could reach are named in a sentence at the end.
    """
    from tomclip.evaluation.readings.tables import chance_sentence

    kinds = [score_kind(name) for name in dict.fromkeys(score.name for score in report.scores)]
    tables: dict[str, list[ScoreKind]] = {}
    for kind in kinds:
        tables.setdefault(_table_title(kind, report), []).append(kind)
    for title, chosen in tables.items():
        _show_scores(title, report, chosen)
    if warning := chance_sentence(report):
        typer.echo(warning)


def _setting(report: EvaluationReport) -> str:
    data, which = report.rendering or report.data, QUALIFIERS.get(report.subset, report.subset)
    return f"{report.encoder}, {data}, {report.n_concepts} {report.items_title} {which}".rstrip()


def show_differences(table: pd.DataFrame, scores: Sequence[str]) -> None:
    """Prints, for every compared encoder, the differences of `scores` per language.

    Args:
        table: as `tomclip.evaluation.compare_reports` returns it.
        scores: names of the columns; empty takes the headline scores that the table has.

    Raises:
        InputError: when a score is not in the table.
    """
    from tomclip.evaluation.readings.tables import difference_tables

    for one in difference_tables(table, scores):
        show_table(one.title, one.header, one.rows)


def plain_rows(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Returns a table's rows as plain JSON values; NaN becomes None."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _table_title(kind: ScoreKind, report: EvaluationReport) -> str:
    """Returns the title of a score's table: its family, and how it was measured."""
    title, setting = FAMILY_TITLES[kind.family], _setting(report)
    if kind.is_share:
        return f"{title}, % [95 % interval]\n{setting}"
    points = min(report.n_concepts, report.settings["max_points"])
    against = f" against {REFERENCE_TITLES[kind.reference]}" if kind.reference else ""
    return f"{title}{against}\n{setting}, {report.settings['metric']}, diagrams on {points}"


def _show_scores(title: str, report: EvaluationReport, kinds: Sequence[ScoreKind]) -> None:
    from tomclip.evaluation.readings.tables import written_score

    cells = {(score.language, score.name): written_score(score) for score in report.scores}
    languages = dict.fromkeys(score.language for score in report.scores)
    rows = [[code, *(cells.get((code, kind.name), "") for kind in kinds)] for code in languages]
    show_table(title, ["language", *(kind.column for kind in kinds)], rows)
