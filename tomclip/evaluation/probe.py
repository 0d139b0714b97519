"""The shape of a student in training: what a probe records, and how far it is from the teacher.

Every language's cloud is embedded once and its diagrams are computed once; the snapshot and the
scores come from the same `CloudShape`. The sample is the one of an evaluation and the pages.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TypeAlias, TypeVar

import numpy as np

from tomclip.config import TrainConfig
from tomclip.core.types import Embeddings, Score
from tomclip.encoders import TextEncoder
from tomclip.evaluation.light_probe import SampledProbe
from tomclip.evaluation.metrics.means import mean_scores
from tomclip.evaluation.metrics.shape import (
    CloudShape,
    cloud_shape,
    sample_rows,
    shape_scores_between,
)
from tomclip.evaluation.scoring import evaluate_vectors
from tomclip.evaluation.settings import EvaluationSettings
from tomclip.evaluation.tasks.emoji import EmojiTask, emoji_task
from tomclip.evaluation.vectors import (
    embedded_once,
    pictures_of_items,
    student_vectors,
    teacher_english,
)
from tomclip.runs import RunDirectory, Snapshot, write_snapshot

PROBED_SHAPES = ("wasserstein_h0", "wasserstein_h1", "linear_cka", "mutual_knn")
ProbeScores: TypeAlias = dict[str, dict[str, float]]
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class UnseenProbe:
    """Measures a student in training on the concepts it never sees; nothing is chosen by it.

    What it needs is loaded when it is first called.
    """

    def __init__(self, config: TrainConfig) -> None:
        self._config = config
        self._sampled = SampledProbe(
            lambda: self._task,
            lambda: self._languages,
            # Of all items, as a full probe embeds them: the cache keeps one set of pictures.
            lambda: pictures_of_items(config.teacher, self._task),
            lambda: self._english,
        )

    def __call__(self, student: TextEncoder, step: int, run: RunDirectory) -> ProbeScores:
        """Returns accuracy, retrieval and shape of every language as {score: {language: value}}.

        The shape is compared with the teacher's English. A `Snapshot` with the diagrams and vectors
        is left in the run. The scores of `light` come from the same vectors.
        """
        task = self._task
        vectors = embedded_once(student_vectors(student, self._config.teacher, task))
        clouds = {code: vectors.texts(code, None) for code in self._languages}
        shapes = sampled_shapes(clouds)
        write_snapshot(run.path, student_snapshot(shapes, task.items, step=step))
        settings = EvaluationSettings(self._languages, references=())
        accuracy = evaluate_vectors(vectors, task, settings).scores
        shape = shapes_to_teacher(shapes, self._teacher_shape)
        return _by_language((*accuracy, *shape, *self._sampled.scores_of(clouds)))

    def light(self, student: TextEncoder, step: int, run: RunDirectory) -> ProbeScores:
        """Returns the scores of `tomclip.evaluation.light_probe` alone, and leaves nothing."""
        return _by_language(self._sampled.measured(student))

    @cached_property
    def _task(self) -> EmojiTask:
        return emoji_task("unseen", fold=self._config.data.fold)

    @property
    def _languages(self) -> tuple[str, ...]:
        asked = self._config.validation.probe_languages or self._config.data.languages
        known = self._task.languages
        return tuple(code for code in asked if code in known) or known

    @cached_property
    def _teacher_shape(self) -> CloudShape:
        return sampled_shape(self._english)

    @cached_property
    def _english(self) -> Embeddings:
        return teacher_english(self._config.teacher, self._task)


def unseen_probe(config: TrainConfig) -> UnseenProbe:
    """Returns the probe of a run with this configuration."""
    return UnseenProbe(config)


def sampled_shape(cloud: Embeddings) -> CloudShape:
    """Returns the cloud with its cosine diagrams over `sample_rows` of at most 300 points."""
    return cloud_shape(cloud, sample_rows(len(cloud)))


def sampled_shapes(clouds: Mapping[str, Embeddings]) -> dict[str, CloudShape]:
    """Returns `sampled_shape` of every language's cloud, as many at a time as there are cores."""
    return dict(zip(clouds, _side_by_side(sampled_shape, clouds.values()), strict=True))


def student_snapshot(shapes: Mapping[str, CloudShape], rows: np.ndarray, *, step: int) -> Snapshot:
    """Returns what a run keeps of the student at `step`: diagrams and sampled vectors.

    Args:
        shapes: `sampled_shape` of each language's cloud, row-matched.
        rows: (n,) data set rows of the concepts in those clouds.
        step: Finished training steps.

    Raises:
        InputError: when the clouds were sampled differently, or there are none.
    """
    sample = next(iter(shapes.values())).rows if shapes else np.array([], dtype=int)
    return Snapshot(
        step=step,
        concepts=rows[sample],
        diagrams={language: shape.diagrams for language, shape in shapes.items()},
        vectors={
            language: shape.embeddings.vectors[sample].astype(np.float16)
            for language, shape in shapes.items()
        },
    )


def shapes_to_teacher(shapes: Mapping[str, CloudShape], teacher: CloudShape) -> tuple[Score, ...]:
    """Returns how the shape of each language and their mean differ from the teacher's English.

    `wasserstein_h0_to_teacher`, `wasserstein_h1_to_teacher`, `linear_cka_to_teacher` and
    `mutual_knn_to_teacher` are those of an evaluation with the reference "teacher". Its other
    scores, which take longer than these together, are left to the evaluation.

    Args:
        shapes: `sampled_shape` of each language's cloud.
        teacher: `sampled_shape` of the teacher's English, row-matched.
    """

    def scores(item: tuple[str, CloudShape]) -> tuple[Score, ...]:
        language, shape = item
        return shape_scores_between(
            teacher, shape, language=language, against="teacher", names=PROBED_SHAPES
        )

    found = [score for of_one in _side_by_side(scores, shapes.items()) for score in of_one]
    return (*found, *mean_scores(found))


def _by_language(scores: Iterable[Score]) -> ProbeScores:
    values: ProbeScores = {}
    for score in scores:
        values.setdefault(score.name, {})[score.language] = score.value
    return values


def _side_by_side(compute: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """Returns `compute` of every item, in order; the engines and scipy release Python's lock."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(compute, items))
