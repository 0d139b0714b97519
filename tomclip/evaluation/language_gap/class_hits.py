"""Which pictures an encoder names rightly in every language, with the class of each picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.results import ArrayRecord
from tomclip.evaluation.metrics.ranking import hits
from tomclip.evaluation.report import EvaluationReport
from tomclip.evaluation.tasks.protocol import Task

ASKED = "zero_shot"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class ClassHits(ArrayRecord):
    """Answers of one encoder to "what is this?", picture by picture and language by language.

    Attributes:
        encoder: its name.
        data: the data set.
        k: a picture counts as named rightly where its class is among the first k.
        languages: codes, one per column.
        pictures: (n,) ids.
        classes: (n,) the class id of each picture.
        units: (n,) int; pictures of one number are resampled together.
        values: (n, languages) 100 for a hit, 0 for a miss, NaN where a picture takes no part.
        seed: of the report's bootstrap.
    """

    encoder: str
    data: str
    k: int
    languages: tuple[str, ...]
    pictures: tuple[str, ...]
    classes: tuple[str, ...]
    units: np.ndarray
    values: np.ndarray
    seed: int = 0

    def column(self, language: str) -> np.ndarray:
        """Returns (n,) the values of one language.

        Raises:
            InputError: when the pictures were not named in it.
        """
        if language not in self.languages:
            raise InputError(
                f"language is {language!r}; {self.encoder} was asked in {', '.join(self.languages)}"
            )
        return self.values[:, self.languages.index(language)]


def class_hits(report: EvaluationReport, task: Task, *, k: int = 1) -> ClassHits:
    """Returns what a report says of every picture, with the classes that the task knows.

    Args:
        report: of `task`, with its ranks.
        task: one that classifies pictures.
        k: length of the list that a picture's class is looked for in, at least 1.

    Raises:
        InputError: when the task has no classes, the report is of another one, or k is below 1.
    """
    if k < 1:
        raise InputError(f"k is {k}; use a whole number from 1")
    _require_of_task(report, task)
    places = {int(row): place for place, row in enumerate(task.items)}
    languages = tuple(report.ranks[ASKED])
    values = np.full((len(places), len(languages)), np.nan)
    units = np.arange(len(places))
    for column, code in enumerate(languages):
        texts = task.texts(code)
        shown = [places[int(row)] for row in texts.pictures]
        values[shown, column] = hits(report.ranks[ASKED][code], (k,))[:, 0]
        units[shown] = texts.owners.get(ASKED, units[shown])
    return ClassHits(
        encoder=report.encoder,
        data=report.data,
        k=k,
        languages=languages,
        pictures=tuple(task.picture_ids[row] for row in task.items),
        classes=tuple(task.picture_labels[row] for row in task.items),
        units=units,
        values=values,
        seed=report.settings["seed"],
    )


def require_classes(task: Task) -> Task:
    """Returns the task.

    Raises:
        InputError: when its pictures have no classes to be named by.
    """
    if ASKED not in task.asked:
        raise InputError(
            f"{task.name} asks encoders for {', '.join(task.asked) or 'nothing'} and names no "
            "classes; use a data set of classes, such as emoji, icons or cifar100"
        )
    return task


def _require_of_task(report: EvaluationReport, task: Task) -> None:
    require_classes(task)
    if ASKED not in report.ranks:
        raise InputError(
            f"the report of '{report.encoder}' has no ranks of named pictures; evaluate again, or "
            "name an encoder that knows pictures"
        )
    items = tuple(task.picture_ids[row] for row in task.items)
    if report.data != task.name or report.concept_ids != items:
        raise InputError(
            f"the report of '{report.encoder}' is of {len(report.concept_ids)} items of "
            f"{report.data}, the task of {len(items)} of {task.name}; give the task that was "
            "evaluated"
        )
