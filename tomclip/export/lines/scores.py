"""Python lines of scores: by language, as differences, and by groups of classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tomclip.export.lines.heads import head_text
from tomclip.export.lines.items import Items, task_text
from tomclip.export.lines.text import called, written
from tomclip.figures import FigureContext

CELLS: Mapping[str, tuple[str, str]] = {
    "accuracy": ("accuracy_cells(hits[0], groups)", "class_accuracy_figure"),
    "gap": ("english_gap_cells(hits[0], groups)", "class_gap_figure"),
    "difference": ("difference_cells(hits[0], hits[1], groups)", "class_difference_figure"),
}


@dataclass(frozen=True, slots=True)
class Scored:
    """What encoders are asked, and what is shown of it.

    Attributes:
        encoders: names, in order; the baseline first.
        head: what the figure says of itself.
        items: what they are asked about.
        score: name of the score, such as "zero_shot_top1".
        label: how the figure calls it.
        unit: as the figure says it.
        higher_is_better: which direction is good.
        title: of the figure; "" is its own.
    """

    encoders: Sequence[str]
    head: FigureContext
    items: Items
    score: str = "zero_shot_top1"
    label: str = "zero-shot top-1"
    unit: str = "%"
    higher_is_better: bool = True
    title: str = ""


def difference_lines(scored: Scored) -> str:
    """Returns the lines of the differences of a score to the first encoder."""
    return written(
        f"""{task_text(scored.items)}
baseline, *others = [evaluate(name, task) for name in {list(scored.encoders)!r}]
table = compare_reports(baseline, others)
table = table[table["name"] == {scored.score!r}].reset_index(drop=True)
{head_text(scored.head, scored.head.languages, n_points='int(table["n"].iloc[0])')}""",
        "figure = "
        + called(
            "difference_figure",
            'table.assign(value=table["difference"])',
            "context=context",
            "baseline=baseline.encoder",
            f"label={scored.label!r}",
            f"unit={scored.unit!r}",
            f"higher_is_better={scored.higher_is_better}",
        ),
    )


def accuracy_lines(scored: Scored, *, with_chance: bool = True) -> str:
    """Returns the lines of an accuracy by language, with the value of guessing where asked for."""
    return written(
        _scores_text(scored, references="references=()", n_points="first.n_concepts"),
        "figure = "
        + called(
            "accuracy_figure",
            "table",
            "context=context",
            f"label={scored.label!r}",
            "chance=100 / first.n_concepts" if with_chance else "",
            f"title={scored.title!r}",
        ),
    )


def shape_lines(scored: Scored, *, order: Sequence[str] = ()) -> str:
    """Returns the lines of a shape score by language, in an order of languages."""
    counted = f"next(one.n for one in first.scores if one.name == {scored.score!r})"
    return written(
        _scores_text(scored, references="", n_points=counted),
        "figure = "
        + called(
            "shape_figure",
            "table",
            "context=context",
            f"label={scored.label!r}",
            f"unit={scored.unit!r}",
            f"higher_is_better={scored.higher_is_better}",
            f"order={list(order)!r}" if order else "",
            f"title={scored.title!r}",
        ),
    )


def gap_lines(
    scored: Scored, *, cells: str, by: str, groups: Sequence[str], titles: Mapping[str, str]
) -> str:
    """Returns the lines of a heat map of groups of classes by languages.

    Args:
        scored: the encoder, and for "difference" the one that is subtracted after it.
        cells: what stands in one: "accuracy", "gap" (to English) or "difference".
        by: what the rows are: "category", "subcategory" or "class".
        groups: the rows that are drawn, from the top; the table has all.
        titles: shown title of each row.
    """
    computed, drawn = CELLS[cells]
    figure = called(
        drawn,
        "table",
        f"baseline={scored.encoders[-1]!r}" if cells == "difference" else "",
        f"titles={dict(titles)!r}",
        f"groups={list(groups)!r}",
        "context=context",
    )
    return written(
        f"""{task_text(scored.items)}
reports = [evaluate(name, task, references=()) for name in {list(scored.encoders)!r}]
hits = [class_hits(one, task) for one in reports]
groups = groups_of(task, {by!r})
table = {computed}
{head_text(scored.head, scored.head.languages, n_points="reports[0].n_concepts")}
figure = {figure}"""
    )


def _scores_text(scored: Scored, *, references: str, n_points: str) -> str:
    """Returns the lines that make `table` of a score, `context`, and the report `first`."""
    asked = f"evaluate(name, task{', ' if references else ''}{references})"
    return f"""{task_text(scored.items)}
reports = {{name: {asked} for name in {list(scored.encoders)!r}}}
table = score_table({{name: one.scores for name, one in reports.items()}}, {scored.score!r})
first = next(iter(reports.values()))
{head_text(scored.head, scored.head.languages, n_points=n_points)}
"""
