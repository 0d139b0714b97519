"""Which strength, and which weight of the English anchor: chosen on the validation captions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from tomclip.baselines.vectors import FittingVectors
from tomclip.core.progress import OnProgress
from tomclip.core.reading.numbers import unit_rows
from tomclip.geometry import LinearMap, choose_strength, fit_procrustes
from tomclip.geometry.ridge import STRENGTHS

ANCHOR_WEIGHTS = (0.1, 0.25, 0.5, 0.75, 0.9)
_ROWS = 2048


@dataclass(frozen=True, slots=True)
class Choice:
    """A fitted map, what was chosen for it, and its mean reciprocal rank on validation captions."""

    map: LinearMap
    strength: float | None
    anchor_weight: float | None
    score: float


def chosen_ridge(
    vectors: FittingVectors,
    *,
    strength: float | None = None,
    anchor_weight: float | None = None,
    on_progress: OnProgress | None = None,
) -> Choice:
    """Returns the best ridge map; a strength or weight that is given is not chosen.

    Args:
        vectors: To fit and to choose on.
        strength: As `fit_ridge`; None tries `STRENGTHS`.
        anchor_weight: The anchor's share of the weights, above 0 and below 1; None tries
            `ANCHOR_WEIGHTS`, where there is an anchor.
        on_progress: Called with (anchor weights done, anchor weights in all).

    Raises:
        InputError: as `fit_ridge`.
    """
    strengths = STRENGTHS if strength is None else (strength,)

    def fitted(weight: float | None) -> Choice:
        found = choose_strength(
            *_together(vectors),
            vectors.validation,
            vectors.candidates[vectors.right],
            strengths=strengths,
            weights=_weights(vectors, weight),
            score=lambda images, _: mean_reciprocal_rank(images, vectors.candidates, vectors.right),
        )
        return Choice(found.map, found.strength, weight, dict(found.scores)[found.strength])

    return _best([fitted(one) for one in _counted(_offered(vectors, anchor_weight), on_progress)])


def chosen_procrustes(
    vectors: FittingVectors,
    *,
    anchor_weight: float | None = None,
    on_progress: OnProgress | None = None,
) -> Choice:
    """Returns the Procrustes map, with the best weight of the anchor where there is one.

    Raises:
        InputError: as `fit_procrustes`.
    """

    def fitted(weight: float | None) -> Choice:
        found = fit_procrustes(*_together(vectors), weights=_weights(vectors, weight))
        images = found(vectors.validation)
        return Choice(
            found, None, weight, mean_reciprocal_rank(images, vectors.candidates, vectors.right)
        )

    return _best([fitted(one) for one in _counted(_offered(vectors, anchor_weight), on_progress)])


def mean_reciprocal_rank(images: np.ndarray, candidates: np.ndarray, right: np.ndarray) -> float:
    """Returns the mean of 1 / rank of the right candidate by cosine, in (0, 1].

    The criterion by which training chooses its best checkpoint; ties count against.

    Args:
        images: (n, d) vectors that ask.
        candidates: (m, d) vectors that are ranked for each.
        right: (n,) row of the right candidate.
    """
    asked = unit_rows(images.astype(np.float32, copy=False), allow_zero=True)
    offered = unit_rows(candidates.astype(np.float32, copy=False), allow_zero=True)
    total = 0.0
    for start in range(0, len(asked), _ROWS):
        similarity = asked[start : start + _ROWS] @ offered.T
        total += float(reciprocal_ranks(similarity, right[start : start + _ROWS]).sum())
    return total / len(asked)


def reciprocal_ranks(similarity: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Returns (n,) 1 / rank of the right candidate of each row, in (0, 1]; ties count against.

    Args:
        similarity: (n, m) of each row to each candidate.
        right: (n,) column of the right one.
    """
    own = similarity[np.arange(len(similarity)), right]
    return 1.0 / (similarity >= own[:, None]).sum(axis=1)


def _together(vectors: FittingVectors) -> tuple[np.ndarray, np.ndarray]:
    if not len(vectors.anchor_features):
        return vectors.features, vectors.targets
    return (
        np.concatenate([vectors.features, vectors.anchor_features]),
        np.concatenate([vectors.targets, vectors.anchor_targets]),
    )


def _weights(vectors: FittingVectors, anchor_weight: float | None) -> np.ndarray | None:
    """Returns one weight per row: the pairs' sum to 1 - `anchor_weight`, the anchor's to it."""
    if anchor_weight is None:
        return None
    pairs, anchor = len(vectors.features), len(vectors.anchor_features)
    return np.concatenate(
        [np.full(pairs, (1 - anchor_weight) / pairs), np.full(anchor, anchor_weight / anchor)]
    )


def _offered(vectors: FittingVectors, given: float | None) -> Sequence[float | None]:
    if not len(vectors.anchor_features):
        return (None,)
    return ANCHOR_WEIGHTS if given is None else (given,)


def _counted(
    weights: Sequence[float | None], on_progress: OnProgress | None
) -> Iterator[float | None]:
    """Yields the weights, and says how many are done when the next one is asked for."""
    for place, weight in enumerate(weights):
        yield weight
        if on_progress is not None:
            on_progress(place + 1, len(weights))


def _best(found: Sequence[Choice]) -> Choice:
    """Returns the choice of the highest score, of equal ones the first."""
    return max(found, key=lambda one: one.score)
