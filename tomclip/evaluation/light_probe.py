"""A light probe: what a fixed sample of unseen concepts says of a student in a tenth of a second.

All names of the sample are embedded in one go. Everything else of the sample is prepared once: its
pictures' vectors, the teacher's English vectors and their H0 diagram.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from tomclip.core.sampled_scores import SAMPLE
from tomclip.core.scores import score_kind
from tomclip.core.types import Embeddings, PersistenceDiagram, Score
from tomclip.encoders import TextEncoder
from tomclip.evaluation.metrics.means import mean_scores
from tomclip.evaluation.metrics.ranking import pessimistic_ranks
from tomclip.evaluation.metrics.shape import sample_rows
from tomclip.evaluation.tasks.protocol import Task
from tomclip.topology import h0_diagram, wasserstein_distance


@dataclass(frozen=True, slots=True)
class _Reference:
    """What a sample is compared with, (n, d) each with the concepts' ids as labels."""

    pictures: Embeddings
    english: Embeddings
    diagram: PersistenceDiagram


class SampledProbe:
    """Measures a student on at most 100 concepts of a task, the same ones every time.

    Args:
        task: gives the task, when it is first needed; one picture and one text per item.
        languages: codes, in the order of the scores.
        pictures: the teacher's vectors of the items' pictures.
        english: the teacher's vectors of the items' English texts.

    The methods raise what these raise.
    """

    def __init__(
        self,
        task: Callable[[], Task],
        languages: Callable[[], Sequence[str]],
        pictures: Callable[[], Embeddings],
        english: Callable[[], Embeddings],
    ) -> None:
        self._task, self._languages = task, languages
        self._pictures, self._english = pictures, english

    @cached_property
    def _rows(self) -> np.ndarray:
        """Places of the sample among the items of the task."""
        return sample_rows(len(self._task().items), max_points=SAMPLE)

    @cached_property
    def _texts(self) -> tuple[list[str], list[str]]:
        """The sample's texts of every language in turn, and their labels."""
        texts, labels = [], []
        for code in self._languages():
            asked = self._task().texts(code)
            rows = asked.rows[self._rows]
            texts += [asked.texts[row] for row in rows]
            labels += [asked.labels[row] for row in rows]
        return texts, labels

    def measured(self, student: TextEncoder) -> tuple[Score, ...]:
        """Returns the scores of `scores_of` for a student, whose names are embedded for it."""
        texts, labels = self._texts
        vectors, n = student.embed_texts(texts, labels=labels), len(self._rows)
        clouds = {
            code: vectors.select(range(place * n, (place + 1) * n))
            for place, code in enumerate(self._languages())
        }
        return _scores(clouds, self._reference)

    def scores_of(self, clouds: Mapping[str, Embeddings]) -> tuple[Score, ...]:
        """Returns the scores of the sample per language and their means.

        `sampled_zero_shot_top1` is the share of pictures whose own name is the nearest of the
        sample's, in per cent. `sampled_text_rank` is the mean of 1 / rank of the teacher's English
        vector of a name among those of the sample. `sampled_wasserstein_h0` is the exact distance
        between the H0 diagrams of the sample and of the teacher's English, in cosine distance.

        Args:
            clouds: each language's vectors of all items of the task.
        """
        picked = {code: cloud.select(self._rows) for code, cloud in clouds.items()}
        return _scores(picked, self._reference)

    @cached_property
    def _reference(self) -> _Reference:
        english = self._english().select(self._rows)
        diagram = h0_diagram(english.vectors, metric="cosine")
        return _Reference(self._pictures().select(self._rows), english, diagram)


def _scores(clouds: Mapping[str, Embeddings], reference: _Reference) -> tuple[Score, ...]:
    found = [score for code, cloud in clouds.items() for score in _of_one(code, cloud, reference)]
    return (*found, *mean_scores(found))


def _of_one(code: str, cloud: Embeddings, reference: _Reference) -> tuple[Score, ...]:
    named = pessimistic_ranks(reference.pictures, cloud)
    translated = pessimistic_ranks(cloud, reference.english)
    diagram = h0_diagram(cloud.vectors, metric="cosine")
    values = {
        "sampled_zero_shot_top1": 100.0 * float((named == 1).mean()),
        "sampled_text_rank": float((1.0 / translated).mean()),
        "sampled_wasserstein_h0": wasserstein_distance(diagram, reference.diagram),
    }
    return tuple(
        score_kind(name).score(value, language=code, n=len(cloud)) for name, value in values.items()
    )
