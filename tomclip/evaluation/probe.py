"""The shape of a student in training: what a probe records, and how far it is from the teacher.

Every language's cloud is embedded once and its diagrams are computed once; the snapshot and the
scores come from the same `CloudShape`. The sample is the one of an evaluation and the pages.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeAlias, TypeVar

import numpy as np

from tomclip.config import TrainConfig
from tomclip.core.types import Embeddings, Score
from tomclip.encoders import TextEncoder
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
from tomclip.evaluation.vectors import embedded_once, registered_vectors, student_vectors
from tomclip.runs import RunDirectory, Snapshot, write_snapshot

PROBED_SHAPES = ("wasserstein_h0", "wasserstein_h1", "linear_cka", "mutual_knn")
ProbeScores: TypeAlias = dict[str, dict[str, float]]
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def unseen_probe(config: TrainConfig) -> Callable[[TextEncoder, int, RunDirectory], ProbeScores]:
    """Returns a probe that measures the student in training on the concepts it never sees.

    It records accuracy, retrieval and the shape of every language beside the teacher's English, as
    {score: {language: value}}, and leaves a `Snapshot` with the diagrams and vectors in the run.
    Nothing is chosen by it. What it needs is loaded when it is first called.
    """

    @cache
    def task() -> EmojiTask:
        return emoji_task("unseen")

    @cache
    def teacher_shape() -> CloudShape:
        return sampled_shape(registered_vectors(config.teacher, task()).teacher_english())

    def probe(student: TextEncoder, step: int, run: RunDirectory) -> ProbeScores:
        known = task().languages
        languages = tuple(code for code in config.data.languages if code in known) or known
        vectors = embedded_once(student_vectors(student, config.teacher, task()))
        shapes = sampled_shapes({code: vectors.texts(code, None) for code in languages})
        write_snapshot(run.path, student_snapshot(shapes, task().items, step=step))
        settings = EvaluationSettings(languages, references=())
        accuracy = evaluate_vectors(vectors, task(), settings).scores
        return _by_language((*accuracy, *shapes_to_teacher(shapes, teacher_shape())))

    return probe


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
