"""Exact H0 from tiles of the distance matrix."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist
from support.clouds import SQUARE, clouds, gaussian

from tomclip.core.errors import InputError
from tomclip.core.types import Embeddings, Metric
from tomclip.geometry import distance_matrix
from tomclip.topology import h0_diagram, large_h0_diagram, large_spanning_tree
from tomclip.topology.large import scans as tile_scans
from tomclip.topology.large import streamed_tree
from tomclip.topology.large.tiles import UNDERFLOW, product_rows, scaled_cloud
from tomclip.topology.spanning_tree import minimum_spanning_tree

SMALL: dict[str, Any] = {"block": 37, "neighbours": 3, "most_components": 8}
"""Settings that make many tiles, several passes and few components out of a small cloud."""


def clusters(n: int, dimension: int = 24, *, seed: int = 0) -> np.ndarray:
    centres = 3 * gaussian(6, dimension, seed=seed)
    chosen = np.random.default_rng(seed).integers(6, size=n)
    return (centres[chosen] + gaussian(n, dimension, seed=seed + 1)).astype(np.float32)


def near_duplicates(n: int) -> np.ndarray:
    """One far point and n - 1 that float32 cannot tell apart once they are centred."""
    points = 1.0 + 1e-9 * gaussian(n, 8)
    points[0] = -1.0
    return points


def with_duplicates(n: int) -> np.ndarray:
    return clusters(n)[np.random.default_rng(5).integers(n // 4, size=n)]


CLOUDS = {
    "clusters": clusters(500),
    "isotropic": gaussian(400, 64),
    "duplicates": with_duplicates(400),
    "all but one the same": np.vstack([np.ones((300, 5)), np.arange(5)]),
    "all the same": np.ones((200, 4)),
    "near duplicates": near_duplicates(300),
    "equidistant": np.eye(250, dtype=np.float32),
    "ties": 1.0 + np.argwhere(np.ones((17, 23))),
    "far from the origin": clusters(300).astype(np.float64) + 1e7,
    "specks between far points": np.vstack([1e-21 * gaussian(200, 6), np.eye(6), -np.eye(6)]),
    "tiny": 1e-30 * clusters(300).astype(np.float64),
    "huge": 1e200 * clusters(300).astype(np.float64),
}


def deaths_in_memory(points: np.ndarray, metric: str) -> np.ndarray:
    return np.sort(minimum_spanning_tree(distance_matrix(points, metric=metric).values)[1])


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
@pytest.mark.parametrize("cloud", [name for name in CLOUDS if name != "huge"])
def test_the_deaths_are_those_of_the_whole_matrix(cloud: str, metric: Metric) -> None:
    points = CLOUDS[cloud]
    edges, lengths = streamed_tree._spanning_tree(points, metric, **SMALL)
    rounding = 1e-15 if metric == "cosine" else 0.0  # unit rows are rounded before the difference
    np.testing.assert_allclose(
        np.sort(lengths), deaths_in_memory(points, metric), rtol=1e-12, atol=rounding
    )
    assert components(len(points), edges) == 1


def test_coordinates_whose_squares_overflow_have_a_tree() -> None:
    edges, _ = streamed_tree._spanning_tree(CLOUDS["huge"], "cosine", **SMALL)
    assert components(300, edges) == 1


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_two_thousand_points_agree_at_the_shipped_settings(metric: str) -> None:
    points = clusters(2100, 48)
    streamed = large_h0_diagram(points, metric=metric)
    in_memory = h0_diagram(points, metric=metric)
    np.testing.assert_allclose(streamed.pairs, in_memory.pairs, rtol=1e-12)
    assert (streamed.homology_dimension, streamed.metric, streamed.n_points) == (0, metric, 2100)


@given(clouds(largest=30), st.integers(1, 9), st.integers(1, 4), st.integers(1, 5))
@example(np.zeros((3, 2)), 1, 1, 1)
def test_no_setting_changes_the_deaths(
    points: np.ndarray, block: int, neighbours: int, most_components: int
) -> None:
    settings: dict[str, Any] = {
        "block": block,
        "neighbours": neighbours,
        "most_components": most_components,
    }
    _, lengths = streamed_tree._spanning_tree(points, "euclidean", **settings)
    np.testing.assert_allclose(
        np.sort(lengths), deaths_in_memory(points, "euclidean"), rtol=1e-14, atol=0
    )


def test_duplicates_die_at_exactly_zero() -> None:
    points = with_duplicates(400)
    _, lengths = streamed_tree._spanning_tree(points, "cosine", **SMALL)
    assert np.count_nonzero(lengths == 0) == 400 - len(np.unique(points, axis=0))


def test_the_square_has_four_bars() -> None:
    pairs = large_h0_diagram(SQUARE, metric="euclidean").pairs
    np.testing.assert_array_equal(pairs, [[0, 1], [0, 1], [0, 1], [0, np.inf]])


def test_the_lengths_are_those_of_the_edges() -> None:
    points = clusters(200)
    edges, lengths = large_spanning_tree(points, metric="euclidean")
    gaps = points[edges[:, 0]].astype(float) - points[edges[:, 1]]
    np.testing.assert_allclose(lengths, np.linalg.norm(gaps, axis=1), rtol=1e-14)


@pytest.mark.parametrize("cloud", CLOUDS)
def test_the_bounds_are_never_above_the_half_squared_distances(cloud: str) -> None:
    points = CLOUDS[cloud][:100]
    rows = scaled_cloud(points, "euclidean", 32, lambda share: None)
    left = product_rows(rows, np.arange(len(points)), lambda share: None)
    right = np.column_stack([-left[:, :-2], left[:, -1], left[:, -2]])
    bounds = (left @ right.T)[np.triu_indices(len(points), 1)]
    exact = pdist(points * rows.factors[:, None], "sqeuclidean") / 2
    assert (bounds <= exact).all()


@given(st.floats(0, 1e3))
def test_what_is_compared_with_the_bounds_is_rounded_up(value: float) -> None:
    reach = float(tile_scans._reach(value))
    assert reach == -np.inf if value == 0 else reach >= value - UNDERFLOW


def test_a_memory_map_and_embeddings_are_read_where_they_are(tmp_path: Path) -> None:
    points = clusters(120)
    np.save(tmp_path / "points.npy", points)
    mapped = np.load(tmp_path / "points.npy", mmap_mode="r")
    names = tuple(map(str, range(120)))
    embeddings = Embeddings(points, names, names, ("en",) * 120, "text", "fake", unit_norm=False)
    expected = large_h0_diagram(points).pairs
    for same in (mapped, embeddings, points[::-1][::-1]):
        np.testing.assert_array_equal(large_h0_diagram(same).pairs, expected)


@pytest.mark.parametrize("kind", [np.float16, np.int64])
def test_other_numbers_are_converted_without_loss(kind: type) -> None:
    points = np.round(clusters(60)).astype(kind)
    np.testing.assert_allclose(
        large_h0_diagram(points).pairs, h0_diagram(points).pairs, rtol=1e-12, atol=1e-15
    )


def test_two_calls_give_the_same_tree_bit_for_bit() -> None:
    pair = [streamed_tree._spanning_tree(clusters(300), "cosine", **SMALL) for _ in range(2)]
    for first, second in zip(*pair, strict=True):
        np.testing.assert_array_equal(first, second)


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    points = CLOUDS["clusters"]
    streamed_tree._spanning_tree(
        points, "cosine", lambda done, total: seen.append(done / total), **SMALL
    )
    assert len(seen) > 100
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_an_exception_in_the_progress_ends_the_work() -> None:
    def cancel(done: int, total: int) -> None:
        if done > 0.3 * total:
            raise KeyboardInterrupt(f"at {done} of {total}")

    with pytest.raises(KeyboardInterrupt, match=r"at 3\d\d of 1000"):
        streamed_tree._spanning_tree(CLOUDS["clusters"], "cosine", cancel, **SMALL)


@pytest.mark.parametrize(
    ("points", "options", "words"),
    [
        (SQUARE[:2], {}, "2 points came"),
        (np.ones(5), {}, "shape"),
        (SQUARE * np.nan, {}, "NaN"),
        (SQUARE, {}, "row 0 of 4 is the zero vector"),
        (SQUARE, {"metric": "l3"}, "metric is 'l3'"),
    ],
)
def test_unusable_points_are_refused(points: np.ndarray, options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        large_h0_diagram(points, **options)


def components(n: int, edges: np.ndarray) -> int:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(len(edges)), edges.T), shape=(n, n))
    return connected_components(graph, directed=False)[0]
