"""Frozen data classes that cross the borders between packages. numpy only: no torch, no plotly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.reading.names import names_of
from tomclip.core.reading.numbers import real_array, require_finite
from tomclip.core.results import ArrayRecord, Shown

if TYPE_CHECKING:
    import pandas as pd

Metric = Literal["cosine", "euclidean"]
METRICS: tuple[Metric, ...] = get_args(Metric)
Modality = Literal["text", "image"]
RunState = Literal["queued", "starting", "running", "finished", "failed", "cancelled"]

T = TypeVar("T")


def require_metric(metric: str) -> Metric:
    """Returns `metric` when it is known; raises InputError otherwise."""
    if metric not in METRICS:
        raise InputError(f"metric is {metric!r}; use {' or '.join(map(repr, METRICS))}")
    return metric  # type: ignore[return-value]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Embeddings(ArrayRecord, Shown):
    """Vectors of n items from one encoder.

    `vectors` is (n, d) float32 and finite. `ids`, `labels` and `languages` have length n; an
    image's language is "". `unit_norm` says whether the rows have length 1.

    Raises:
        InputError: when a length differs from n, a vector holds NaN, infinity or no real number,
            or a name is missing or no text.
    """

    vectors: np.ndarray
    ids: tuple[str, ...]
    labels: tuple[str, ...]
    languages: tuple[str, ...]
    modality: Modality
    encoder: str
    unit_norm: bool

    def __post_init__(self) -> None:
        object.__setattr__(self, "vectors", real_array(self.vectors, "vectors", dtype=None))
        ArrayRecord.__post_init__(self)
        if self.vectors.ndim != 2:
            raise InputError(
                f"vectors have shape {self.vectors.shape}; give one row per item: (n, d)"
            )
        n = len(self.vectors)
        for name in ("ids", "labels", "languages"):
            object.__setattr__(self, name, names_of(getattr(self, name), name.removesuffix("s")))
            if len(getattr(self, name)) != n:
                raise InputError(
                    f"{len(getattr(self, name))} {name} came for {n} vectors; give one per vector"
                )
        require_finite(self.vectors, "embeddings")

    def __len__(self) -> int:
        return len(self.vectors)

    def __repr__(self) -> str:
        rows, columns = self.vectors.shape
        codes = [code for code in dict.fromkeys(self.languages) if code]
        named = ", ".join(codes) if len(codes) <= 3 else f"{len(codes)} languages"
        facts = (f"{rows:,} x {columns}", self.modality, named, f"{self.encoder!r}")
        return f"Embeddings({', '.join(filter(None, facts))})"

    def to_frame(self) -> pd.DataFrame:
        """Returns one row per item: id, label, language and the vector as columns 0 .. d - 1."""
        import pandas as pd

        vectors = pd.DataFrame(self.vectors)
        facts = {"id": self.ids, "label": self.labels, "language": self.languages}
        return pd.concat([pd.DataFrame(facts, index=vectors.index), vectors], axis=1)

    def select(self, indices: Sequence[int] | np.ndarray) -> Embeddings:
        """Returns the rows at `indices`, in that order."""
        rows = np.asarray(indices, dtype=int)
        pick = lambda values: tuple(values[i] for i in rows)  # noqa: E731
        return replace(
            self,
            vectors=self.vectors[rows],
            ids=pick(self.ids),
            labels=pick(self.labels),
            languages=pick(self.languages),
        )


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class DistanceMatrix(ArrayRecord, Shown):
    """Symmetric (n, n) distances with a zero diagonal; true distance = values * scale."""

    values: np.ndarray
    metric: Metric
    scale: float = 1.0

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        scale = "" if self.scale == 1 else f", scale {self.scale:.4g}"
        return f"DistanceMatrix({len(self):,} points, {self.metric}{scale})"

    def to_frame(self) -> pd.DataFrame:
        """Returns the (n, n) true distances, rows and columns numbered as the points."""
        import pandas as pd

        return pd.DataFrame(self.values * self.scale)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PersistenceDiagram(ArrayRecord, Shown):
    """Birth-death pairs (k, 2) of one homology dimension; death = +inf for an essential class.

    `n_points` is the size of the cloud it came from and `cutoff` the largest filtration value
    looked at (+inf: all of them).
    """

    pairs: np.ndarray
    homology_dimension: int
    metric: Metric
    n_points: int
    filtration: str = "vietoris-rips"
    cutoff: float = float("inf")

    def __len__(self) -> int:
        return len(self.pairs)

    @property
    def finite(self) -> np.ndarray:
        """Pairs (m, 2) whose death is finite."""
        return self.pairs[np.isfinite(self.pairs[:, 1])]

    def __repr__(self) -> str:
        bars = "1 bar" if len(self) == 1 else f"{len(self):,} bars"
        facts = f"H{self.homology_dimension}, {bars} of {self.n_points:,} points, {self.metric}"
        return f"PersistenceDiagram({facts})"

    def to_frame(self) -> pd.DataFrame:
        """Returns one row per bar: homology_dimension, birth, death and persistence, in order."""
        import pandas as pd

        births, deaths = np.reshape(self.pairs, (-1, 2)).T
        columns = {"birth": births, "death": deaths, "persistence": deaths - births}
        return pd.DataFrame({"homology_dimension": self.homology_dimension, **columns})


class Diagrams(tuple[PersistenceDiagram, ...], Shown):
    """The diagrams of one cloud, H0 first: a tuple that shows itself."""

    __slots__ = ()

    def __repr__(self) -> str:
        bars = ", ".join(f"H{d.homology_dimension}: {len(d):,} bars" for d in self)
        cloud = f"; {self[0].n_points:,} points, {self[0].metric}" if self else ""
        return f"Diagrams({bars}{cloud})"

    def to_frame(self) -> pd.DataFrame:
        """Returns one row per bar, as `PersistenceDiagram.to_frame`, one diagram after another."""
        import pandas as pd

        tables = [diagram.to_frame() for diagram in self]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()


@dataclass(frozen=True, slots=True)
class Score:
    """One measured number, with its 95 % interval when it was bootstrapped (NaN otherwise)."""

    name: str
    value: float
    unit: str = ""
    higher_is_better: bool = True
    ci_low: float = float("nan")
    ci_high: float = float("nan")
    n: int = 0
    language: str = ""


@dataclass(frozen=True, slots=True)
class LossTerms(Generic[T]):
    """Unweighted terms of the objective and their weighted `total`; None = not computed.

    `pointwise_anchor` is the share of English captions without translations in `pointwise`, before
    it was weighted and added to that of the pairs. A `scale_...` is what multiplied a structural
    term besides its weight, where weights count in lengths of gradients.
    """

    total: T
    pointwise: T | None = None
    distance_matrix: T | None = None
    topological_h0: T | None = None
    topological_h1: T | None = None
    pointwise_anchor: T | None = None
    scale_distance_matrix: T | None = None
    scale_topological_h0: T | None = None
    scale_topological_h1: T | None = None

    def as_dict(self) -> dict[str, T]:
        """Returns the computed terms by name, `total` included."""
        return {
            name: value for name in self.__slots__ if (value := getattr(self, name)) is not None
        }


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a run's metrics.jsonl."""

    step: int
    epoch: float
    split: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, repr=False)
