"""One side of a batch, with the distances and edges that several terms share."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TypeVar

import torch

from tomclip.core.errors import InputError
from tomclip.core.types import require_metric
from tomclip.losses.device_tree import spanning_trees
from tomclip.losses.distances import (
    distances_between,
    full_precision,
    lengths_between,
    metric_points,
)
from tomclip.losses.kept_graph import KeptGraph, kept_graph
from tomclip.topology.rips_pairs import cycle_pairs

T = TypeVar("T")
MINIMUM_POINTS = 3
H1_POINTS = 256
"""Vietoris-Rips H1 looks at these many rows of a batch: its cost grows faster than n^2."""


class Cloud:
    """The embeddings of a batch as a finite metric space, or one such space per language.

    Which edges are critical (spanning tree, H1 pairs) is found outside autograd; lengths are then
    read from the differentiable vectors, so gradients reach the embeddings.

    Args:
        vectors: (n, d), or (languages, n, d) for several clouds at once. Floating, finite,
            n >= 3, d >= 1; duplicates are allowed.
        metric: "euclidean" or "cosine".
        side: What error sentences call this cloud.
        h1_points: How many rows, from the first, Vietoris-Rips H1 and `gromov_wasserstein` look
            at; >= 3.
        landmarks: (k, d) fixed vectors in the space of the rows that the rows can be compared with,
            such as those of pictures; None: no others than the rows.
        check_values: Whether NaN, infinity and, for cosine, rows of length 0 are looked for. That
            waits for the device. Unchecked they make the losses NaN.

    Raises:
        InputError: when the shape, the type or a value is not accepted, or the metric is unknown.
    """

    def __init__(
        self,
        vectors: torch.Tensor,
        *,
        metric: str = "euclidean",
        side: str = "embeddings",
        h1_points: int = H1_POINTS,
        landmarks: torch.Tensor | None = None,
        check_values: bool = True,
    ) -> None:
        _require_batch(vectors, side)
        if h1_points < MINIMUM_POINTS:
            raise InputError(f"h1_points is {h1_points}; use {MINIMUM_POINTS} or more")
        self.vectors = full_precision(vectors)
        self.metric = require_metric(metric)
        self.h1_points = h1_points
        self.landmarks = landmarks
        self._side = side
        self._check_values = check_values
        if check_values:
            _require_finite(self.vectors.detach(), side)

    def __len__(self) -> int:
        return self.vectors.shape[-2]

    @property
    def batch_shape(self) -> torch.Size:
        """() for one cloud, (languages,) for several: the shape of every term."""
        return self.vectors.shape[:-2]

    @cached_property
    def languages(self) -> tuple[Cloud, ...]:
        """One cloud per language, with the distances of this one; for ragged diagrams."""
        if not self.batch_shape:
            return (self,)
        shared = (self.vectors, self.points, self.distances)
        parts = zip(*(values.unbind() for values in shared), strict=True)
        return tuple(self._language(*part) for part in parts)

    @cached_property
    def points(self) -> torch.Tensor:
        """Differentiable (..., n, d) points of which the metric is made: unit rows for cosine."""
        return metric_points(self.vectors, self.metric, check_values=self._check_values)

    @cached_property
    def distances(self) -> torch.Tensor:
        """Differentiable (..., n, n) distances."""
        return distances_between(self.points, self.metric)

    @cached_property
    def scale(self) -> torch.Tensor:
        """Detached mean (...) of the n (n - 1) off-diagonal distances; 1 when all are 0."""
        mean = self.distances.detach().sum(dim=(-2, -1)) / (len(self) * (len(self) - 1))
        return torch.where(mean == 0, 1.0, mean)

    @cached_property
    def kept(self) -> KeptGraph:
        """The published recipe's thresholded graph."""
        return kept_graph(self.distances)

    @cached_property
    def tree_edges(self) -> torch.Tensor:
        """Edges (..., n - 1, 2) of the minimum spanning tree of all points."""
        return spanning_trees(self.distances.detach())

    @property
    def cycle_points(self) -> int:
        """How many rows Vietoris-Rips H1 and `gromov_wasserstein` look at, from the first."""
        return min(len(self), self.h1_points)

    @cached_property
    def cycle_edges(self) -> tuple[torch.Tensor, torch.Tensor]:
        """Birth and death edges (k, 2) of the Vietoris-Rips H1 classes of the first rows.

        Raises:
            InputError: for a cloud of several languages, whose numbers of classes differ.
        """
        if self.batch_shape:
            raise InputError(
                f"H1 edges of {len(self.vectors)} languages have no common number; "
                "read them from each cloud in 'languages'"
            )
        part = self.distances.detach()[: self.cycle_points, : self.cycle_points]
        births, deaths = map(torch.from_numpy, cycle_pairs(part.cpu().numpy()))
        return births.to(self.vectors.device), deaths.to(self.vectors.device)

    def lengths(self, edges: torch.Tensor) -> torch.Tensor:
        """Returns the differentiable lengths (..., k) of `edges` (..., k, 2)."""
        return lengths_between(self.points, edges, self.metric)

    def moved(self, by: torch.Tensor) -> Cloud:
        """Returns the cloud of `vectors` + `by` (..., n, d), with the options of this one."""
        return Cloud(
            self.vectors + by,
            metric=self.metric,
            side=self._side,
            h1_points=self.h1_points,
            check_values=self._check_values,
        )

    def _language(
        self, vectors: torch.Tensor, points: torch.Tensor, distances: torch.Tensor
    ) -> Cloud:
        cloud = Cloud(vectors, metric=self.metric, h1_points=self.h1_points, check_values=False)
        cloud.points, cloud.distances = points, distances
        return cloud


