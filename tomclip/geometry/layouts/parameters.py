"""The parameters of every way to lay a cloud out: all that decides a map beside the cloud."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, get_args

from tomclip.core.errors import InputError
from tomclip.core.types import Metric, require_metric

Method = Literal["umap", "pacmap", "tsne", "pca"]
METHODS: tuple[Method, ...] = get_args(Method)
Start = Literal["spectral", "pca", "random"]

LARGEST_SEED = 2**31 - 1
_START_WORDS = {"spectral": "spectral", "pca": "principal components", "random": "random places"}


@dataclass(frozen=True, slots=True)
class Pca:
    """The two directions of largest variance; there is nothing to choose but the metric.

    Attributes:
        metric: "cosine" works on the rows brought to length 1, "euclidean" on the rows as they are.
    """

    metric: Metric = "cosine"

    method: ClassVar[Method] = "pca"
    title: ClassVar[str] = "PCA"
    starts: ClassVar[tuple[Start, ...]] = ()

    def __post_init__(self) -> None:
        require_metric(self.metric)

    @property
    def facts(self) -> tuple[str, ...]:
        """What is told of the map in words: nothing."""
        return ()


@dataclass(frozen=True, slots=True)
class Umap:
    """Uniform manifold approximation and projection.

    Attributes:
        neighbours: size of a neighbourhood, at least 2; a cloud with fewer others uses all of them.
        minimum_distance: the smallest distance between points of the map, in [0, 1].
        metric: "cosine" or "euclidean".
        start: where the points are at first, unless there is a map to start from. "spectral" needs
            ten points; fewer start from their principal components.
        seed: of everything random, from 0.

    References:
        McInnes, Healy and Melville, "UMAP: uniform manifold approximation and projection", 2018.
    """

    neighbours: int = 15
    minimum_distance: float = 0.1
    metric: Metric = "cosine"
    start: Start = "spectral"
    seed: int = 0

    method: ClassVar[Method] = "umap"
    title: ClassVar[str] = "UMAP"
    starts: ClassVar[tuple[Start, ...]] = ("spectral", "pca", "random")

    def __post_init__(self) -> None:
        _check(self)
        _require_neighbours(self.neighbours)
        if not 0 <= self.minimum_distance <= 1:
            raise InputError(
                f"minimum_distance is {self.minimum_distance}; give a number from 0 to 1"
            )

    @property
    def facts(self) -> tuple[str, ...]:
        """What is told of the map in words: "15 neighbours", "minimum distance 0.1", "seed 0"."""
        near = f"{self.neighbours} neighbours"
        return (near, f"minimum distance {self.minimum_distance:g}", *_start_and_seed(self))


@dataclass(frozen=True, slots=True)
class Tsne:
    """t-distributed stochastic neighbour embedding, Barnes-Hut, by scikit-learn.

    Attributes:
        perplexity: about how many neighbours a point keeps, at least 1; a small cloud takes a third
            of its points at most.
        early_exaggeration: how much tighter groups are drawn at first, at least 1.
        metric: "cosine" or "euclidean".
        start: where the points are at first, unless there is a map to start from.
        seed: of everything random, from 0.

    References:
        van der Maaten, "Accelerating t-SNE using tree-based algorithms", JMLR 2014; Kobak and
        Linderman, "Initialization is critical for preserving global data structure in both t-SNE
        and UMAP", Nature Biotechnology 2021.
    """

    perplexity: float = 30.0
    early_exaggeration: float = 12.0
    metric: Metric = "cosine"
    start: Start = "pca"
    seed: int = 0

    method: ClassVar[Method] = "tsne"
    title: ClassVar[str] = "t-SNE"
    starts: ClassVar[tuple[Start, ...]] = ("pca", "random")

    def __post_init__(self) -> None:
        _check(self)
        for name in ("perplexity", "early_exaggeration"):
            if not 1 <= getattr(self, name) < float("inf"):
                raise InputError(f"{name} is {getattr(self, name)}; give a number of at least 1")

    @property
    def facts(self) -> tuple[str, ...]:
        """What is told of the map in words, its perplexity first."""
        early = f"early exaggeration {self.early_exaggeration:g}"
        return (f"perplexity {self.perplexity:g}", early, *_start_and_seed(self))


@dataclass(frozen=True, slots=True)
class Pacmap:
    """Pairwise controlled manifold approximation, by the package `pacmap`.

    Attributes:
        neighbours: near pairs of a point, at least 2; a cloud with fewer others uses all of them.
        mid_near: mid-near pairs for every near one, above 0.
        further: further pairs for every near one, above 0.
        metric: "cosine" or "euclidean".
        start: where the points are at first, unless there is a map to start from.
        seed: of everything random, from 0.

    References:
        Wang, Huang, Rudin and Shaposhnik, "Understanding how dimension reduction tools work", JMLR
        2021.
    """

    neighbours: int = 10
    mid_near: float = 0.5
    further: float = 2.0
    metric: Metric = "cosine"
    start: Start = "pca"
    seed: int = 0

    method: ClassVar[Method] = "pacmap"
    title: ClassVar[str] = "PaCMAP"
    starts: ClassVar[tuple[Start, ...]] = ("pca", "random")

    def __post_init__(self) -> None:
        _check(self)
        _require_neighbours(self.neighbours)
        for name in ("mid_near", "further"):
            if not 0 < getattr(self, name) <= 20:
                raise InputError(
                    f"{name} is {getattr(self, name)}; give a number above 0, up to 20"
                )

    @property
    def facts(self) -> tuple[str, ...]:
        """What is told of the map in words, its neighbours first."""
        pairs = f"{self.mid_near:g} mid-near and {self.further:g} further pairs for each"
        return (f"{self.neighbours} neighbours", pairs, *_start_and_seed(self))


Layout = Umap | Pacmap | Tsne | Pca
"""A method of `lay_out` with all its parameters."""
LAYOUTS: Mapping[Method, type[Layout]] = {
    "umap": Umap,
    "pacmap": Pacmap,
    "tsne": Tsne,
    "pca": Pca,
}


def layout_of(method: str, **parameters: Any) -> Layout:
    """Returns the parameters of a method; those that it has no use for are left out.

    Args:
        method: one of `METHODS`.
        parameters: by the names of the classes' attributes.

    Raises:
        InputError: for an unknown method, or a parameter out of its range.
    """
    kind = LAYOUTS.get(method)  # type: ignore[call-overload]
    if kind is None:
        raise InputError(f"method is {method!r}; use {' or '.join(map(repr, METHODS))}")
    known = {one.name for one in fields(kind)}
    return kind(**{name: value for name, value in parameters.items() if name in known})


def _check(layout: Umap | Tsne | Pacmap) -> None:
    """Refuses an unknown metric or start, and a seed out of range."""
    require_metric(layout.metric)
    if layout.start not in layout.starts:
        raise InputError(
            f"start is {layout.start!r}; {layout.title} starts from "
            f"{' or '.join(map(repr, layout.starts))}"
        )
    if not 0 <= layout.seed <= LARGEST_SEED:
        raise InputError(f"seed is {layout.seed}; give a whole number from 0 to {LARGEST_SEED:,}")


def _require_neighbours(neighbours: int) -> None:
    if neighbours < 2:
        raise InputError(f"neighbours is {neighbours}; give at least 2")


def _start_and_seed(layout: Umap | Tsne | Pacmap) -> tuple[str, str]:
    return f"from {_START_WORDS[layout.start]}", f"seed {layout.seed}"
