"""What pages compute, remembered: streamlit's caches over the library's caches on disk.

Every cache names how much it keeps. Keys hold the encoder's fingerprint, so that an encoder whose
files change is computed anew. Results are shared between sessions: read them, never write to them.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import streamlit as st

from tomclip.core.types import DistanceMatrix, Embeddings, Metric, PersistenceDiagram
from tomclip.data import EmojiDataset, load_emoji
from tomclip.data import language as known_language
from tomclip.data.emoji import Subset
from tomclip.encoders import (
    cached_image_embeddings,
    cached_text_embeddings,
    encoder_fingerprint,
    image_encoder_name,
    image_encoder_or_itself,
)
from tomclip.ui.computing.jobs import Job, JobBoard, Report, counted
from tomclip.ui.parts.offered_encoders import listed_encoders

if TYPE_CHECKING:
    import pandas as pd

    from tomclip.evaluation import EvaluationReport
    from tomclip.topology import Landmarks

Diagrams = tuple[PersistenceDiagram, ...]
Sampling = Literal["random", "landmarks"]
KEPT = {"diagrams": 200, "queries": 300, "studies": 2, "imports": 16, "report files": 6}
"""Outcomes a board keeps, where it is not 64; a language's vectors take 2.4 MB, a report 5 MB."""


def dataset() -> EmojiDataset:
    """Returns the embedded data set."""
    return load_emoji()


@st.cache_resource(show_spinner=False)
def board(kind: str) -> JobBoard:
    """Returns the board of one kind of work, such as "maps"; each board has one worker."""
    return JobBoard(keep=KEPT.get(kind, 64))


def report_job(encoder: str, subset: Subset, *, shapes: bool = True) -> Job[EvaluationReport]:
    """Returns the evaluation of an encoder on the held-out rendering, begun when it is new.

    Without `shapes` it has accuracies only and is ready much sooner.
    """

    def work(report: Report) -> EvaluationReport:
        report(0.0, "reading the encoder")
        from tomclip.evaluation import emoji_task, evaluate

        return evaluate(
            encoder,
            emoji_task(subset),
            references=None if shapes else (),
            on_progress=counted(report),
        )

    title = f"{'Shape' if shapes else 'Accuracy'} of {encoder_title(encoder)}"
    return board("reports").start((fingerprints(encoder), subset, shapes), title, work)


def encoder_title(encoder: str) -> str:
    """Returns the shown title of an encoder."""
    return next((one.title for one in listed_encoders() if one.name == encoder), encoder)


def comparison(baseline: EvaluationReport, other: EvaluationReport) -> pd.DataFrame:
    """Returns the paired differences of two reports."""
    names = (baseline.encoder, other.encoder)
    key = tuple((name, fingerprints(name)) for name in names)
    return _comparison(key, baseline.subset, len(baseline.scores), baseline, other)


@st.cache_resource(max_entries=32, show_spinner=False)
def _comparison(
    key: tuple[tuple[str, str], ...],
    subset: str,
    scores: int,
    _baseline: EvaluationReport,
    _other: EvaluationReport,
) -> pd.DataFrame:
    from tomclip.evaluation import compare_reports

    return compare_reports(_baseline, [_other])


def fingerprints(encoder: str) -> str:
    """Returns what changes when a file of the encoder, or of its image encoder, changes."""
    return " ".join(encoder_fingerprint(one) for one in (encoder, image_encoder_or_itself(encoder)))


def text_vectors_job(encoder: str, language: str) -> Job[Embeddings]:
    """Returns the vectors of every concept's name in one language; labels are the names."""
    data = dataset()
    ids, names = tuple(data.concepts["id"]), data.names[language]

    def work(report: Report) -> Embeddings:
        report(0.0, "loading the encoder")
        return cached_text_embeddings(
            encoder, names, language=language, ids=ids, on_progress=counted(report, "names")
        )

    title = f"Captions, {known_language(language).name}"
    return board("vectors").start((encoder, encoder_fingerprint(encoder), language), title, work)


def picture_vectors_job(encoder: str, rendering: str) -> Job[Embeddings]:
    """Returns the vectors of every concept's picture by the image encoder of `encoder`."""
    data, teacher = dataset(), image_encoder_name(encoder)
    ids, names = tuple(data.concepts["id"]), data.names["en"]

    def work(report: Report) -> Embeddings:
        report(0.0, "loading the encoder")
        return cached_image_embeddings(
            teacher,
            rendering,
            data.rendering(rendering),
            ids=ids,
            labels=names,
            on_progress=counted(report, "pictures"),
        )

    key = (teacher, encoder_fingerprint(teacher), "pictures", rendering)
    return board("vectors").start(key, f"Pictures, {rendering}", work)


def text_vectors(encoder: str, language: str) -> Embeddings:
    """Returns the result of `text_vectors_job`, waiting for it where a page did not."""
    return text_vectors_job(encoder, language).future.result()


def picture_vectors(encoder: str, rendering: str) -> Embeddings:
    """Returns the result of `picture_vectors_job`, waiting for it where a page did not."""
    return picture_vectors_job(encoder, rendering).future.result()


def sampled_rows(subset: Subset, max_points: int) -> np.ndarray:
    """Returns at most `max_points` concept rows of a subset, ascending; a seeded sample."""
    from tomclip.evaluation.metrics.shape import sample_rows

    rows = dataset().rows(subset)
    return rows[sample_rows(len(rows), max_points=max_points)]


@dataclass(frozen=True)
class CloudChoice:
    """Which concepts a diagram is computed on, and with which metric."""

    encoder: str
    subset: Subset = "unseen"
    metric: Metric = "cosine"
    max_points: int = 300
    sampling: Sampling = "random"

    @property
    def rows(self) -> np.ndarray:
        """Concept rows of the sample, ascending."""
        if self.sampling == "random":
            return sampled_rows(self.subset, self.max_points)
        return dataset().rows(self.subset)[np.sort(self._landmarks.rows)]

    @property
    def covering_radius(self) -> float:
        """How far, in English, a concept of the subset is from the nearest landmark at most.

        0 for a random sample, and where every concept was taken.
        """
        return 0.0 if self.sampling == "random" else self._landmarks.covering_radius

    @property
    def _landmarks(self) -> Landmarks:
        return _landmarks(self, encoder_fingerprint(self.encoder))


@st.cache_resource(max_entries=20, show_spinner=False)
def _landmarks(choice: CloudChoice, fingerprint: str) -> Landmarks:
    from tomclip.topology import maxmin_landmarks

    rows = dataset().rows(choice.subset)
    english = text_vectors(choice.encoder, "en").select(rows)
    return maxmin_landmarks(english, min(choice.max_points, len(rows)), metric=choice.metric)


def distances(choice: CloudChoice, language: str) -> DistanceMatrix:
    """Returns the distances between the sampled concepts' captions."""
    return _distances(choice, encoder_fingerprint(choice.encoder), language)


@st.cache_resource(max_entries=40, show_spinner=False)
def _distances(choice: CloudChoice, fingerprint: str, language: str) -> DistanceMatrix:
    from tomclip.geometry import distance_matrix

    cloud = text_vectors(choice.encoder, language).select(choice.rows)
    return distance_matrix(cloud, metric=choice.metric)


def diagram_jobs(
    choice: CloudChoice, languages: Sequence[str], *, max_dimension: int = 1
) -> dict[str, Job[Diagrams]]:
    """Returns, by language, the Vietoris-Rips diagrams of the sampled concepts' captions."""
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
