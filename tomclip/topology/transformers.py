"""Diagrams and landscapes as steps of a scikit-learn pipeline.

    make_pipeline(PersistenceTransformer(), LandscapeTransformer(), LogisticRegression())

One sample is a whole cloud, so `X` is a list of clouds and `y` has one value for each cloud.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from tomclip.core.errors import InputError
from tomclip.core.types import (
    Diagrams,
    DistanceMatrix,
    Embeddings,
    PersistenceDiagram,
    require_metric,
)
from tomclip.topology.rips import MaxPoints, persistence_diagrams
from tomclip.topology.vectorisations import landscape

if TYPE_CHECKING:
    from sklearn.utils import Tags

Cloud: TypeAlias = np.ndarray | Embeddings | DistanceMatrix


class PersistenceTransformer(TransformerMixin, BaseEstimator):
    """Turns a list of clouds into a list of their Vietoris-Rips diagrams; it learns nothing.

    The parameters are those of `persistence_diagrams`, and checked when clouds are transformed.

    Args:
        metric: "cosine" or "euclidean"; a DistanceMatrix or Embeddings beside arrays may come too,
            the former with a metric of its own.
        max_dimension: 0, 1 or 2.
        engine: "gudhi", "ripser" or "tda".
        max_points: Most points of a cloud: "stated", a number, or None for any.
        precomputed: Arrays are (n, n) distances in `metric`, not (n, d) points.
    """

    def __init__(
        self,
        *,
        metric: str = "cosine",
        max_dimension: int = 1,
        engine: str = "gudhi",
        max_points: MaxPoints = "stated",
        precomputed: bool = False,
    ) -> None:
        self.metric = metric
        self.max_dimension = max_dimension
        self.engine = engine
        self.max_points: MaxPoints = max_points
        self.precomputed = precomputed

    def fit(self, X: Sequence[Cloud], y: Any = None) -> PersistenceTransformer:
        """Returns itself; nothing is learned from the clouds.

        Raises:
            InputError: when one cloud came instead of a list of clouds.
        """
        _require_list(X)
        return self

    def transform(self, X: Sequence[Cloud]) -> list[Diagrams]:
        """Returns the diagrams of every cloud, H0 to H`max_dimension`.

        Args:
            X: m clouds: (n, d) arrays or Embeddings, DistanceMatrix objects, or (n, n) arrays where
                they are `precomputed`. Their numbers of points may differ.

        Raises:
            InputError: when one cloud came instead of a list, or `persistence_diagrams` refuses a
                cloud or a parameter.
        """
        _require_list(X)
        return [
            persistence_diagrams(
                self._distances(cloud) if self.precomputed else cloud,
                metric=self.metric,
                max_dimension=self.max_dimension,
                engine=self.engine,
                max_points=self.max_points,
            )
            for cloud in X
        ]

    def _distances(self, cloud: Cloud) -> DistanceMatrix:
        if isinstance(cloud, DistanceMatrix):
            return cloud
        if isinstance(cloud, Embeddings):
            raise InputError(
                "Embeddings came where distances are awaited; set precomputed=False for points"
            )
        return DistanceMatrix(np.asarray(cloud), require_metric(self.metric))

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def __sklearn_tags__(self) -> Tags:
        return _of_clouds(super().__sklearn_tags__(), requires_fit=False)


class LandscapeTransformer(TransformerMixin, BaseEstimator):
    """Turns diagrams into the values of their persistence landscapes on one common grid.

    `grid_` (grid_size,), learned in `fit`, reaches from the earliest birth to the latest finite
    death there. What lies outside of it in other diagrams is not seen.

    Args:
        homology_dimension: Whose landscapes: 0, 1 or 2, as far as the diagrams have it.
        levels: How many landscapes of a diagram, at least 1.
        grid_size: At how many filtration values, at least 2.
    """

    def __init__(
        self, *, homology_dimension: int = 1, levels: int = 3, grid_size: int = 50
    ) -> None:
        self.homology_dimension = homology_dimension
        self.levels = levels
        self.grid_size = grid_size

    def fit(self, X: Sequence[Sequence[PersistenceDiagram]], y: Any = None) -> LandscapeTransformer:
        """Returns itself with the grid of the diagrams.

        Args:
            X: m groups of diagrams, as `PersistenceTransformer` or `persistence_diagrams` returns.
            y: Not looked at.

        Raises:
            InputError: when a group lacks the dimension, no diagram has a finite bar, or the grid
                has fewer than 2 values.
        """
        if self.grid_size < 2:
            raise InputError(f"grid_size is {self.grid_size}; use a whole number from 2")
        bars = np.concatenate([np.empty((0, 2)), *(d.finite for d in self._chosen(X))])
        if not len(bars):
            raise InputError(
                f"no diagram has a finite bar of H{self.homology_dimension}, so there is no grid; "
                "give larger clouds, or homology_dimension=0"
            )
        self.grid_ = np.linspace(bars[:, 0].min(), bars[:, 1].max(), self.grid_size)
        return self

    def transform(self, X: Sequence[Sequence[PersistenceDiagram]]) -> np.ndarray:
        """Returns (m, levels * grid_size) values, level by level, in the unit of the filtration.

        Raises:
            InputError: when a group lacks the dimension.
            NotFittedError: before `fit`.
        """
        check_is_fitted(self)
        values = [landscape(d, self.grid_, levels=self.levels).ravel() for d in self._chosen(X)]
        return np.reshape(values, (len(values), self.levels * self.grid_size))

    def get_feature_names_out(self, input_features: Any = None) -> np.ndarray:
        """Returns names such as "h1_level1_at_0.25", in the order of the columns."""
        check_is_fitted(self)
        names = [
            f"h{self.homology_dimension}_level{level}_at_{value:.6g}"
            for level in range(1, self.levels + 1)
            for value in self.grid_
        ]
        return np.asarray(names, dtype=object)

    def _chosen(self, groups: Sequence[Sequence[PersistenceDiagram]]) -> list[PersistenceDiagram]:
        return [self._of_dimension(group) for group in groups]

    def _of_dimension(self, group: Sequence[PersistenceDiagram]) -> PersistenceDiagram:
        for diagram in group:
            if diagram.homology_dimension == self.homology_dimension:
                return diagram
        there = ", ".join(f"H{diagram.homology_dimension}" for diagram in group)
        raise InputError(
            f"homology_dimension is {self.homology_dimension} and a cloud has {there}; raise "
            "max_dimension of the diagrams, or choose one that is there"
        )

    def __sklearn_tags__(self) -> Tags:
        return _of_clouds(super().__sklearn_tags__(), requires_fit=True)


def _of_clouds(tags: Tags, *, requires_fit: bool) -> Tags:
    """Returns the tags of an estimator whose samples are no rows of a table."""
    tags.input_tags.two_d_array = False
    tags.no_validation = True
    tags.requires_fit = requires_fit
    return tags


def _require_list(clouds: Sequence[Cloud]) -> None:
    is_one = isinstance(clouds, Embeddings | DistanceMatrix) or (
        isinstance(clouds, np.ndarray) and clouds.ndim == 2 and clouds.dtype != object
    )
    if is_one:
        raise InputError(
            f"one cloud of {len(clouds)} points came; give a list of clouds, [cloud] for one"
        )
