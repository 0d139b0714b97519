"""A student's linear layer at the ridge solution: the closed-form beginning of its training."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from tomclip.core.errors import ConfigError, InputError
from tomclip.core.progress import OnProgress
from tomclip.encoders.student.frozen import FrozenStates
from tomclip.encoders.student.model import StudentModel
from tomclip.geometry.ridge import LinearMap, StrengthChoice, choose_strength
from tomclip.training.data.frozen_pairs import lone_tokens, pairs_of, pooled_features, token_rows
from tomclip.training.data.loading import TrainingData
from tomclip.training.data.mixing import MixedData
from tomclip.training.data.prefetch import PairData
from tomclip.training.validation import true_ranks

MOST_FITTED = 100_000
"""Of more pairs, and of more captions without one, so many evenly spaced ones are fitted: the map
has few parameters beside them."""


@dataclass(frozen=True, slots=True)
class RidgeStart:
    """What was chosen: the strength, and the validation's mean reciprocal rank that it gave."""

    strength: float
    mean_reciprocal_rank: float


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """The texts that the map is fitted on, with the teacher's vectors and weights."""

    tokens: list[list[int]]
    targets: np.ndarray
    weights: np.ndarray


def start_at_ridge(
    model: StudentModel,
    data: PairData,
    validation: TrainingData,
    *,
    bf16: bool,
    anchor_weight: float = 1.0,
    on_progress: OnProgress | None = None,
) -> RidgeStart:
    """Sets the head to the ridge map from pooled features to the teacher's vectors.

    Of the strengths that are tried, the one counts whose map puts the validation captions best, by
    the criterion that also chooses checkpoints.

    Args:
        model: The student; its backbone has its first weights.
        data: Pairs that are trained on, and the English anchor that has joined them, if any.
        validation: Captions that choose the strength.
        bf16: Compute features under bfloat16 autocast.
        anchor_weight: What the anchor's captions together count beside all pairs.
        on_progress: Called while features are computed that no run has computed before.

    Raises:
        ConfigError: when there are fewer than 2 pairs, or a vector is not finite.
        RunError: when the features cannot be kept on disk.
    """
    features = FrozenStates(model, depth=model.steps.pooled, bf16=bf16)
    fitted = _fitted(data, anchor_weight)
    features.prepare(fitted.tokens, on_progress=on_progress)
    features.prepare(validation.tokens)
    choice = _chosen(features, fitted, validation)
    _set_head(model.head, choice.map)
    return RidgeStart(choice.strength, dict(choice.scores)[choice.strength])


def _fitted(data: PairData, anchor_weight: float) -> _Fitted:
    pairs = pairs_of(data)
    rows = _spread_rows(len(pairs.english))
    tokens, targets = token_rows(pairs, rows), pairs.batch(rows, part=slice(0, 1))[2].numpy()
    weights = np.full(len(rows), 1.0 / len(rows))
    anchor = data.anchor if isinstance(data, MixedData) else None
    if not isinstance(data, MixedData) or anchor is None or anchor.targets is None:
        return _Fitted(tokens, targets, weights)
    assert anchor.target_rows is not None
    chosen = _spread_rows(len(anchor.texts))
    vectors = anchor.targets.vectors(anchor.target_rows[chosen])
    shares = np.full(len(vectors), anchor_weight / len(vectors))
    return _Fitted(
        [*tokens, *lone_tokens(data, anchor, chosen)],
        np.concatenate([targets, vectors]),
        np.concatenate([weights, shares]),
    )


def _chosen(features: FrozenStates, fitted: _Fitted, validation: TrainingData) -> StrengthChoice:
    def reciprocal_rank(images: np.ndarray, _: np.ndarray) -> float:
        ranks = true_ranks(torch.from_numpy(images), validation.targets, validation.target_rows)
        return float((1.0 / ranks).mean())

    try:
        return choose_strength(
            pooled_features(features, fitted.tokens),
            fitted.targets,
            pooled_features(features, validation.tokens),
            validation.targets.numpy()[validation.target_rows],
            weights=fitted.weights,
            score=reciprocal_rank,
        )
    except InputError as error:
        raise ConfigError(f"student.head is 'ridge', but {error}") from error


def _set_head(head: torch.nn.Linear, found: LinearMap) -> None:
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(found.weight.T.copy()))
        head.bias.copy_(torch.from_numpy(found.bias.copy()))


def _spread_rows(n: int) -> np.ndarray:
    return np.unique(np.linspace(0, n - 1, min(n, MOST_FITTED)).round().astype(np.int64))
