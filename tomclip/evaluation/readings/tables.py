"""Differences, tests and scores as written tables: text in every cell, ready to print or draw."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tomclip.core.errors import InputError
from tomclip.core.scores import capitalised, score_kind
from tomclip.evaluation.chance import near_chance

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.core.types import Score
    from tomclip.evaluation.report import EvaluationReport

HEADLINES = (
    "zero_shot_top1",
    "text_to_image_recall_at_1",
    "image_to_text_recall_at_1",
    "text_to_english_recall_at_1",
    "wasserstein_h0",
    "wasserstein_h0_to_teacher",
    "mutual_knn_to_teacher",
)
"""The scores that are shown where none are asked for."""


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table of text: the first column is language codes, or what a row is about."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def to_frame(self, names: Mapping[str, str] | None = None) -> pd.DataFrame:
        """Returns the cells as a data frame whose index is the first column.

        Args:
            names: what to write for the first cell of a row, where that is another text.
        """
        import pandas as pd

        rows = [((names or {}).get(first, first), *rest) for first, *rest in self.rows]
        return pd.DataFrame(rows, columns=list(self.header)).set_index(self.header[0])


def chosen_scores(known: Sequence[str], scores: Sequence[str] = ()) -> list[str]:
    """Returns the scores to show: those asked for, or the headlines that were measured.

    Raises:
        InputError: when one was not measured.
    """
    chosen = list(scores) or [name for name in HEADLINES if name in known]
    if unknown := [name for name in chosen if name not in known]:
        raise InputError(f"score {unknown[0]!r} was not measured; use {', '.join(known)}")
    return chosen


def difference_tables(
    table: pd.DataFrame, scores: Sequence[str] = (), *, titles: Mapping[str, str] | None = None
) -> Iterator[WrittenTable]:
    """Yields, for every compared encoder, its differences by language, and its tests if any.

    Args:
        table: as `tomclip.evaluation.compare_reports` returns it.
        scores: names of the columns; empty takes the headline scores that the table has.
        titles: shown titles of encoders; None shows their names.

    Raises:
        InputError: when a score is not in the table.
    """
    if table.empty:
        return
    titles = titles or {}
    chosen = chosen_scores(list(dict.fromkeys(table["name"])), scores)
    for names, rows in table.groupby(["encoder", "baseline"], sort=False):
        encoder, baseline = (titles.get(str(name), str(name)) for name in names)
        cells = {(r["language"], r["name"]): _difference(r) for r in rows.to_dict("records")}
        yield _by_language(
            f"{encoder} minus {baseline}, difference [95 % interval]",
            {name: _header(name) for name in chosen},
            list(dict.fromkeys(rows["language"])),
            cells,
        )
        yield from _tests(f"{encoder} against {baseline}", rows[rows["name"].isin(chosen)])


def score_tables(
    reports: Sequence[EvaluationReport],
    scores: Sequence[str] = (),
    *,
    titles: Mapping[str, str] | None = None,
) -> Iterator[WrittenTable]:
    """Yields one table a score, a row per language and a column per encoder, with intervals.

    Args:
        reports: on the same items.
        scores: names; empty takes the headline scores that any report has.
        titles: shown titles of encoders; None shows their names.

    Raises:
        InputError: when no report has a score.
    """
    titles = titles or {}
    known = list(dict.fromkeys(score.name for report in reports for score in report.scores))
    for name in chosen_scores(known, scores):
        found = {
            (one.language, report.encoder): one
            for report in reports
            for one in report.scores
            if one.name == name
        }
        kind, unit = score_kind(name), next(iter(found.values())).unit
        of = " ".join(filter(None, (unit, "[95 % interval]" if kind.is_share else "")))
        better = "higher" if kind.higher_is_better else "lower"
        yield _by_language(
            f"{capitalised(kind.title)}{f', {of}' if of else ''}; {better} is better",
            {one.encoder: titles.get(one.encoder, one.encoder) for one in reports},
            list(dict.fromkeys(language for language, _ in found)),
            {place: written_score(score) for place, score in found.items()},
        )


def chance_sentence(report: EvaluationReport) -> str:
    """Returns which scores cannot be told from guessing, "" when all can."""
    languages: dict[str, list[str]] = {}
    for score in near_chance(report):
        languages.setdefault(score.name, []).append(score.language)
    if not languages:
        return ""
    titled = {score_kind(name).title: codes for name, codes in languages.items()}
    named = "; ".join(f"{title} in {', '.join(codes)}" for title, codes in titled.items())
    return f"Not above chance, by the 95 % interval: {named}."


def written_score(score: Score) -> str:
    """Returns the value with its kind's digits, and its interval where it is a share."""
    kind = score_kind(score.name)
    value = kind.written(score.value)
    if not kind.is_share:
        return value
    return f"{value} [{kind.written(score.ci_low)}, {kind.written(score.ci_high)}]"


def _by_language(
    title: str,
    columns: Mapping[str, str],
    languages: Sequence[str],
    cells: Mapping[tuple[str, str], str],
) -> WrittenTable:
    """Returns a table with a row per language; a cell that there is not stays empty."""
    rows = ((code, *(cells.get((code, column), "") for column in columns)) for code in languages)
    return WrittenTable(title, ("language", *columns.values()), tuple(rows))


def _header(name: str) -> str:
    """Returns the score's title; differences of percentages say that they are points."""
    kind = score_kind(name)
    return f"{kind.short_title}, points" if kind.is_share else kind.short_title


def _tests(pair: str, rows: pd.DataFrame) -> Iterator[WrittenTable]:
    """Yields the adjusted p-values of the scores that were tested, if any was."""
    tested = rows[rows["adjusted_p_value"].notna()]
    if tested.empty:
        return
    names = list(dict.fromkeys(tested["name"]))
    yield _by_language(
        f"{pair}, p of McNemar's exact test, adjusted over the languages (Holm)",
        {name: score_kind(name).short_title for name in names},
        list(dict.fromkeys(tested["language"])),
        {
            (row["language"], row["name"]): f"{row['adjusted_p_value']:.2g}"
            for row in tested.to_dict("records")
        },
    )


def _difference(row: Mapping[Hashable, Any]) -> str:
    kind = score_kind(row["name"])
    names = ("difference", "ci_low", "ci_high") if kind.is_share else ("difference",)
    value, *interval = (kind.written(row[name], signed=True) for name in names)
    return f"{value} [{', '.join(interval)}]" if interval else value
