"""How the command line shows reports and comparisons."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import typer

from tomclip.cli.terminal import show_table
from tomclip.core.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.core.types import Score
    from tomclip.evaluation import EvaluationReport

ACCURACY_TITLES = {
    "zero_shot_": "Zero-shot accuracy, %",
    "text_to_image_recall_": "Text-to-image recall, %",
    "image_to_text_recall_": "Image-to-text recall, %",
}
TEACHER_ENDING = "_to_teacher"
DIAGRAM_DISTANCES = ("bottleneck", "wasserstein")
HEADLINES = (
    "zero_shot_top1",
    "text_to_image_recall_at_1",
    "image_to_text_recall_at_1",
    "wasserstein_h0",
    "wasserstein_h0_to_teacher",
    "mutual_knn_to_teacher",
)


def show_report(report: EvaluationReport) -> None:
    """Prints one table per kind of score, with one row per language and the mean last.

    Scores that guessing could reach are named in a sentence at the end.
    """
    names = list(report.table().columns)
    setting = _setting(report)
    for prefix, title in ACCURACY_TITLES.items():
        chosen = [name for name in names if name.startswith(prefix)]
        _show_scores(f"{title} [95 % interval]\n{setting}", report, chosen, prefix)
    shapes = [name for name in names if not name.startswith(tuple(ACCURACY_TITLES))]
    setting += f", {report.settings['metric']}, diagrams on {_n_diagram_points(report)}"
    own = [name for name in shapes if not name.endswith(TEACHER_ENDING)]
    _show_shapes("its own English", setting, report, own)
    teachers = [name for name in shapes if name.endswith(TEACHER_ENDING)]
    _show_shapes("the teacher's English", setting, report, teachers)
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
    if report.data != "emoji":
        return f"{report.encoder}, {report.data}, {report.n_concepts} pictures"
    seen = "" if report.subset == "all" else f" {report.subset} in training"
    return f"{report.encoder}, {report.rendering}, {report.n_concepts} concepts{seen}"


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
        show_table(title, ["language", *(_header(name, rows) for name in chosen)], body)
        _show_tests(f"{encoder} against {baseline}", rows[rows["name"].isin(chosen)])


def _header(name: str, rows: pd.DataFrame) -> str:
    """Returns the score's name in words; differences of percentages say that they are points."""
    words = name.replace("_", " ")
    is_share = (rows.loc[rows["name"] == name, "unit"] == "%").any()
    return f"{words}, points" if is_share else words


def _show_tests(pair: str, rows: pd.DataFrame) -> None:
    """Prints the adjusted p-values of the scores that were tested, if any was."""
    tested = rows[rows["adjusted_p_value"].notna()]
    if tested.empty:
        return
    wide = tested.pivot(index="language", columns="name", values="adjusted_p_value")
    names, languages = dict.fromkeys(tested["name"]), dict.fromkeys(tested["language"])
    body = [[code, *(f"{wide.loc[code, name]:.2g}" for name in names)] for code in languages]
    title = f"{pair}, p of McNemar's exact test, adjusted over the languages (Holm)"
    show_table(title, ["language", *(name.replace("_", " ") for name in names)], body)


def plain_rows(table: pd.DataFrame) -> list[dict[Hashable, Any]]:
    """Returns a table's rows as plain JSON values; NaN becomes None."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _show_scores(
    title: str, report: EvaluationReport, names: Sequence[str], prefix: str = ""
) -> None:
    if not names:
        return
    cells = {(score.language, score.name): _value(score) for score in report.scores}
    languages = dict.fromkeys(score.language for score in report.scores)
    rows = [[code, *(cells.get((code, name), "") for name in names)] for code in languages]
    header = ["language", *(_column(name.removeprefix(prefix)) for name in names)]
    show_table(title, header, rows)


def _show_shapes(
    against: str, setting: str, report: EvaluationReport, names: Sequence[str]
) -> None:
    """Prints two tables: distances between diagrams, and the scores that match concepts."""
    diagrams = [name for name in names if name.startswith(DIAGRAM_DISTANCES)]
    matched = [name for name in names if not name.startswith(DIAGRAM_DISTANCES)]
    _show_scores(f"Diagrams against {against}\n{setting}", report, diagrams)
    _show_scores(f"Concept by concept against {against}\n{setting}", report, matched)


def _n_diagram_points(report: EvaluationReport) -> int:
    return min(report.n_concepts, report.settings["max_points"])


def _column(name: str) -> str:
    return name.removesuffix(TEACHER_ENDING).replace("_", " ")


def _value(score: Score) -> str:
    if score.unit == "%":
        return f"{score.value:.1f} [{score.ci_low:.1f}, {score.ci_high:.1f}]"
    return f"{score.value:.4f}"


def _difference(row: Mapping[Hashable, Any]) -> str:
    if row["unit"] == "%":
        return f"{row['difference']:+.1f} [{row['ci_low']:+.1f}, {row['ci_high']:+.1f}]"
    return f"{row['difference']:+.4f}"
