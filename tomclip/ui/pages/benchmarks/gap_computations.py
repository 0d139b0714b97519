"""What the language gap of a benchmark takes: its classes, cells and confusions, beside the page.

This module knows nothing of streamlit beyond the job board.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from tomclip.ui.computing.cached import board, encoder_title
from tomclip.ui.computing.jobs import Job, Report
from tomclip.ui.pages.benchmarks.computations import BenchmarkChoice, data_key, evaluation_key

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.evaluation import EvaluationReport, Task

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Classes:
    """The classes of a benchmark.

    Attributes:
        groupings: names of its groupings, the coarsest first and "class" last.
        words: by class id, what it is called in English, or in the first language there is.
        groups: by the name of a grouping, the group of every class id.
    """

    groupings: tuple[str, ...]
    words: Mapping[str, str]
    groups: Mapping[str, Mapping[str, str]]

    def members(self, by: str, group: str) -> set[str]:
        """Returns the ids of the classes of a group; a class is a group of itself."""
        if by not in self.groups:
            return {group}
        return {one for one, its in self.groups[by].items() if its == group}


def classes_job(choice: BenchmarkChoice) -> Job[Classes]:
    """Returns the classes of a benchmark and how they are grouped."""

    def work(task: Task) -> Classes:
        from tomclip.evaluation.language_gap.confusions import class_words
        from tomclip.evaluation.language_gap.grouping import groupings, groups_of

        named = "en" if "en" in task.languages else next(iter(task.languages))
        names = groupings(task)
        groups = {name: found for name in names if (found := groups_of(task, name)) is not None}
        return Classes(names, class_words(task, named), groups)

    return _job(("classes", data_key(choice)), "Classes", choice, work)


def cells_job(
    reports: Sequence[EvaluationReport], choice: BenchmarkChoice, kind: str, by: str
) -> Job[pd.DataFrame]:
    """Returns the cells of groups of classes by languages.

    Args:
        reports: of the encoder, and for "difference" of its baseline after it.
        choice: what they were evaluated on.
        kind: "accuracy", "gap" or "difference".
        by: the name of a grouping, or "class".
    """

    def work(task: Task) -> pd.DataFrame:
        from tomclip.evaluation import class_hits
        from tomclip.evaluation.language_gap import cells
        from tomclip.evaluation.language_gap.grouping import groups_of

        hits, groups = [class_hits(one, task) for one in reports], groups_of(task, by)
        if kind == "difference":
            return cells.difference_cells(hits[0], hits[1], groups)
        return {"accuracy": cells.accuracy_cells, "gap": cells.english_gap_cells}[kind](
            hits[0], groups
        )

    keys = tuple(evaluation_key(one.encoder, choice) for one in reports)
    return _job(("cells", keys, kind, by), "Classes by languages", choice, work)


def confusions_job(encoder: str, choice: BenchmarkChoice, language: str) -> Job[pd.DataFrame]:
    """Returns the `confusion_table` of an encoder in a language, of vectors that are kept."""

    def work(task: Task) -> pd.DataFrame:
        from tomclip.evaluation.language_gap.confusion_table import confusion_table

        return confusion_table(encoder, task, language)

    title = f"What {encoder_title(encoder)} takes for what"
    return _job(("confused", evaluation_key(encoder, choice), language), title, choice, work)


def _job(key: object, title: str, choice: BenchmarkChoice, work: Callable[[Task], T]) -> Job[T]:
    def whole(report: Report) -> T:
        from tomclip.evaluation import TaskOptions, load_task

        report(0.1, "reading its classes")
        task = load_task(choice.benchmark, TaskOptions(languages=choice.languages))
        report(0.4, "computing")
        return work(task)

    return board("benchmarks").start((choice, key), title, whole)
