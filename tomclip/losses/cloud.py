"""One side of a batch, with the distances and edges that several terms share."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch

from tomclip.errors import InputError
from tomclip.losses.distances import edge_lengths, full_precision, pairwise_distances
from tomclip.losses.kept_graph import KeptGraph, kept_graph
from tomclip.topology.rips_pairs import cycle_pairs
from tomclip.topology.spanning_tree import prim
from tomclip.types import require_metric

MINIMUM_POINTS = 3
CYCLE_POINT_LIMIT = 256
"""Vietoris-Rips H1 looks at the first 256 rows of a batch: its cost grows faster than n^2."""


class Cloud:
    """The embeddings of a batch as a finite metric space.

    Which edges are critical (spanning tree, H1 pairs) is found outside autograd; lengths are then
    read from the differentiable vectors, so gradients reach the embeddings.

    Args:
        vectors: (n, d) floating, finite, n >= 3, d >= 1; duplicates are allowed.
        metric: "euclidean" or "cosine".
        side: What error sentences call this cloud.

    Raises:
        InputError: when the shape, the type or a value is not accepted, or the metric is unknown.
    """

    def __init__(
        self, vectors: torch.Tensor, *, metric: str = "euclidean", side: str = "embeddings"
    ) -> None:
        _require_batch(vectors, side)
        self.vectors = full_precision(vectors)
        self.metric = require_metric(metric)

    def __len__(self) -> int:
        return len(self.vectors)

    @cached_property
    def distances(self) -> torch.Tensor:
        """Differentiable (n, n) distances."""
        return pairwise_distances(self.vectors, metric=self.metric)

    @cached_property
    def scale(self) -> torch.Tensor:
        """Detached mean of the n (n - 1) off-diagonal distances; 1 when all points coincide."""
        mean = self.distances.detach().sum() / (len(self) * (len(self) - 1))
        return torch.where(mean > 0, mean, 1.0)

    @cached_property
    def kept(self) -> KeptGraph:
        """The published recipe's thresholded graph."""
        return kept_graph(self.distances)

    @cached_property
    def tree_edges(self) -> torch.Tensor:
        """Edges (n - 1, 2) of the minimum spanning tree of all points."""
        return self._edges(prim(self.distances.detach().cpu().numpy()))

    @property
    def cycle_points(self) -> int:
        """How many rows the Vietoris-Rips H1 terms look at, from the first."""
        return min(len(self), CYCLE_POINT_LIMIT)

    @cached_property
    def cycle_edges(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Birth and death edges (k, 2) of the Vietoris-Rips H1 classes of the first 256 points."""
        part = self.distances.detach()[: self.cycle_points, : self.cycle_points]
        births, deaths = cycle_pairs(part.cpu().numpy())
        return self._edges(births), self._edges(deaths)

    def lengths(self, edges: torch.Tensor) -> torch.Tensor:
        """Returns the differentiable lengths (k,) of `edges` (k, 2)."""
        return edge_lengths(self.vectors, edges, metric=self.metric)

    def _edges(self, edges: np.ndarray) -> torch.Tensor:
        return torch.from_numpy(edges).to(self.vectors.device)


def require_paired(student: Cloud, teacher: Cloud, term: str) -> None:
    """Raises InputError when the clouds cannot be compared row by row."""
    if len(student) != len(teacher):
        raise InputError(
            f"the {term} term pairs rows, but the student has {len(student)} rows and the teacher "
            f"{len(teacher)}; give equal batches or set that term's weight to 0"
        )


def _require_batch(vectors: torch.Tensor, side: str) -> None:
    if vectors.ndim != 2 or not vectors.shape[1] or not vectors.is_floating_point():
        raise InputError(
            f"{side} is {vectors.dtype} of shape {tuple(vectors.shape)}; "
            "give floating vectors, one row per item: (n, d)"
        )
    if len(vectors) < MINIMUM_POINTS:
        raise InputError(
            f"{side} has {len(vectors)} rows; the losses accept {MINIMUM_POINTS} or more, "
            "so use a larger batch or drop the last one"
        )
    if not bool(torch.isfinite(vectors).all()):
        row = int((~torch.isfinite(vectors)).any(dim=1).nonzero()[0])
        raise InputError(
            f"{side} holds NaN or infinity (first in row {row} of {len(vectors)}); "
            "give finite vectors, and lower the learning rate if training diverged"
        )
