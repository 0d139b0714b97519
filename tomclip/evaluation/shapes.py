"""The shape of a task's texts in every language beside the encoder's or the teacher's English."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress
from tomclip.core.scores import Reference, score_kind
from tomclip.core.types import Embeddings, Score
from tomclip.evaluation.metrics.means import mean_scores
from tomclip.evaluation.metrics.shape import (
    CloudShape,
    cloud_shape,
    sample_rows,
    shape_scores_between,
)
from tomclip.evaluation.report import EvaluationReport
from tomclip.evaluation.settings import ENGLISH, EvaluationSettings
from tomclip.evaluation.tasks.protocol import Task
from tomclip.evaluation.vectors import TaskVectors


def shape_scores_of(
    vectors: TaskVectors, task: Task, settings: EvaluationSettings, told: Sequence[OnProgress]
) -> list[Score]:
    """Returns the scores of `shape_scores` per reference and language, then their means.

    A language is compared on the classes, concepts or pictures that it and the reference have; own
    English is not compared with itself. Nothing comes without a reference, nor of a language whose
    texts all have one vector, as where an encoder knows no letter of it: that is no shape.

    Args:
        vectors: of the encoder; a text that is asked for again should not be embedded again.
        task: whose texts they are.
        settings: of the evaluation.
        told: one per language, called when it is done.

    Raises:
        InputError: when there are too few texts to measure a shape.
    """
    measure = _Shapes(vectors, task, settings)
    found: list[Score] = []
    for language, done in zip(settings.languages, told, strict=bool(settings.references)):
        for reference in settings.references:
            if (reference, language) != ("english", ENGLISH):
                found += measure.against(reference, language)
        done(1, 1)
    return [*found, *mean_scores(found)]


class _Shapes:
    """Measures shapes; the shape of a cloud is computed once for all that it is compared with."""

    def __init__(self, vectors: TaskVectors, task: Task, settings: EvaluationSettings) -> None:
        self._vectors, self._task, self._settings = vectors, task, settings
        self._known: dict[tuple[str, tuple[str, ...]], CloudShape] = {}

    def against(self, reference: Reference, language: str) -> tuple[Score, ...]:
        clouds: dict[Reference, Callable[[], Embeddings]] = {
            "english": lambda: self._vectors.texts(ENGLISH, None),
            "teacher": self._vectors.teacher_english,
        }
        theirs = self._cloud(self._vectors.texts(language, None), language)
        ours = self._cloud(clouds[reference](), ENGLISH)
        theirs, ours = matched(theirs, ours)
        if is_one_point(theirs) or is_one_point(ours):
            return ()
        try:
            return shape_scores_between(
                self._shape(ENGLISH if reference == "english" else reference, ours),
                self._shape(language, theirs),
                language=language,
                seed=self._settings.seed,
                against=reference,
            )
        except InputError as error:
            raise InputError(
                f"the shape of {language!r} against English cannot be measured ({error}); evaluate "
                "without shape (--no-shape)"
            ) from error

    def _cloud(self, vectors: Embeddings, language: str) -> Embeddings:
        """Returns one vector per class, concept or picture, with its label as its id."""
        cloud = vectors.select(self._task.texts(language).cloud)
        return replace(cloud, ids=cloud.labels)

    def _shape(self, of: str, cloud: Embeddings) -> CloudShape:
        key = (of, cloud.ids)
        if key not in self._known:
            settings = self._settings
            rows = sample_rows(len(cloud), max_points=settings.max_points, seed=settings.seed)
            self._known[key] = cloud_shape(cloud, rows, metric=settings.metric)
        return self._known[key]


def languages_without_shape(report: EvaluationReport) -> tuple[str, ...]:
    """Returns the languages whose texts all had one vector, where shapes were measured."""
    if not report.settings["references"]:
        return ()
    measured = {one.language for one in report.scores if not score_kind(one.name).is_share}
    asked = (code for code in report.settings["languages"] if code != ENGLISH)
    return tuple(code for code in asked if code not in measured)


def is_one_point(cloud: Embeddings) -> bool:
    """Returns whether several items came, and all of them have the same vector."""
    return len(cloud) > 1 and bool((cloud.vectors == cloud.vectors[0]).all())


def matched(first: Embeddings, second: Embeddings) -> tuple[Embeddings, Embeddings]:
    """Returns the rows that both have, in the order of `first`."""
    row_of = {item: row for row, item in enumerate(second.ids)}
    rows = [row for row, item in enumerate(first.ids) if item in row_of]
    return first.select(rows), second.select([row_of[first.ids[row]] for row in rows])
