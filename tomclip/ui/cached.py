"""What pages compute, remembered: streamlit's caches over the library's caches on disk.

Every cache names how much it keeps. Keys hold the encoder's fingerprint, so that an encoder whose
files change is computed anew. Results are shared between sessions: read them, never write to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from tomclip.data import EmojiDataset, load_emoji
from tomclip.data.emoji import Subset
from tomclip.encoders import (
    cached_image_embeddings,
    cached_text_embeddings,
    encoder_fingerprint,
    image_encoder_name,
)
from tomclip.types import DistanceMatrix, Embeddings, Metric, PersistenceDiagram
from tomclip.ui.jobs import Job, JobBoard, Report

if TYPE_CHECKING:
    from tomclip.evaluation import EvaluationReport


def dataset() -> EmojiDataset:
    """Returns the embedded data set."""
    return load_emoji()


@st.cache_resource(show_spinner=False)
def board(kind: str) -> JobBoard:
    """Returns the board of one kind of work, "reports" or "maps"; each has its own worker."""
    return JobBoard()


def report_job(encoder: str, subset: Subset, *, shapes: bool = True) -> Job[EvaluationReport]:
    """Returns the evaluation of an encoder on the held-out rendering, begun when it is new.

    Without `shapes` it has accuracies only and is ready much sooner.
    """

    def work(report: Report) -> EvaluationReport:
        report(0.0, "reading the encoder")
        from tomclip.evaluation import REFERENCES, evaluate_emoji

        return evaluate_emoji(
            encoder,
            subset=subset,
            references=REFERENCES if shapes else (),
            on_progress=lambda done, total: report(done / total, f"step {done} of {total}"),
        )

    title = f"{'Shape' if shapes else 'Accuracy'} of {encoder}"
    return board("reports").start((fingerprints(encoder), subset, shapes), title, work)


def fingerprints(encoder: str) -> str:
    """Returns what changes when a file of the encoder, or of its image encoder, changes."""
    return f"{encoder_fingerprint(encoder)} {encoder_fingerprint(image_encoder_name(encoder))}"


def text_vectors(encoder: str, language: str) -> Embeddings:
    """Returns the vectors of every concept's name in one language; labels are the names."""
    return _text_vectors(encoder, encoder_fingerprint(encoder), language)


@st.cache_resource(max_entries=80, show_spinner="Embedding the captions …")
def _text_vectors(encoder: str, fingerprint: str, language: str) -> Embeddings:
    data = dataset()
    ids = tuple(data.concepts["id"])
    return cached_text_embeddings(encoder, data.names[language], language=language, ids=ids)


def picture_vectors(encoder: str, rendering: str) -> Embeddings:
    """Returns the vectors of every concept's picture by the image tower that goes with `encoder`."""
    teacher = image_encoder_name(encoder)
    return _picture_vectors(teacher, encoder_fingerprint(teacher), rendering)


@st.cache_resource(max_entries=10, show_spinner="Embedding the pictures …")
def _picture_vectors(teacher: str, fingerprint: str, rendering: str) -> Embeddings:
    data = dataset()
    ids, names = tuple(data.concepts["id"]), data.names["en"]
    pictures = data.rendering(rendering)
    return cached_image_embeddings(teacher, rendering, pictures, ids=ids, labels=names)


def sampled_rows(subset: Subset, points: int) -> np.ndarray:
    """Returns at most `points` concept rows of a subset, ascending; a seeded sample."""
    from tomclip.evaluation.shape import sample_rows

    rows = dataset().rows(subset)
    return rows[sample_rows(len(rows), max_points=points)]


def distances(
    encoder: str, language: str, *, subset: Subset, metric: Metric, points: int
) -> DistanceMatrix:
    """Returns the distances between the sampled concepts' captions."""
    return _distances(encoder, fingerprints(encoder), language, subset, metric, points)


@st.cache_resource(max_entries=64, show_spinner=False)
def _distances(
    encoder: str, fingerprint: str, language: str, subset: Subset, metric: Metric, points: int
) -> DistanceMatrix:
    from tomclip.geometry import distance_matrix

    cloud = text_vectors(encoder, language).select(sampled_rows(subset, points))
    return distance_matrix(cloud, metric=metric)


def diagrams(
    encoder: str,
    language: str,
    *,
    subset: Subset,
    metric: Metric,
    points: int,
    max_dimension: int = 1,
) -> tuple[PersistenceDiagram, ...]:
    """Returns the Vietoris-Rips diagrams of the sampled concepts' captions."""
    return _diagrams(
        encoder, fingerprints(encoder), language, subset, metric, points, max_dimension
    )


@st.cache_resource(max_entries=160, show_spinner=False)
def _diagrams(
    encoder: str,
    fingerprint: str,
    language: str,
    subset: Subset,
    metric: Metric,
    points: int,
    max_dimension: int,
) -> tuple[PersistenceDiagram, ...]:
    from tomclip.topology import persistence_diagrams

    cloud = distances(encoder, language, subset=subset, metric=metric, points=points)
    return persistence_diagrams(cloud, max_dimension=max_dimension)
