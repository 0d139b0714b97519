"""What pages compute, remembered: streamlit's caches over the library's caches on disk.

Every cache names how much it keeps. Keys hold the encoder's fingerprint, so that an encoder whose
files change is computed anew. Results are shared between sessions: read them, never write to them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
import streamlit as st

from tomclip.core.types import DistanceMatrix, Metric, PersistenceDiagram
from tomclip.data import language as known_language
from tomclip.data.emoji import Subset
from tomclip.encoders import encoder_fingerprint, image_encoder_or_itself
from tomclip.ui.computing.boards import board
from tomclip.ui.computing.chosen_data import data_key, data_name, dataset
from tomclip.ui.computing.jobs import Job, Report, counted
from tomclip.ui.computing.shown_data import DataKey, ShownData
from tomclip.ui.computing.shown_makers import EMOJI
from tomclip.ui.computing.vectors import (
    picture_vectors,
    picture_vectors_job,
    pictures_of,
    text_vectors,
    text_vectors_job,
    texts_of,
)
from tomclip.ui.known_encoders.offered_encoders import listed_encoders

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.evaluation import EvaluationReport
    from tomclip.topology import Landmarks

Diagrams = tuple[PersistenceDiagram, ...]
Sampling = Literal["random", "landmarks"]
__all__ = [
    "EMOJI",
    "CloudChoice",
    "DataKey",
    "Diagrams",
    "Sampling",
    "ShownData",
    "board",
    "comparison",
    "data_key",
    "data_name",
    "dataset",
    "diagram_jobs",
    "diagram_matrix_job",
    "distances",
    "encoder_title",
    "fingerprints",
    "picture_vectors",
    "picture_vectors_job",
    "pictures_of",
    "report_job",
    "sampled_rows",
    "text_vectors",
    "text_vectors_job",
    "texts_of",
]


def report_job(
    encoder: str, subset: Subset, *, shapes: bool = True, data: DataKey | None = None
) -> Job[EvaluationReport]:
    """Returns the evaluation of an encoder on a data set, the page's by default, begun when new.

    Pictures are those of the held-out rendering. Without `shapes` it has accuracies only and is
    ready much sooner. The job fails where the data set has too little to ask an encoder anything.
    """
    shown = dataset(data)

    def work(report: Report) -> EvaluationReport:
        report(0.0, "reading the encoder")
        from tomclip.evaluation import evaluate

        return evaluate(
            encoder,
            shown.task_of(subset),
            references=None if shapes else (),
            on_progress=counted(report),
        )

    title = f"{'Shape' if shapes else 'Accuracy'} of {encoder_title(encoder)}"
    key = (fingerprints(encoder), shown.key, subset, shapes)
    return board("reports").start(key, title, work)


def encoder_title(encoder: str) -> str:
    """Returns the shown title of an encoder."""
    return next((one.title for one in listed_encoders() if one.name == encoder), encoder)


def comparison(baseline: EvaluationReport, other: EvaluationReport) -> pd.DataFrame:
    """Returns the paired differences of two reports."""
    names = (baseline.encoder, other.encoder)
    key = tuple((name, fingerprints(name)) for name in names)
    about = (data_key(), baseline.subset, len(baseline.scores))
    return _comparison(key, about, baseline, other)


@st.cache_resource(max_entries=32, show_spinner=False)
def _comparison(
    key: tuple[tuple[str, str], ...],
    about: tuple[DataKey, str, int],
    _baseline: EvaluationReport,
    _other: EvaluationReport,
) -> pd.DataFrame:
    from tomclip.evaluation import compare_reports

    return compare_reports(_baseline, [_other])


def fingerprints(encoder: str) -> str:
    """Returns what changes when a file of the encoder, or of its image encoder, changes."""
    return " ".join(encoder_fingerprint(one) for one in (encoder, image_encoder_or_itself(encoder)))


def sampled_rows(subset: Subset, max_points: int, data: DataKey | None = None) -> np.ndarray:
    """Returns at most `max_points` rows of a subset, ascending; a seeded sample."""
    return _sample(dataset(data).rows(subset), max_points)


def _sample(rows: np.ndarray, max_points: int) -> np.ndarray:
    from tomclip.evaluation.metrics.shape import sample_rows

    return rows[sample_rows(len(rows), max_points=max_points)]


@dataclass(frozen=True)
class CloudChoice:
    """Which items a diagram is computed on, and with which metric.

    `data` is the page's. `languages` are those in which every item must have a text; see `over`.
    """

    encoder: str
    subset: Subset = "unseen"
    metric: Metric = "cosine"
    max_points: int = 300
    sampling: Sampling = "random"
    data: DataKey = field(default_factory=data_key)
    languages: tuple[str, ...] = ()

    def over(self, codes: Iterable[str]) -> CloudChoice:
        """Returns the choice on items that have a text in each language, the reference for one.

        Raises:
            InputError: when fewer than 3 items have.
        """
        shown = dataset(self.data)
        asked = dict.fromkeys((shown.reference, *codes))
        languages = tuple(code for code in asked if shown.has_holes(code))
        shown.together(shown.rows(self.subset), languages)
        return replace(self, languages=languages)

    @property
    def candidates(self) -> np.ndarray:
        """Rows of the items that the sample is taken from."""
        shown = dataset(self.data)
        return shown.described(shown.rows(self.subset), self.languages)

    @property
    def rows(self) -> np.ndarray:
        """Rows of the sample, ascending."""
        if self.sampling == "random":
            return _sample(self.candidates, self.max_points)
        return self.candidates[np.sort(self._landmarks.rows)]

    @property
    def covering_radius(self) -> float:
        """How far, in English, an item of the subset is from the nearest landmark at most.

        0 for a random sample, and where every item was taken. Without English in the data set, its
        first language stands in for it.
        """
        return 0.0 if self.sampling == "random" else self._landmarks.covering_radius

    @property
    def _landmarks(self) -> Landmarks:
        return _landmarks(self, encoder_fingerprint(self.encoder))


@st.cache_resource(max_entries=20, show_spinner=False)
def _landmarks(choice: CloudChoice, fingerprint: str) -> Landmarks:
    from tomclip.topology import maxmin_landmarks

    rows, reference = choice.candidates, dataset(choice.data).reference
    cloud = texts_of(choice.encoder, reference, rows, choice.data)
    return maxmin_landmarks(cloud, min(choice.max_points, len(rows)), metric=choice.metric)


def distances(choice: CloudChoice, language: str) -> DistanceMatrix:
    """Returns the distances between the sampled items' texts."""
    return _distances(choice, encoder_fingerprint(choice.encoder), language)


