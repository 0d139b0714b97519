"""What is asked of a trained student of a fold: every outcome of a study, without intervals.

A trial is one of many; intervals are those over folds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from tomclip.core.results import ArrayRecord
from tomclip.core.scores import ABOVE_CHANCE, MEAN, TO_TEACHER, hit_name
from tomclip.core.types import Embeddings
from tomclip.evaluation.metrics.ranking import hits, pessimistic_ranks
from tomclip.evaluation.metrics.shape import (
    NEIGHBOURS,
    CloudShape,
    cloud_shape,
    sample_rows,
    shape_scores_between,
)
from tomclip.evaluation.metrics.zero_shot import zero_shot_ranks
from tomclip.evaluation.settings import ENGLISH
from tomclip.evaluation.tasks.emoji import EmojiTask, emoji_task
from tomclip.evaluation.tasks.icons import IconTask, icon_task
from tomclip.evaluation.vectors import pictures_of_items, teacher_english
from tomclip.geometry.alignment import linear_cka_by_chance

EMOJI, ICONS = "emoji", "icons"
KS = (1, 5)
SHAPE_POINTS = 300
SHAPES = ("wasserstein_h0", "wasserstein_h1", "linear_cka", "mutual_knn")
TEXT_RANK = "mean_reciprocal_rank"

Scores = dict[str, dict[str, dict[str, float]]]
"""By data set, score and language, `MEAN` included."""
NamesOf = Callable[[str], np.ndarray]
"""Returns (n, d) vectors of the names of a fold's held-out concepts in a language."""


@dataclass(frozen=True, eq=False, repr=False)
class FoldQuestions(ArrayRecord):
    """What a fold's held-out concepts are asked, with the teacher's answers.

    Attributes:
        emoji: the task; its items are the concepts whose names are asked for.
        icons: the icons of those concepts that icons show.
        pictures: the teacher's vectors of the held-out drawings.
        icon_pictures: those of the icons.
        english: the teacher's vectors of the English names.
        shape: of `english`.
    """

    emoji: EmojiTask
    icons: IconTask
    pictures: Embeddings
    icon_pictures: Embeddings
    english: Embeddings
    shape: CloudShape

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes of the languages that are asked."""
        return self.emoji.languages

    def names(self, language: str) -> list[str]:
        """Returns the names of the held-out concepts."""
        texts = self.emoji.texts(language)
        return [texts.texts[row] for row in texts.rows]


def fold_questions(fold: int, teacher: str) -> FoldQuestions:
    """Returns the questions of a fold; pictures are embedded once and kept in the cache.

    Raises:
        EncoderUnavailable, AssetError, InputError: when teacher or data cannot be read.
    """
    emoji, icons = emoji_task("unseen", fold=fold), icon_task("unseen", fold=fold)
    english = teacher_english(teacher, emoji)
    rows = sample_rows(len(english), max_points=SHAPE_POINTS)
    return FoldQuestions(
        emoji,
        icons,
        pictures_of_items(teacher, emoji),
        pictures_of_items(teacher, icons),
        english,
        cloud_shape(english, rows),
    )


def outcomes(questions: FoldQuestions, names_of: NamesOf) -> Scores:
    """Returns every outcome per language and its mean over the languages.

    `zero_shot_top1`, `zero_shot_top5`, `text_to_image_recall_at_1` in per cent, of the emoji among
    the held-out concepts and of the icons among those that they show; `mean_reciprocal_rank` of the
    teacher's English vector among those of the held-out concepts; the distances of the diagrams
    from the teacher's English, and linear CKA and mutual neighbours above chance.

    Args:
        questions: Of the fold that the student was trained without.
        names_of: The student's vectors.
    """
    found: Scores = {EMOJI: {}, ICONS: {}}
    for language in questions.languages:
        cloud = name_cloud(questions, names_of(language), language)
        for name, value in _of_emoji(questions, cloud).items():
            found[EMOJI].setdefault(name, {})[language] = value
        for name, value in _of_icons(questions, cloud).items():
            found[ICONS].setdefault(name, {})[language] = value
    for scores in found.values():
        for values in scores.values():
            values[MEAN] = float(np.mean(list(values.values())))
    return found


def name_cloud(questions: FoldQuestions, vectors: np.ndarray, language: str) -> Embeddings:
    """Returns a student's vectors (n, d) of the names of a fold's held-out concepts as a cloud."""
    english = questions.english
    return Embeddings(
        vectors=np.asarray(vectors, np.float32),
        ids=english.ids,
        labels=english.labels,
        languages=(language,) * len(english),
        modality="text",
        encoder="student",
        unit_norm=False,
    )


def _of_emoji(questions: FoldQuestions, cloud: Embeddings) -> Mapping[str, float]:
    found = _shares("zero_shot", zero_shot_ranks(cloud, questions.pictures), KS)
    found |= _shares("text_to_image", pessimistic_ranks(cloud, questions.pictures), KS[:1])
    found[TEXT_RANK] = float((1.0 / pessimistic_ranks(cloud, questions.english)).mean())
    return found | _shape(questions, cloud)


def _of_icons(questions: FoldQuestions, cloud: Embeddings) -> Mapping[str, float]:
    labels, place = questions.icons.texts(ENGLISH), {id_: i for i, id_ in enumerate(cloud.ids)}
    shown = cloud.select([place[labels.labels[row]] for row in labels.rows])
    return _shares("zero_shot", zero_shot_ranks(shown, questions.icon_pictures), KS)


def _shares(asked: str, ranks: np.ndarray, ks: tuple[int, ...]) -> dict[str, float]:
    means = hits(ranks, ks).mean(axis=0)
    return {hit_name(asked, k): float(mean) for k, mean in zip(ks, means, strict=True)}


def _shape(questions: FoldQuestions, cloud: Embeddings) -> dict[str, float]:
    shape = cloud_shape(cloud, questions.shape.rows)
    scores = shape_scores_between(
        questions.shape, shape, language=cloud.languages[0], against="teacher", names=SHAPES
    )
    values = {score.name: score.value for score in scores}
    chance = {
        "linear_cka": linear_cka_by_chance(questions.english, cloud),
        "mutual_knn": NEIGHBOURS / (len(cloud) - 1),
    }
    for name, expected in chance.items():
        values[name + TO_TEACHER + ABOVE_CHANCE] = values.pop(name + TO_TEACHER) - expected
    return values