def require_comparable(student: Cloud, teacher: Cloud) -> torch.Size:
    """Returns the shape of a term; raises InputError when the languages do not fit."""
    if teacher.batch_shape not in (torch.Size(), student.batch_shape):
        raise InputError(
            f"the student has shape {tuple(student.vectors.shape)} and the teacher "
            f"{tuple(teacher.vectors.shape)}; give the teacher the same languages, or one cloud "
            "(n, d) for all of them"
        )
    return student.batch_shape


def require_paired(student: Cloud, teacher: Cloud, term: str) -> None:
    """Raises InputError when the clouds cannot be compared row by row."""
    require_comparable(student, teacher)
    if len(student) != len(teacher):
        raise InputError(
            f"the {term} term pairs rows, but the student has {len(student)} rows and the teacher "
            f"{len(teacher)}; give equal batches or set that term's weight to 0"
        )


def require_same_space(student: Cloud, teacher: Cloud, term: str) -> None:
    """Raises InputError when a point of one cloud has no distance from one of the other."""
    require_comparable(student, teacher)
    here, there = student.vectors.shape[-1], teacher.vectors.shape[-1]
    if here != there:
        raise InputError(
            f"the {term} term measures from one cloud to the other, but the student has {here} "
            f"dimensions and the teacher {there}; give the same or set that term's weight to 0"
        )


def by_language(
    term: Callable[[T, T], torch.Tensor],
    student: Sequence[T],
    teacher: Sequence[T],
    shape: torch.Size,
) -> torch.Tensor:
    """Returns the term language by language, where sizes differ between languages."""
    teachers = teacher if len(teacher) == len(student) else list(teacher) * len(student)
    return torch.stack(list(map(term, student, teachers))).reshape(shape)


def _require_batch(vectors: torch.Tensor, side: str) -> None:
    shape = vectors.shape
    accepted = len(shape) == 2 or (len(shape) == 3 and shape[0])
    if not (accepted and shape[-1] and vectors.is_floating_point()):
        raise InputError(
            f"{side} is {vectors.dtype} of shape {tuple(shape)}; give floating vectors, one row "
            "per item: (n, d), or (languages, n, d)"
        )
    if shape[-2] < MINIMUM_POINTS:
        raise InputError(
            f"{side} has {shape[-2]} rows; the losses accept {MINIMUM_POINTS} or more, "
            "so use a larger batch or drop the last one"
        )


def _require_finite(vectors: torch.Tensor, side: str) -> None:
    if all(math.isfinite(value) for value in vectors.aminmax()):
        return
    *language, row = (~vectors.isfinite()).any(dim=-1).nonzero()[0].tolist()
    where = f"row {row} of {vectors.shape[-2]}" + (f", language {language[0]}" if language else "")
    raise InputError(
        f"{side} holds NaN or infinity (first in {where}); "
        "give finite vectors, and lower the learning rate if training diverged"
    )