@st.cache_resource(max_entries=40, show_spinner=False)
def _distances(choice: CloudChoice, fingerprint: str, language: str) -> DistanceMatrix:
    from tomclip.geometry import distance_matrix

    cloud = texts_of(choice.encoder, language, choice.rows, choice.data)
    return distance_matrix(cloud, metric=choice.metric)


def diagram_jobs(
    choice: CloudChoice, languages: Sequence[str], *, max_dimension: int = 1
) -> dict[str, Job[Diagrams]]:
    """Returns, by language, the Vietoris-Rips diagrams of the sampled items' texts."""
    return {code: _diagram_job(choice, code, max_dimension) for code in languages}


def _diagram_job(choice: CloudChoice, language: str, max_dimension: int) -> Job[Diagrams]:
    cloud = distances(choice, language)

    def work(report: Report) -> Diagrams:
        report(0.0, "computing")
        from tomclip.topology import persistence_diagrams

        return persistence_diagrams(cloud, max_dimension=max_dimension)

    key = (choice, encoder_fingerprint(choice.encoder), language, max_dimension)
    return board("diagrams").start(key, f"Diagrams, {known_language(language).name}", work)


def diagram_matrix_job(
    diagrams: Sequence[PersistenceDiagram], distance: str, key: Hashable
) -> Job[np.ndarray]:
    """Returns the (m, m) distances between diagrams of one dimension; `key` names their cloud."""

    def work(report: Report) -> np.ndarray:
        from tomclip.topology import diagram_distance_matrix

        return diagram_distance_matrix(
            diagrams, distance=distance, processes=None, on_progress=counted(report, "pairs")
        )

    dimension = diagrams[0].homology_dimension
    title = f"{distance.replace('_', ' ').capitalize()} distances, H{dimension}"
    return board("diagrams").start((key, distance, dimension), title, work)
