"""Which bars of a Vietoris-Rips diagram are told from the noise of choosing points.

Three methods, because no one of them does for 300 embeddings in 384 dimensions what the textbook
promises: see docs/significance.md for what each was measured to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress
from tomclip.core.types import DistanceMatrix, Embeddings, PersistenceDiagram
from tomclip.topology.cloud_distances import cloud_distances
from tomclip.topology.diagram_distances import bottleneck_distance
from tomclip.topology.rips import persistence_diagrams

BandMethod = Literal["universal", "bootstrap", "subsampling"]
Draw = Callable[[np.random.Generator], float]
FEWEST_POINTS = 10


@dataclass(frozen=True, slots=True)
class ConfidenceBand:
    """A strip along the diagonal: bars no longer than 2 * `half_width` are not told from noise.

    `half_width` is a bottleneck distance in the unit of the filtration. `samples` draws of
    `sample_size` points each were made; the universal law needs none.
    """

    homology_dimension: int
    half_width: float
    level: float
    method: BandMethod
    samples: int
    sample_size: int

    def outside(self, diagram: PersistenceDiagram) -> np.ndarray:
        """Returns (k,) booleans: which bars reach out of the strip; essential bars always do.

        Raises:
            InputError: when the diagram has another dimension than the band.
        """
        if diagram.homology_dimension != self.homology_dimension:
            raise InputError(
                f"the band is for H{self.homology_dimension} and the diagram is "
                f"H{diagram.homology_dimension}; compute a band for each dimension"
            )
        return diagram.pairs[:, 1] - diagram.pairs[:, 0] > 2 * self.half_width


def bar_p_values(diagram: PersistenceDiagram) -> np.ndarray:
    """Returns, for each bar, how often noise alone makes one as long for its birth.

    In noise, whatever its distribution and dimension, log log (death / birth), shifted to the mean
    -0.577, follows the left-skewed Gumbel law: found in extensive experiments and conjectured, not
    proved. A power of all distances changes no p-value, so cosine distances and chords agree.
    Multiply by the number of bars (Bonferroni) before picking the smallest.

    Args:
        diagram: k bars of H1 or H2 of a Vietoris-Rips filtration. The law needs tens of bars, of
            which most are noise.

    Returns:
        Numbers (k,) in [0, 1]; 0 for essential bars and bars born at 0.

    Raises:
        InputError: for an H0 diagram, whose bars are all born at 0.

    References:
        Bobrowski and Skraba, "A universal null-distribution for topological data analysis",
        Scientific Reports 2023, equations 3 to 6 with A = 1.
    """
    if diagram.homology_dimension == 0:
        raise InputError(
            "an H0 diagram came, where no bar has a ratio death / birth; give H1 or H2"
        )
    births, deaths = diagram.pairs.T
    lawful = (births > 0) & np.isfinite(deaths)
    p_values = np.zeros(len(diagram))
    if lawful.any():
        lives = np.log(np.log(deaths[lawful] / births[lawful]))
        p_values[lawful] = np.exp(-np.exp(lives - lives.mean() - np.euler_gamma))
    return p_values


def confidence_band(
    points: np.ndarray | Embeddings | DistanceMatrix,
    *,
    homology_dimension: int = 1,
    metric: str = "cosine",
    level: float = 0.95,
    method: BandMethod | None = None,
    samples: int = 100,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> ConfidenceBand:
    """Returns the strip that holds the noise of a Vietoris-Rips diagram.

    "universal" (default from H1 on): the strip ends at the longest bar that `bar_p_values`, times
    the number of bars, does not tell from noise at 1 - level. No draws.

    "bootstrap": n points are drawn with replacement; `half_width` is the `level` quantile of the
    bottleneck distance between the diagrams of the draw and of the cloud. It says how far the
    diagram moves. Coverage is proved for diagrams of a distance to a measure, not for Rips. A draw
    keeps 63 % of the points, which widens the strip; but where noise makes many bars alike, noise
    is matched to noise and the strip is too narrow, so from about 10 dimensions on it separates
    loops from noise no more. A point drawn twice adds no bar: any dissimilarity will do. Not for
    H0, where the missing points themselves move the diagram.

    "subsampling" (default for H0): `half_width` is 2 * 2 times the `level` quantile of the
    Hausdorff distance from the cloud to n / ln n of its points. For large n it covers the diagram
    of the support that the points are drawn from, and it is wide: in hundreds of dimensions it
    holds every bar. With "cosine" the quantile is taken of the chord sqrt(2 * distance), a metric.
    The strip has one height in chords; in cosine units only for H0, whose bars are born at 0. For
    H1 give rows of length 1 and "euclidean".

    Args:
        points: As in `persistence_diagrams`; n >= 10 independent draws from one distribution.
        homology_dimension: 0, 1 or 2.
        metric: "cosine" or "euclidean", for points; a DistanceMatrix brings its own.
        level: Of confidence, in (0, 1).
        method: One of the three, or None for the default of the dimension.
        samples: Draws, at least 1 / (1 - level). Each bootstrap draw costs one diagram.
        seed: Of the draws.
        on_progress: Called with (steps done, steps in all) after each draw. An exception raised
            in it stops the work.

    Raises:
        InputError: for fewer than 10 points, what `persistence_diagrams` refuses, an unknown
            method, too few samples, or a method that does not fit dimension and metric.

    References:
        Fasy, Lecci, Rinaldo, Wasserman, Balakrishnan and Singh, "Confidence sets for persistence
        diagrams", Annals of Statistics 2014, section 4.1 (subsampling); Chazal, Fasy, Lecci,
        Michel, Rinaldo and Wasserman, "Robust topological inference", JMLR 2018 (bottleneck
        bootstrap); Chazal, de Silva and Oudot, "Persistence stability for geometric complexes",
        2014 (bottleneck <= 2 * Hausdorff for the longest edge).
    """
    _require_samples(level, samples)
    distances = cloud_distances(points, metric=metric)
    n = len(distances)
    if n < FEWEST_POINTS:
        raise InputError(f"{n} points came; a confidence band needs at least {FEWEST_POINTS}")
    method = _fitting_method(method, homology_dimension, distances.metric)
    if method == "universal":
        half_width = _longest_noise(distances, homology_dimension, level) / 2
        return ConfidenceBand(homology_dimension, half_width, level, method, 0, n)
    size, draw = _DRAWS[method](distances, homology_dimension)
    drawn = _drawn(draw, samples, seed, on_progress)
    half_width = float(np.quantile(drawn, level, method="inverted_cdf"))
    return ConfidenceBand(homology_dimension, half_width, level, method, samples, size)


def _require_samples(level: float, samples: int) -> None:
    if not 0 < level < 1:
        raise InputError(f"level is {level}; give a confidence between 0 and 1, for example 0.95")
    fewest = int(np.ceil(round(1 / (1 - level), 9)))
    if samples < fewest:
        raise InputError(f"samples is {samples}; level {level} needs at least {fewest}")


def _fitting_method(method: str | None, homology_dimension: int, metric: str) -> BandMethod:
    if method is None:
        method = "universal" if homology_dimension else "subsampling"
    if method not in get_args(BandMethod):
        known = ", ".join(map(repr, get_args(BandMethod)))
        raise InputError(f"method is {method!r}; use {known}, or None for the default")
    if method != "subsampling" and homology_dimension == 0:
        raise InputError(f"method {method!r} came for H0, which it does not fit; use 'subsampling'")
    if method == "subsampling" and homology_dimension and metric == "cosine":
        raise InputError(
            f"method 'subsampling' came for H{homology_dimension} with 'cosine', where its strip "
            "has no constant height; use another method, or rows of length 1 with 'euclidean'"
        )
    return method  # type: ignore[return-value]


def _drawn(draw: Draw, samples: int, seed: int, on_progress: OnProgress | None) -> np.ndarray:
    rng = np.random.default_rng(seed)
    found = np.empty(samples)
    for i in range(samples):
        found[i] = draw(rng)
        if on_progress is not None:
            on_progress(i + 1, samples)
    return found


def _longest_noise(distances: DistanceMatrix, homology_dimension: int, level: float) -> float:
    diagram = persistence_diagrams(distances, max_dimension=homology_dimension)[homology_dimension]
    noise = bar_p_values(diagram) * len(diagram) > 1 - level
    births, deaths = diagram.pairs[noise].T
    return float((deaths - births).max(initial=0.0))


def _bootstrap(distances: DistanceMatrix, homology_dimension: int) -> tuple[int, Draw]:
    n = len(distances)
    diagram = persistence_diagrams(distances, max_dimension=homology_dimension)[homology_dimension]

    def draw(rng: np.random.Generator) -> float:
        rows = np.unique(rng.integers(n, size=n))
        part = DistanceMatrix(distances.values[np.ix_(rows, rows)], distances.metric)
        drawn = persistence_diagrams(part, max_dimension=homology_dimension)[homology_dimension]
        return bottleneck_distance(diagram, drawn)

    return n, draw


def _subsampling(distances: DistanceMatrix, homology_dimension: int) -> tuple[int, Draw]:
    n = len(distances)
    size = round(n / np.log(n))
    in_chords = distances.metric == "cosine"
    lengths = np.sqrt(2 * distances.values) if in_chords else distances.values

    def draw(rng: np.random.Generator) -> float:
        rows = rng.choice(n, size=size, replace=False)
        half_width = 4 * float(lengths[:, rows].min(axis=1).max())
        # the chord 2h of a bar (0, 2h) is the cosine distance (2h)^2 / 2, twice h^2; none exceeds 2
        return min(half_width**2, 1.0) if in_chords else half_width

    return size, draw


_DRAWS: dict[BandMethod, Callable[[DistanceMatrix, int], tuple[int, Draw]]] = {
    "bootstrap": _bootstrap,
    "subsampling": _subsampling,
}
