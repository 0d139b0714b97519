"""Which class a picture is taken for instead of its own, and which classes' texts lie near."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.results import ArrayRecord
from tomclip.core.types import Embeddings, Metric
from tomclip.evaluation.language_gap.class_hits import require_classes
from tomclip.evaluation.metrics.ranking import (
    QUERIES_AT_A_TIME,
    TIE_TOLERANCE,
    require_comparable,
)
from tomclip.evaluation.metrics.zero_shot import require_one_text_a_class
from tomclip.evaluation.tasks.protocol import Task
from tomclip.evaluation.vectors import TaskVectors, registered_vectors
from tomclip.geometry import distance_matrix
from tomclip.geometry.distances import vectors_of
from tomclip.topology import first_merge


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Confusions(ArrayRecord):
    """The class that every picture is given in one language.

    Attributes:
        classes: (m,) class ids, in the order of the texts.
        pictures: (n,) ids.
        right: (n,) rows of `classes`: what each picture shows.
        chosen: (n,) rows of `classes`: what it is taken for, the right one where its rank is 1.
    """

    classes: tuple[str, ...]
    pictures: tuple[str, ...]
    right: np.ndarray
    chosen: np.ndarray

    def counted(self) -> pd.DataFrame:
        """Returns the confusions, the most frequent first.

        Returns:
            Columns `class` and `chosen` (ids), `pictures` (of the class that are taken for the
            other), `of` (pictures of the class) and `share` in per cent.
        """
        wrong = self.right != self.chosen
        table = pd.DataFrame({"class": self.right[wrong], "chosen": self.chosen[wrong]})
        table = table.value_counts().rename("pictures").reset_index()
        table = table.sort_values(
            ["pictures", "class", "chosen"], ascending=[False, True, True], ignore_index=True
        )
        table["of"] = np.bincount(self.right, minlength=len(self.classes))[table["class"]]
        table["share"] = 100.0 * table["pictures"] / table["of"]
        names = np.array(self.classes, dtype=object)
        return table.assign(**{side: names[table[side]] for side in ("class", "chosen")})

    def between(self, groups: Mapping[str, str]) -> pd.DataFrame:
        """Returns how many pictures of one group of classes are taken for one of another.

        A picture that is taken for another class of its own group counts for the group itself.

        Args:
            groups: the group of every class id.

        Returns:
            A row for every two groups that have pictures, in the order in which they first come:
            `group`, `chosen` (groups), `pictures`, `of` (pictures of the group) and `share` in per
            cent. Shares of a group sum to 100 over all groups that are chosen.

        Raises:
            InputError: when a class has no group.
        """
        if lost := [one for one in self.classes if one not in groups]:
            raise InputError(f"class {lost[0]!r} is in no group; give the group of every class")
        of_class = np.array([groups[one] for one in self.classes], dtype=object)
        names = list(dict.fromkeys(of_class[[*self.right, *self.chosen]]))
        place = {name: at for at, name in enumerate(names)}
        code = np.array([place.get(name, -1) for name in of_class])
        counts = np.zeros((len(names), len(names)), dtype=int)
        np.add.at(counts, (code[self.right], code[self.chosen]), 1)
        rows = [
            (group, chosen, int(counts[row, column]), int(counts[row].sum()))
            for row, group in enumerate(names)
            for column, chosen in enumerate(names)
        ]
        table = pd.DataFrame(rows, columns=["group", "chosen", "pictures", "of"])
        table = table[table["of"] > 0].reset_index(drop=True)
        return table.assign(share=100.0 * table["pictures"] / table["of"])

    def confused_pairs(self) -> np.ndarray:
        """Returns (m, m) booleans, symmetric: whether a picture of one is taken for the other."""
        found = np.zeros((len(self.classes), len(self.classes)), dtype=bool)
        found[self.right, self.chosen] = True
        np.fill_diagonal(found, False)
        return found | found.T


def confusions(text: Embeddings, image: Embeddings) -> Confusions:
    """Returns what every picture is taken for among the classes of a language.

    A picture is wrong exactly where `zero_shot_ranks` gives its class a rank above 1: a class whose
    cosine ties with the right one's is chosen before it.

    Args:
        text: one row per class, `labels` holding the class ids.
        image: any number of pictures per class, `labels` holding the class ids.

    Raises:
        InputError: as `zero_shot_ranks`.
    """
    require_one_text_a_class(text)
    require_comparable(image, text)
    row_of = {label: row for row, label in enumerate(text.labels)}
    if lost := [label for label in image.labels if label not in row_of]:
        raise InputError(f"class {lost[0]!r} of a picture has no text; add it or leave it out")
    right = np.array([row_of[label] for label in image.labels])
    queries, candidates = _unit_vectors(image, text)
    parts = list(_chosen(queries, candidates, right))
    return Confusions(text.labels, image.ids, right, np.concatenate(parts))


def _unit_vectors(*sides: Embeddings) -> Iterator[np.ndarray]:
    return (unit_rows(vectors_of(side)) for side in sides)


def _chosen(image: np.ndarray, text: np.ndarray, right: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(image), QUERIES_AT_A_TIME):
        block = slice(start, start + QUERIES_AT_A_TIME)
        similarities = image[block] @ text.T
        own = np.arange(len(similarities)), right[block]
        best = similarities[own] - TIE_TOLERANCE
        similarities[own] = -np.inf
        rival = similarities.argmax(axis=1)
        beaten = similarities[own[0], rival] >= best
        yield np.where(beaten, rival, right[block])


def task_confusions(encoder: str, task: Task, language: str) -> Confusions:
    """Returns what every picture of a task is taken for in a language, by encoder name.

    Raises:
        EncoderUnavailable: when the name is unknown or its files are missing.
        InputError: when the task has no classes or no such language.
    """
    vectors = registered_vectors(encoder, require_classes(task))
    return confusions(vectors.texts(language, None), shown_pictures(vectors, task, language))


def class_words(task: Task, language: str) -> dict[str, str]:
    """Returns by class id the text that stands for a class in a language.

    Raises:
        InputError: when the task cannot be asked in that language.
    """
    texts = task.texts(language)
    return {texts.labels[row]: texts.texts[row] for row in texts.rows}


def shown_pictures(vectors: TaskVectors, task: Task, language: str) -> Embeddings:
    """Returns the vectors of the pictures that take part in a language."""
    place_of = {int(row): place for place, row in enumerate(task.items)}
    rows = task.texts(language).pictures
    return vectors.pictures(None).select([place_of[int(row)] for row in rows])


def nearest_classes(text: Embeddings, class_id: str, *, count: int = 8) -> list[tuple[str, float]]:
    """Returns the classes whose texts are most similar to one class's, and their cosines.

    Args:
        text: one row per class, `labels` holding the class ids.
        class_id: a label of `text`.
        count: at most so many, at least 1.

    Raises:
        InputError: when there is no such class, or `count` is below 1.
    """
    if count < 1:
        raise InputError(f"count is {count}; use a whole number from 1")
    row, (vectors,) = _row(text, class_id), _unit_vectors(text)
    similarities = vectors @ vectors[row]
    similarities[row] = -np.inf
    order = np.argsort(-similarities, kind="stable")[: min(count, len(text) - 1)]
    return [(text.labels[place], float(similarities[place])) for place in order]


@dataclass(frozen=True, slots=True)
class ClassMerge:
    """How a class leaves its time alone in the H0 tree: at `length` it joins `partner`.

    `others` are the classes that were connected to the partner by then, `partner` left out.
    """

    class_id: str
    partner: str
    length: float
    metric: Metric
    others: tuple[str, ...]


def class_merge(text: Embeddings, class_id: str, *, metric: Metric = "cosine") -> ClassMerge:
    """Returns the first merge of a class in the H0 tree of a language's texts.

    Args:
        text: one row per class, at least three, `labels` holding the class ids.
        class_id: a label of `text`.
        metric: of the distances.

    Raises:
        InputError: when there is no such class, or there are fewer than three.
    """
    row = _row(text, class_id)
    merge = first_merge(distance_matrix(text, metric=metric), row)
    side = next(place for place in (0, 1) if merge.points[place] != row)
    partner = merge.points[side]
    others = tuple(text.labels[one] for one in merge.components[side] if one != partner)
    return ClassMerge(class_id, text.labels[partner], merge.length, metric, others)


def _row(text: Embeddings, class_id: str) -> int:
    if class_id not in text.labels:
        raise InputError(
            f"class is {class_id!r}, which none of the {len(text)} texts is of; use one of their "
            f"labels, such as {text.labels[0]!r}"
        )
    return text.labels.index(class_id)
