"""The vectors that a baseline is fitted on: a text encoder's, and the teacher's of the English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.baselines.captions import FittingCaptions
from tomclip.core.progress import OnProgress, begin, part_of
from tomclip.core.reading.numbers import unit_rows
from tomclip.core.results import ArrayRecord
from tomclip.data.captions.emoji import CaptionPairs
from tomclip.encoders import cached_text_embeddings
from tomclip.targets.selection import Selection

ENGLISH = "en"


@dataclass(frozen=True, eq=False, repr=False)
class FittingVectors(ArrayRecord):
    """Unit vectors (float32) of everything in `FittingCaptions`, row by row.

    `candidates` are the teacher's vectors of the different English validation captions, and
    `right[i]` says which of them belongs to validation pair i. The anchor has no rows where none
    was asked for.
    """

    features: np.ndarray
    targets: np.ndarray
    validation: np.ndarray
    candidates: np.ndarray
    right: np.ndarray
    anchor_features: np.ndarray
    anchor_targets: np.ndarray


def fitting_vectors(
    captions: FittingCaptions, source: str, teacher: str, *, on_progress: OnProgress | None = None
) -> FittingVectors:
    """Returns the vectors, through the cache on disk; the teacher's from targets that are named.

    Args:
        captions: What to embed.
        source: Name of the text encoder.
        teacher: Name of the encoder whose English vectors are the targets.
        on_progress: Called while texts are embedded; six equal parts.

    Raises:
        EncoderUnavailable, AssetError: when an encoder cannot be loaded.
        InputError: when stored vectors lack a text.
    """
    parts = [part_of(on_progress, part, 6) for part in range(6)]
    begin(on_progress, "embedding the captions")
    features = pair_vectors(captions.training, source, on_progress=parts[0])
    validation = pair_vectors(captions.validation, source, on_progress=parts[1])
    anchor = _english(captions.anchor, source, parts[2], features.shape[1])
    begin(on_progress, "embedding the English captions with the teacher")
    targets, rows = _of_teacher(captions, captions.training, teacher, parts[3])
    candidates, right = _of_teacher(captions, captions.validation, teacher, parts[4])
    anchor_targets = _anchor_targets(captions, teacher, parts[5], targets.shape[1])
    return FittingVectors(
        features, targets[rows], validation, candidates, right, anchor, anchor_targets
    )


def pair_vectors(
    pairs: CaptionPairs, encoder: str, *, on_progress: OnProgress | None = None
) -> np.ndarray:
    """Returns (n, d) unit vectors of the translated captions, embedded language by language.

    Raises:
        EncoderUnavailable, AssetError, InputError: as `cached_text_embeddings`.
    """
    codes = np.asarray(pairs.languages)
    languages = tuple(dict.fromkeys(pairs.languages))
    found: np.ndarray | None = None
    for place, code in enumerate(languages):
        rows = np.flatnonzero(codes == code)
        vectors = cached_text_embeddings(
            encoder,
            [pairs.translated[row] for row in rows],
            language=code,
            on_progress=part_of(on_progress, place, len(languages)),
        ).vectors
        if found is None:
            found = np.empty((len(codes), vectors.shape[1]), dtype=np.float32)
        found[rows] = vectors
    assert found is not None  # there is no split without a caption
    return found


def language_means(pairs: CaptionPairs, vectors: np.ndarray) -> np.ndarray:
    """Returns (languages, d) float32 means of the vectors, in the order the languages come."""
    codes = np.asarray(pairs.languages)
    means = [
        vectors[codes == code].astype(np.float64).mean(axis=0)
        for code in dict.fromkeys(pairs.languages)
    ]
    return np.asarray(means, dtype=np.float32)


def english_mean(pairs: CaptionPairs, teacher: str) -> np.ndarray:
    """Returns the (d,) float32 mean of the teacher's unit vectors of the English captions."""
    vectors, rows = _different(pairs.english, teacher, None)
    return vectors[rows].astype(np.float64).mean(axis=0).astype(np.float32)


def _of_teacher(
    captions: FittingCaptions, pairs: CaptionPairs, teacher: str, on_progress: OnProgress
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the teacher's vectors of the different English captions, and which is each pair's."""
    if captions.selection is None or captions.selection.targets is None:
        return _different(pairs.english, teacher, on_progress)
    first, which = _first_places(pairs.english)
    return _of_targets(captions.selection, pairs.concepts[first]), which


def _anchor_targets(
    captions: FittingCaptions, teacher: str, on_progress: OnProgress, width: int
) -> np.ndarray:
    selection, rows = captions.selection, captions.anchor_rows
    if rows is None or selection is None or selection.targets is None:
        return _english(captions.anchor, teacher, on_progress, width)
    return _of_targets(selection, rows)


def _of_targets(selection: Selection, rows: np.ndarray) -> np.ndarray:
    assert selection.targets is not None
    return unit_rows(selection.targets.vectors(selection.target_rows(rows)))


def _first_places(texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Returns where each different text comes first, and for every text which of them it is."""
    place: dict[str, int] = {}
    which = np.fromiter((place.setdefault(text, len(place)) for text in texts), dtype=np.int64)
    _, first = np.unique(which, return_index=True)
    return first, which


def _different(
    texts: tuple[str, ...], encoder: str, on_progress: OnProgress | None
) -> tuple[np.ndarray, np.ndarray]:
    """Returns the vectors of the different texts, and for every text which of them is its."""
    first, which = _first_places(texts)
    different = [texts[row] for row in first]
    found = cached_text_embeddings(encoder, different, language=ENGLISH, on_progress=on_progress)
    return found.vectors, which


def _english(
    texts: tuple[str, ...], encoder: str, on_progress: OnProgress, width: int
) -> np.ndarray:
    if not texts:
        return np.empty((0, width), dtype=np.float32)
    found = cached_text_embeddings(encoder, texts, language=ENGLISH, on_progress=on_progress)
    return found.vectors