class RunRecord(Shown):
    """What a run directory says about itself. Times are UTC ISO 8601 strings.

    `name` is the configuration's unless a person gave another; `tags`, `notes` and whether it
    is `pinned` are a person's.
    `damage` says what is wrong with its files; a run whose status cannot be read counts as failed.
    """

    id: str
    path: Path
    name: str
    state: RunState
    config: Mapping[str, Any]
    started_at: str | None = None
    finished_at: str | None = None
    best_step: int | None = None
    damage: str | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""
    pinned: bool = False

    def __repr__(self) -> str:
        return f"RunRecord({self.name!r}, {self.state}, {self.id!r})"

    def to_frame(self) -> pd.DataFrame:
        """Returns what the run says about itself, one row a fact, the configuration's dotted."""
        import pandas as pd

        facts = {"id": self.id, "name": self.name, "state": self.state}
        facts |= {"started_at": self.started_at, "finished_at": self.finished_at}
        facts |= {"best_step": self.best_step, "damage": self.damage}
        facts |= {"tags": ", ".join(self.tags), "notes": self.notes}
        settings = pd.json_normalize(dict(self.config)).iloc[0].to_dict() if self.config else {}
        table = pd.Series({**facts, **settings}, dtype=object, name="value")
        return table.rename_axis("fact").reset_index()
