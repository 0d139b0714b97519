"""The shape of a student in training: what a probe records, and how far it is from the teacher.

Every language's cloud is embedded once and its diagrams are computed once; the snapshot and the
scores come from the same `CloudShape`. The sample is the one of `evaluate_vectors` and the pages.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TypeVar

import numpy as np

from tomclip.core.scores import MEAN
from tomclip.core.types import Embeddings, Score
from tomclip.evaluation.metrics.shape import (
    CloudShape,
    cloud_shape,
    sample_rows,
    shape_scores_between,
)
from tomclip.evaluation.tasks.emoji_vectors import EmojiVectors
from tomclip.runs import Snapshot

PROBED_SHAPES = ("wasserstein_h0", "wasserstein_h1", "linear_cka", "mutual_knn")
_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


def embedded_once(vectors: EmojiVectors) -> EmojiVectors:
    """Returns the same vectors; texts that are asked for again are not embedded again."""
    known: dict[tuple[str, bytes], Embeddings] = {}

    def texts(language: str, rows: np.ndarray) -> Embeddings:
        key = (language, rows.tobytes())
        if key not in known:
            known[key] = vectors.texts(language, rows)
        return known[key]

    return replace(vectors, texts=texts)


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
    return (*found, *_means(found))


def _means(scores: Sequence[Score]) -> list[Score]:
    by_name: dict[str, list[Score]] = {}
    for score in scores:
        by_name.setdefault(score.name, []).append(score)
    return [
        replace(same[0], value=float(np.mean([score.value for score in same])), language=MEAN)
        for same in by_name.values()
    ]


def _side_by_side(compute: Callable[[_Item], _Result], items: Iterable[_Item]) -> list[_Result]:
    """Returns `compute` of every item, in order; the engines and scipy release Python's lock."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(compute, items))
