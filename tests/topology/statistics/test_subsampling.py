"""Landmarks and average landscapes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from support.clouds import circle, clouds, gaussian

from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import unit_rows
from tomclip.geometry import distance_matrix
from tomclip.topology import (
    average_landscape,
    bottleneck_distance,
    landscape,
    maxmin_landmarks,
    persistence_diagrams,
)

LINE = np.array([[0.0], [1.0], [4.0], [6.0], [10.0]])


def test_landmarks_on_a_line_are_taken_from_the_outside_in() -> None:
    chosen = maxmin_landmarks(LINE, 3, metric="euclidean", start=0)
    assert chosen.rows.tolist() == [0, 4, 2]
    assert chosen.covering_radius == 2.0


def test_one_landmark_covers_with_the_farthest_point_and_all_with_nothing() -> None:
    assert maxmin_landmarks(LINE, 1, metric="euclidean", start=1).covering_radius == 9.0
    assert maxmin_landmarks(LINE, 5, metric="euclidean").covering_radius == 0.0


def test_duplicates_are_different_rows() -> None:
    chosen = maxmin_landmarks(np.ones((6, 2)), 6)
    assert sorted(chosen.rows) == list(range(6))
    assert chosen.covering_radius == 0.0


@given(clouds(), st.integers(1, 12), st.integers(0, 9))
def test_the_covering_radius_is_the_distance_to_the_nearest_landmark(points, count, seed) -> None:
    count = min(count, len(points))
    chosen = maxmin_landmarks(points, count, metric="euclidean", seed=seed)
    nearest = cdist(points, points[chosen.rows]).min(axis=1)
    assert len(set(chosen.rows.tolist())) == len(chosen) == count
    assert chosen.covering_radius == nearest.max()


@given(clouds(smallest=5), st.integers(3, 5), st.integers(0, 9))
def test_landmarks_move_no_diagram_by_more_than_twice_the_radius(points, count, seed) -> None:
    chosen = maxmin_landmarks(points, count, metric="euclidean", seed=seed)
    whole = persistence_diagrams(points, metric="euclidean")
    part = persistence_diagrams(points[chosen.rows], metric="euclidean")
    for a, b in zip(whole, part, strict=True):
        assert bottleneck_distance(a, b) <= 2 * chosen.covering_radius + 1e-12


@given(st.integers(0, 40), st.integers(3, 14))
def test_for_cosine_the_bound_holds_in_chords(seed: int, count: int) -> None:
    units = unit_rows(gaussian(15, 3, seed=seed) + 1)
    chosen = maxmin_landmarks(units, count, metric="cosine", seed=seed)
    whole = persistence_diagrams(units, metric="euclidean")
    part = persistence_diagrams(units[chosen.rows], metric="euclidean")
    for a, b in zip(whole, part, strict=True):
        assert bottleneck_distance(a, b) <= 2 * np.sqrt(2 * chosen.covering_radius) + 1e-12


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_points_and_their_distances_have_the_same_landmarks(metric: str) -> None:
    points = gaussian(40, 6)
    first = maxmin_landmarks(points, 9, metric=metric, seed=3)
    second = maxmin_landmarks(distance_matrix(points, metric=metric), 9, seed=3)
    np.testing.assert_array_equal(first.rows, second.rows)
    assert first.covering_radius == pytest.approx(second.covering_radius, rel=1e-12)


def test_fewer_landmarks_are_the_first_of_more() -> None:
    points = gaussian(50, 4)
    many, few = (maxmin_landmarks(points, count, seed=7) for count in (20, 8))
    np.testing.assert_array_equal(many.rows[:8], few.rows)
    assert many.covering_radius < few.covering_radius


def test_the_average_of_whole_clouds_is_their_landscape_without_error() -> None:
    points, grid = circle(12), np.linspace(0, 2, 9)
    average = average_landscape(
        points, sample_size=12, samples=3, grid=grid, levels=2, metric="euclidean"
    )
    h1 = persistence_diagrams(points, metric="euclidean")[1]
    np.testing.assert_allclose(average.mean, landscape(h1, grid, levels=2), atol=1e-15)
    np.testing.assert_allclose(average.standard_error, 0, atol=1e-15)
    assert (average.sample_size, average.samples, average.homology_dimension) == (12, 3, 1)


def test_mean_and_standard_error_are_those_of_the_samples() -> None:
    points = gaussian(30, 2)
    average = average_landscape(
        points,
        sample_size=12,
        samples=5,
        homology_dimension=0,
        levels=1,
        metric="euclidean",
        seed=4,
    )
    generator = np.random.default_rng(4)
    curves = []
    for _ in range(5):
        rows = generator.choice(30, 12, replace=False)
        h0 = persistence_diagrams(points[rows], metric="euclidean", max_dimension=0)[0]
        curves.append(landscape(h0, average.grid, levels=1))
    np.testing.assert_allclose(average.mean, np.mean(curves, axis=0))
    np.testing.assert_allclose(average.standard_error, np.std(curves, axis=0, ddof=1) / np.sqrt(5))
    assert (average.grid[0], len(average.grid)) == (0.0, 200)


def test_one_seed_gives_one_average_bit_for_bit_and_another_seed_another() -> None:
    settings = {"sample_size": 10, "samples": 3, "metric": "euclidean"}
    first, same, other = (
        average_landscape(circle(30), seed=seed, grid=np.linspace(0, 2, 50), **settings)
        for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first.mean, same.mean)
    assert not np.array_equal(first.mean, other.mean)


def test_an_average_without_bars_is_zero() -> None:
    average = average_landscape(np.eye(6), sample_size=4, samples=2, metric="euclidean")
    assert not average.mean.any()


def test_progress_is_told_and_can_end_the_work() -> None:
    seen: list[float] = []
    maxmin_landmarks(
        LINE, 3, metric="euclidean", on_progress=lambda done, total: seen.append(done / total)
    )
    assert seen == [2 / 3, 1.0]

    def cancel(done: int, total: int) -> None:
        raise KeyboardInterrupt(f"drew {done} of {total}")

    with pytest.raises(KeyboardInterrupt, match="drew 1 of 5"):
        average_landscape(circle(9), sample_size=5, samples=5, on_progress=cancel)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"count": 0}, "count is 0 for 5 points"),
        ({"count": 6}, "use 1 to 5"),
        ({"count": 2, "start": 5}, "start is 5"),
        ({"count": 2, "metric": "l3"}, "metric is 'l3'"),
    ],
)
def test_landmarks_that_cannot_be_chosen_are_refused(options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        maxmin_landmarks(LINE, **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"sample_size": 2, "samples": 5}, "sample_size is 2"),
        ({"sample_size": 10, "samples": 5}, "use 3 to 9"),
        ({"sample_size": 5, "samples": 1}, "samples is 1"),
        ({"sample_size": 5, "samples": 2, "grid": np.array([np.nan])}, "finite numbers"),
        ({"sample_size": 5, "samples": 2, "levels": 0}, "levels is 0"),
        ({"sample_size": 5, "samples": 2, "homology_dimension": 3}, "use 0, 1 or 2"),
    ],
)
def test_samples_that_cannot_be_drawn_are_refused(options: dict, words: str) -> None:
    with pytest.raises(InputError, match=words):
        average_landscape(circle(9), **options)
