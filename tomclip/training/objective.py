"""The objective on a batch of pairs that captions without a pair may have joined."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from tomclip.config import LossConfig
from tomclip.core.results import ArrayRecord
from tomclip.core.types import LossTerms
from tomclip.losses import RECIPES, alignment_loss
from tomclip.training.gradient_weights import weighted_by_gradient

Terms = LossTerms[torch.Tensor]
Rows = np.ndarray
SETTINGS = {
    "pointwise": "pointwise_weight",
    "distance_matrix": "distance_matrix_weight",
    "topological_h0": "h0_weight",
    "topological_h1": "h1_weight",
}
"""By a term's name, that of its weight in the configuration."""
_DIAGRAMS = ("topological_h0", "topological_h1")
_STRUCTURAL = ("distance_matrix", *_DIAGRAMS)


@dataclass(frozen=True, eq=False, repr=False)
class BatchRows(ArrayRecord):
    """What the rows of a batch are: first the pairs, then English captions, then unpaired ones.

    Pairs and English captions have a teacher's vector, in the same order; unpaired ones have none.
    The point-wise loss of the English captions counts `anchor_weight` times beside that of the
    pairs. With `structure` the English captions are points of the structural terms' clouds.
    `landmarks` (k, dimension) are fixed vectors that the recipe "landmarks" compares rows with.
    """

    pairs: int
    anchor: int = 0
    unpaired: int = 0
    anchor_weight: float = 1.0
    structure: bool = False
    landmarks: torch.Tensor | None = None

    @property
    def total(self) -> int:
        """Texts in a batch."""
        return self.pairs + self.anchor + self.unpaired

    @property
    def cloud(self) -> Rows:
        """The rows with a teacher's vector that are points of the structural terms' clouds."""
        return evenly_mixed([self._pairs, self._anchor if self.structure else self._anchor[:0]])

    @property
    def diagram(self) -> Rows:
        """The student's rows whose diagrams are compared with those of the teacher's `cloud`.

        So is what stands in the place of the distance matrix, where the recipe pairs no rows there.
        """
        anchor = self._anchor if self.structure else self._anchor[:0]
        unpaired = np.arange(self.pairs + self.anchor, self.total)
        return evenly_mixed([self._pairs, anchor, unpaired])

    @property
    def _pairs(self) -> Rows:
        return np.arange(self.pairs)

    @property
    def _anchor(self) -> Rows:
        return np.arange(self.pairs, self.pairs + self.anchor)


def evenly_mixed(groups: Sequence[Rows]) -> Rows:
    """Returns all rows so that every stretch of them holds each group in its share.

    Vietoris-Rips H1 looks at the first rows of a cloud alone.
    """
    places = [(np.arange(len(rows)) + 0.5) / len(rows) for rows in groups if len(rows)]
    return np.concatenate(groups)[np.argsort(np.concatenate(places), kind="stable")]


def batch_terms(
    vectors: torch.Tensor, targets: torch.Tensor, config: LossConfig, rows: BatchRows | None = None
) -> Terms:
    """Returns the objective's terms on a batch.

    Args:
        vectors: The student's, (rows.total, dimension) in float32, or those of several runs,
            (runs, rows.total, dimension).
        targets: The teacher's of pairs and English captions, (rows.pairs + rows.anchor, dimension),
            for all runs, or (runs, ...).
        config: Recipe, distance and weights, and what the weights count in.
        rows: What the batch's rows are; None: pairs alone.

    Returns:
        `pointwise` is that of the pairs plus `anchor_weight` times that of the English captions,
        which stands in `pointwise_anchor` by itself. Scalars, or (runs,).

    Raises:
        InputError: as `alignment_loss`, and as `weighted_by_gradient`.
    """
    weights = {term: getattr(config, setting) for term, setting in SETTINGS.items()}
    terms = _weighted_by_loss(vectors, targets, config, weights, rows)
    if config.weights_in == "loss":
        return terms
    return weighted_by_gradient(terms, vectors, weights)


def _weighted_by_loss(
    vectors: torch.Tensor,
    targets: torch.Tensor,
    config: LossConfig,
    weights: dict[str, float],
    rows: BatchRows | None,
) -> Terms:
    landmarks = None if rows is None else rows.landmarks
    if rows is None or rows.anchor + rows.unpaired == 0:
        return _terms(vectors, targets, config, weights, landmarks)
    cloud, diagram = rows.cloud, rows.diagram
    unpaired = _DIAGRAMS if RECIPES[config.recipe].paired else _STRUCTURAL
    joined = unpaired if len(diagram) > len(cloud) else ()
    found: dict[str, torch.Tensor] = {}
    totals: list[torch.Tensor] = []
    for names, of_student, of_teacher in (
        (("pointwise",), np.arange(rows.pairs), np.arange(rows.pairs)),
        (tuple(name for name in _STRUCTURAL if name not in joined), cloud, cloud),
        (joined, diagram, cloud),
    ):
        chosen = {name: weights[name] for name in names if weights[name]}
        if chosen:
            sides = _chosen(vectors, of_student), _chosen(targets, of_teacher)
            values = _terms(*sides, config, chosen, landmarks).as_dict()
            totals.append(values.pop("total"))
            found |= values
    if rows.anchor and weights["pointwise"]:
        own = slice(rows.pairs, rows.pairs + rows.anchor)
        sides = vectors[..., own, :], targets[..., own, :]
        anchor = _terms(*sides, config, {"pointwise": weights["pointwise"]})
        assert anchor.pointwise is not None
        found["pointwise_anchor"] = anchor.pointwise
        found["pointwise"] = found["pointwise"] + rows.anchor_weight * anchor.pointwise
        totals.append(rows.anchor_weight * anchor.total)
    return LossTerms(total=torch.stack(totals).sum(dim=0), **found)


def _chosen(side: torch.Tensor, rows: Rows) -> torch.Tensor:
    return side[..., torch.from_numpy(rows).to(side.device), :]


def _terms(
    vectors: torch.Tensor,
    targets: torch.Tensor,
    config: LossConfig,
    weights: dict[str, float],
    landmarks: torch.Tensor | None = None,
) -> Terms:
    named: dict[str, Any] = {SETTINGS[term]: weights.get(term, 0.0) for term in SETTINGS}
    return alignment_loss(
        vectors,
        targets,
        recipe=config.recipe,
        metric=config.metric,
        pointwise=config.pointwise,
        **named,
        temperature=config.temperature,
        h1_points=config.h1_points,
        landmarks=landmarks,
        # Looking for NaN would wait for the device; `optimisation_step` finds it in the terms.
        check_values=vectors.device.type == "cpu",
    )
