"""The shape of a benchmark's texts in every language beside the English one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.scores import MEAN
from tomclip.core.types import Embeddings, Score
from tomclip.evaluation.metrics.shape import (
    CloudShape,
    cloud_shape,
    sample_rows,
    shape_scores_between,
)
from tomclip.evaluation.tasks.benchmark_settings import ENGLISH, BenchmarkSettings
from tomclip.evaluation.tasks.benchmark_texts import LanguageTexts


def benchmark_shape_scores(
    vectors: Mapping[str, Embeddings],
    texts: Mapping[str, LanguageTexts],
    settings: BenchmarkSettings,
) -> list[Score]:
    """Returns the scores of `shape_scores` of every language but English, then their means.

    A language is compared with English on the classes or pictures that both have. Nothing comes
    without a reference.

    Args:
        vectors: of each language's texts, English among them.
        texts: what was embedded, by the same codes.
        settings: of the evaluation.

    Raises:
        InputError: when there are too few texts to measure a shape.
    """
    if not settings.references:
        return []
    clouds = {code: _cloud(vectors[code], texts[code]) for code in texts}
    english: dict[tuple[str, ...], CloudShape] = {}
    found: dict[str, list[Score]] = {}
    for code in settings.languages:
        if code == ENGLISH:
            continue
        theirs, ours = _matched(clouds[code], clouds[ENGLISH])
        try:
            if ours.ids not in english:
                english[ours.ids] = _shape(ours, settings)
            measured = shape_scores_between(
                english[ours.ids], _shape(theirs, settings), language=code, seed=settings.seed
            )
        except InputError as error:
            raise InputError(
                f"the shape of {code!r} against English cannot be measured ({error}); evaluate "
                "without shape (--no-shape)"
            ) from error
        for score in measured:
            found.setdefault(score.name, []).append(score)
    scores = [score for scores in found.values() for score in scores]
    return [*scores, *(_mean(same) for same in found.values())]


def _cloud(vectors: Embeddings, texts: LanguageTexts) -> Embeddings:
    """Returns one vector per class or picture, with the id of that class or picture."""
    cloud = vectors.select(texts.cloud)
    return replace(cloud, ids=cloud.labels)


def _matched(first: Embeddings, second: Embeddings) -> tuple[Embeddings, Embeddings]:
    """Returns the rows that both have, in the order of `first`."""
    row_of = {item: row for row, item in enumerate(second.ids)}
    rows = [row for row, item in enumerate(first.ids) if item in row_of]
    return first.select(rows), second.select([row_of[first.ids[row]] for row in rows])


def _shape(cloud: Embeddings, settings: BenchmarkSettings) -> CloudShape:
    rows = sample_rows(len(cloud), max_points=settings.max_points, seed=settings.seed)
    return cloud_shape(cloud, rows, metric=settings.metric)


def _mean(scores: list[Score]) -> Score:
    return replace(scores[0], value=float(np.mean([s.value for s in scores])), language=MEAN)
