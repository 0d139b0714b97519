"""Vietoris-Rips diagrams of clouds."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from gudhi import SimplexTree
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from support.clouds import SQUARE, circle, clouds, gaussian, random_rotation

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix, Embeddings
from tomclip.geometry import distance_matrix
from tomclip.topology import bottleneck_distance, h0_diagram, persistence_diagrams, rips
from tomclip.topology.rips import ENGINES, POINT_LIMITS

ENGINE_NAMES = sorted(ENGINES)
FLOAT32 = 2.0**-22
"""How far two engines may be apart, as a share of the longest distance."""


def sphere(n: int) -> np.ndarray:
    """Points along a spiral over the unit sphere, evenly spread."""
    heights = 1 - (2 * np.arange(n) + 1) / n
    angles = np.pi * (1 + np.sqrt(5)) * np.arange(n)
    around = np.sqrt(1 - heights**2)
    return np.column_stack([around * np.cos(angles), around * np.sin(angles), heights])


def cone(n: int, *, seed: int = 0) -> np.ndarray:
    """Unit vectors round one direction, as the texts of a CLIP model."""
    points = gaussian(1, 32, seed=seed) + 0.6 * gaussian(n, 32, seed=seed + 1)
    return points / np.linalg.norm(points, axis=1, keepdims=True)


FIGURE_EIGHT = np.vstack([circle(12) - [1, 0], circle(12)[np.arange(12) != 6] + [1, 0]])
CLOUDS = {
    "triangle": np.array([[0, 0], [3, 0], [0, 4]]),
    "square": SQUARE,
    "square, every corner twice": np.vstack([SQUARE, SQUARE]),
    "one point five times": np.ones((5, 2)),
    "circle": circle(12),
    "two clusters": np.vstack([gaussian(8, 2), gaussian(8, 2, seed=1) + 20]),
    "figure eight": FIGURE_EIGHT,
    "octahedron": np.vstack([np.eye(3), -np.eye(3)]),
    "sphere": sphere(40),
    "grid": np.argwhere(np.ones((4, 5))),
    "equidistant": np.eye(7),
    "cone": cone(40),
    "cone with duplicates": np.vstack([cone(30, seed=3)] * 2),
}


def diagrams_by_simplex_tree(points: np.ndarray, max_dimension: int) -> list[np.ndarray]:
    """The diagrams from every simplex, written out: an oracle that shares no code path."""
    tree = SimplexTree.create_from_array(cdist(points, points))
    tree.expansion(max_dimension + 1)
    tree.compute_persistence(homology_coeff_field=2)
    return [tree.persistence_intervals_in_dimension(k) for k in range(max_dimension + 1)]


def test_a_triangle_has_two_merges_and_one_essential_class() -> None:
    triangle = np.array([[0, 0], [3, 0], [0, 4]])
    h0, h1 = persistence_diagrams(triangle, metric="euclidean")
    np.testing.assert_array_equal(h0.pairs, [[0, 3], [0, 4], [0, np.inf]])
    assert len(h1) == 0


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_a_square_has_a_loop_born_at_its_side_and_filled_at_its_diagonal(engine: str) -> None:
    h0, h1 = persistence_diagrams(SQUARE, metric="euclidean", engine=engine)
    np.testing.assert_array_equal(h0.finite, [[0, 1]] * 3)
    np.testing.assert_allclose(h1.pairs, [[1, np.sqrt(2)]], rtol=1e-7)


def test_a_circle_has_one_loop_that_lives_to_the_inscribed_triangle() -> None:
    h1 = persistence_diagrams(circle(12), metric="euclidean")[1]
    side, triangle = 2 * np.sin(np.pi / 12), np.sqrt(3)
    np.testing.assert_allclose(h1.pairs, [[side, triangle]])


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_an_octahedron_has_a_void(engine: str) -> None:
    corners = np.vstack([np.eye(3), -np.eye(3)])
    h0, h1, h2 = persistence_diagrams(corners, metric="euclidean", max_dimension=2, engine=engine)
    assert (len(h0), len(h1)) == (6, 0)
    np.testing.assert_allclose(h2.pairs, [[np.sqrt(2), 2]], rtol=1e-7)


def test_two_clusters_leave_one_long_bar() -> None:
    line = np.array([[0.0], [1.0], [2.0], [10.0], [11.0]])
    assert h0_diagram(line, metric="euclidean").finite[:, 1].tolist() == [1, 1, 1, 8]


def test_duplicates_keep_their_zero_length_bars() -> None:
    h0 = h0_diagram(np.vstack([SQUARE, SQUARE]), metric="euclidean")
    assert h0.finite[:, 1].tolist() == [0] * 4 + [1] * 3


def test_a_diagram_says_what_it_is() -> None:
    diagrams = persistence_diagrams(gaussian(5, 3), max_dimension=2)
    assert [d.homology_dimension for d in diagrams] == [0, 1, 2]
    assert {(d.metric, d.n_points, d.filtration) for d in diagrams} == {
        ("cosine", 5, "vietoris-rips")
    }


def test_points_embeddings_and_distances_give_the_same_diagrams() -> None:
    vectors = gaussian(12, 4).astype(np.float32)
    names = tuple(map(str, range(12)))
    embeddings = Embeddings(vectors, names, names, ("en",) * 12, "text", "fake", unit_norm=False)
    for other in (embeddings, distance_matrix(vectors)):
        for expected, actual in zip(
            persistence_diagrams(vectors), persistence_diagrams(other), strict=True
        ):
            np.testing.assert_array_equal(actual.pairs, expected.pairs)


def test_the_scale_of_a_distance_matrix_counts() -> None:
    unit = distance_matrix(SQUARE, metric="euclidean")
    doubled = DistanceMatrix(unit.values, "euclidean", scale=2.0)
    pairs = persistence_diagrams(doubled)[1].pairs
    np.testing.assert_allclose(pairs, [[2, 2 * np.sqrt(2)]])


@given(clouds())
def test_diagrams_equal_those_of_the_full_simplex_tree(points: np.ndarray) -> None:
    actual = persistence_diagrams(points, metric="euclidean", max_dimension=2)
    for diagram, pairs in zip(actual, diagrams_by_simplex_tree(points, 2), strict=True):
        expected = pairs[pairs[:, 1] > pairs[:, 0]]
        bars = diagram.pairs[diagram.pairs[:, 1] > diagram.pairs[:, 0]]
        np.testing.assert_allclose(bars, expected[np.lexsort(expected.T[::-1])], atol=1e-12)


@pytest.mark.parametrize("engine", [name for name in ENGINE_NAMES if name != "gudhi"])
@pytest.mark.parametrize("cloud", CLOUDS)
def test_every_engine_gives_the_diagrams_of_gudhi(cloud: str, engine: str) -> None:
    points = CLOUDS[cloud]
    pair = [
        persistence_diagrams(points, metric="euclidean", max_dimension=2, engine=name)
        for name in ("gudhi", engine)
    ]
    unit = distance_matrix(points, metric="euclidean").values.max()
    for first, second in zip(*pair, strict=True):
        assert bottleneck_distance(first, second) <= FLOAT32 * unit


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_every_engine_takes_cosine_distances(engine: str) -> None:
    expected = persistence_diagrams(cone(40), max_dimension=2)
    actual = persistence_diagrams(cone(40), max_dimension=2, engine=engine)
    for first, second in zip(expected, actual, strict=True):
        assert bottleneck_distance(first, second) < 1e-6


@pytest.mark.parametrize("engine", ENGINE_NAMES)
@pytest.mark.parametrize("unit", [1e-60, 1e60])
def test_no_unit_of_the_distances_is_too_small_or_too_large(engine: str, unit: float) -> None:
    distances = DistanceMatrix(
        distance_matrix(SQUARE, metric="euclidean").values * unit, "euclidean"
    )
    h1 = persistence_diagrams(distances, engine=engine)[1]
    np.testing.assert_allclose(h1.pairs / unit, [[1, np.sqrt(2)]], rtol=1e-7)


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_a_figure_eight_has_two_loops(engine: str) -> None:
    h1 = persistence_diagrams(FIGURE_EIGHT, metric="euclidean", engine=engine)[1]
    side, triangle = 2 * np.sin(np.pi / 12), np.sqrt(3)
    np.testing.assert_allclose(h1.pairs, [[side, triangle]] * 2, rtol=1e-6)


@pytest.mark.parametrize("engine", ENGINE_NAMES)
def test_a_sphere_has_one_long_void(engine: str) -> None:
    h2 = persistence_diagrams(sphere(40), metric="euclidean", max_dimension=2, engine=engine)[2]
    lengths = np.sort(h2.pairs[:, 1] - h2.pairs[:, 0])[::-1]
    assert lengths[0] > 0.7
    assert lengths[1:].max(initial=0.0) < 0.1


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_spanning_tree_gives_the_h0_of_the_engine(metric: str) -> None:
    from gudhi.sklearn.rips_persistence import RipsPersistence

    points = gaussian(60, 5)
    rips = RipsPersistence(homology_dimensions=0, input_type="full distance matrix")
    engine = rips.fit_transform([distance_matrix(points, metric=metric).values])[0]
    np.testing.assert_array_equal(
        h0_diagram(points, metric=metric).pairs[:, 1], np.sort(engine[:, 1])
    )


@given(clouds(), st.randoms(use_true_random=False))
def test_the_order_of_the_points_does_not_matter(points: np.ndarray, random) -> None:
    order = list(range(len(points)))
    random.shuffle(order)
    for a, b in zip(
        persistence_diagrams(points, metric="euclidean"),
        persistence_diagrams(points[order], metric="euclidean"),
        strict=True,
    ):
        np.testing.assert_array_equal(a.pairs, b.pairs)


@given(st.integers(0, 50))
def test_a_rotation_and_a_shift_change_nothing(seed: int) -> None:
    points = gaussian(20, 3, seed=seed)
    moved = points @ random_rotation(3, seed=seed) + 4.0
    for a, b in zip(
        persistence_diagrams(points, metric="euclidean"),
        persistence_diagrams(moved, metric="euclidean"),
        strict=True,
    ):
        assert bottleneck_distance(a, b) < 1e-12


@given(clouds(), st.sampled_from([0.25, 0.5, 2.0, 8.0]))
def test_scaling_the_cloud_scales_the_diagram(points: np.ndarray, factor: float) -> None:
    for a, b in zip(
        persistence_diagrams(points, metric="euclidean"),
        persistence_diagrams(factor * points, metric="euclidean"),
        strict=True,
    ):
        np.testing.assert_array_equal(factor * a.pairs, b.pairs)


@given(clouds(smallest=8, largest=8), clouds(smallest=8, largest=8), st.floats(0, 1))
def test_diagrams_move_no_more_than_the_distances(first, second, share) -> None:
    pair = [first, (1 - share) * first + share * second]
    a, b = (persistence_diagrams(points, metric="euclidean") for points in pair)
    moved = np.abs(np.subtract(*(distance_matrix(p, metric="euclidean").values for p in pair)))
    for before, after in zip(a, b, strict=True):
        assert bottleneck_distance(before, after) <= moved.max() + 1e-12


@pytest.mark.parametrize(
    ("points", "options", "words"),
    [
        (SQUARE[:2], {}, "2 points came"),
        (SQUARE * np.nan, {}, "NaN"),
        (np.ones((2, 3, 4)), {"metric": "euclidean"}, "points came"),
        (np.ones((3, 3, 4)), {"metric": "euclidean"}, "shape"),
        (SQUARE, {"metric": "cosine"}, "zero vector"),
        (SQUARE, {"metric": "l3"}, "metric is 'l3'"),
        (SQUARE, {"engine": "dionysus"}, "use 'gudhi' or 'ripser' or 'tda'"),
        (SQUARE, {"max_dimension": 3}, "use 0, 1 or 2"),
        (SQUARE, {"metric": "euclidean", "max_points": 3}, "4 points came where 3"),
        (DistanceMatrix(np.zeros((3, 4)), "euclidean"), {}, "square"),
        (DistanceMatrix(np.eye(3), "euclidean"), {}, "diagonal"),
        (DistanceMatrix(np.eye(3) - 1, "euclidean"), {}, "negative"),
        (DistanceMatrix(np.triu(np.ones((3, 3)), 1), "euclidean"), {}, "not symmetric"),
        (DistanceMatrix(np.full((3, 3), np.inf), "euclidean"), {}, "infinity"),
    ],
)
def test_unusable_input_is_refused(points, options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        persistence_diagrams(points, **options)


def test_a_cloud_above_the_stated_limit_is_refused_unless_the_limit_is_lifted() -> None:
    many = np.arange(POINT_LIMITS[2] + 1.0)[:, None]
    with pytest.raises(InputError, match="max_points=None"):
        persistence_diagrams(many, metric="euclidean", max_dimension=2)
    assert len(h0_diagram(many, metric="euclidean", max_points=None)) == len(many)


def test_a_missing_engine_is_named_and_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tda", None)
    with pytest.raises(InputError, match=r'needs the package tda; .* "tomclip\[engines\]"'):
        persistence_diagrams(SQUARE, metric="euclidean", engine="tda")


@pytest.mark.parametrize("max_points", [None, 60])
def test_h0_above_the_limit_is_streamed_to_the_same_diagram(
    max_points: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    points = cone(60)
    in_memory = persistence_diagrams(points, max_dimension=0)[0]
    monkeypatch.setattr(rips, "POINT_LIMITS", {0: 50})
    monkeypatch.setattr(rips, "cloud_distances", None)
    streamed = persistence_diagrams(points, max_dimension=0, max_points=max_points)[0]
    assert (streamed.metric, streamed.n_points) == (in_memory.metric, in_memory.n_points)
    np.testing.assert_allclose(streamed.pairs, in_memory.pairs, rtol=1e-12)
