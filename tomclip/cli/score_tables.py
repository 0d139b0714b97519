"""How the command line shows reports and comparisons."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from tomclip.cli.terminal import show_table
from tomclip.core.errors import InputError
from tomclip.core.scores import FAMILY_TITLES, REFERENCE_TITLES, ScoreKind, score_kind
from tomclip.core.subsets import QUALIFIERS

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.core.types import Score
    from tomclip.evaluation import EvaluationReport

HEADLINES = (
    "zero_shot_top1",
    "text_to_image_recall_at_1",
    "image_to_text_recall_at_1",
    "text_to_english_recall_at_1",
    "wasserstein_h0",
    "wasserstein_h0_to_teacher",
    "mutual_knn_to_teacher",
)


def show_report(report: EvaluationReport) -> None:
    """Prints one table per kind of score, with one row per language and the mean last.

    Scores that guessing could reach are named in a sentence at the end.
    """
    kinds = [score_kind(name) for name in dict.fromkeys(score.name for score in report.scores)]
    tables: dict[str, list[ScoreKind]] = {}
    for kind in kinds:
        tables.setdefault(_table_title(kind, report), []).append(kind)
    for title, chosen in tables.items():
        _show_scores(title, report, chosen)
    if warning := chance_sentence(report):
        typer.echo(warning)


def chance_sentence(report: EvaluationReport) -> str:
    """Returns which scores cannot be told from guessing, "" when all can."""
    from tomclip.evaluation import near_chance

    languages: dict[str, list[str]] = {}
    for score in near_chance(report):
        languages.setdefault(score.name, []).append(score.language)
    if not languages:
        return ""
    named = "; ".join(f"{name} in {', '.join(codes)}" for name, codes in languages.items())
    return f"Not above chance, by the 95 % interval: {named}."


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
    known = list(dict.fromkeys(table["name"]))
    chosen = list(scores) or [name for name in HEADLINES if name in known]
    if unknown := [name for name in chosen if name not in known]:
        raise InputError(f"score {unknown[0]!r} was not measured; use {', '.join(known)}")
    for (encoder, baseline), rows in table.groupby(["encoder", "baseline"], sort=False):
        cells = {(r["language"], r["name"]): _difference(r) for r in rows.to_dict("records")}
        languages = dict.fromkeys(rows["language"])
        body = [[code, *(cells.get((code, name), "") for name in chosen)] for code in languages]
        title = f"{encoder} minus {baseline}, difference [95 % interval]"
        show_table(title, ["language", *(_header(name) for name in chosen)], body)
        _show_tests(f"{encoder} against {baseline}", rows[rows["name"].isin(chosen)])


def _header(name: str) -> str:
    """Returns the score's title; differences of percentages say that they are points."""
    kind = score_kind(name)
    return f"{kind.short_title}, points" if kind.is_share else kind.short_title


def _show_tests(pair: str, rows: pd.DataFrame) -> None:
    """Prints the adjusted p-values of the scores that were tested, if any was."""
    tested = rows[rows["adjusted_p_value"].notna()]
    if tested.empty:
        return
    wide = tested.pivot(index="language", columns="name", values="adjusted_p_value")
    names, languages = dict.fromkeys(tested["name"]), dict.fromkeys(tested["language"])
    body = [[code, *(f"{wide.loc[code, name]:.2g}" for name in names)] for code in languages]
    title = f"{pair}, p of McNemar's exact test, adjusted over the languages (Holm)"
    show_table(title, ["language", *(score_kind(name).short_title for name in names)], body)


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
    cells = {(score.language, score.name): _value(score) for score in report.scores}
    languages = dict.fromkeys(score.language for score in report.scores)
    rows = [[code, *(cells.get((code, kind.name), "") for kind in kinds)] for code in languages]
    show_table(title, ["language", *(kind.column for kind in kinds)], rows)


def _value(score: Score) -> str:
    kind = score_kind(score.name)
    value = kind.written(score.value)
    if not kind.is_share:
        return value
    return f"{value} [{kind.written(score.ci_low)}, {kind.written(score.ci_high)}]"


def _difference(row: Mapping[Hashable, Any]) -> str:
    kind = score_kind(row["name"])
    names = ("difference", "ci_low", "ci_high") if kind.is_share else ("difference",)
    value, *interval = (kind.written(row[name], signed=True) for name in names)
    return f"{value} [{', '.join(interval)}]" if interval else value
