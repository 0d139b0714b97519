"""The loops of one cloud followed into another cloud of the same points."""

from __future__ import annotations

import numpy as np
import pytest
from support.clouds import circle, gaussian

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix
from tomclip.geometry import distance_matrix
from tomclip.topology import compare_loops, loop_classes, optimal_matching, persistence_diagrams


def euclidean(points: np.ndarray) -> DistanceMatrix:
    return distance_matrix(points, metric="euclidean")


def test_a_circle_pressed_flat_loses_its_loop() -> None:
    (found,) = compare_loops(euclidean(circle(12)), euclidean(circle(12) * [1.0, 0.0]))
    closes, filled = found.there
    assert set(found.loop.points) == set(range(12))
    assert closes == filled == pytest.approx(0.5)
    assert found.matched_bar is None


def test_a_larger_circle_keeps_it() -> None:
    (found,) = compare_loops(euclidean(circle(12)), euclidean(circle(12, radius=1.1)))
    assert found.there == pytest.approx((1.1 * found.loop.birth, 1.1 * found.loop.death))
    assert found.matched_bar == 0


def test_the_diagrams_may_match_a_bar_whose_loop_is_of_other_points() -> None:
    ring, heap = circle(12), 0.01 * gaussian(12, 2) + [5.0, 0.0]
    (found, *_) = compare_loops(
        euclidean(np.vstack([ring, heap])), euclidean(np.vstack([heap, ring]))
    )
    assert found.matched_bar is not None
    assert found.there[1] - found.there[0] < 0.01


def test_a_cloud_compared_with_itself_finds_every_loop_again() -> None:
    cloud = euclidean(gaussian(60, 5))
    found = compare_loops(cloud, cloud)
    assert [loop.bar for loop in found] == [loop.matched_bar for loop in found]
    assert all(loop.there == (loop.loop.birth, loop.loop.death) for loop in found)


def test_every_bar_comes_once_the_longest_first_with_its_partner() -> None:
    here, there = euclidean(gaussian(60, 5)), euclidean(gaussian(60, 5, seed=1))
    found = compare_loops(here, there)
    bars = loop_classes(here).bars
    lengths = np.diff(bars[[loop.bar for loop in found]]).ravel()
    assert sorted(loop.bar for loop in found) == list(range(len(bars)))
    assert (np.diff(lengths) <= 0).all()
    diagrams = (persistence_diagrams(cloud)[1] for cloud in (here, there))
    partners = dict(optimal_matching(*diagrams).pairs.tolist())
    assert all(
        partners[loop.bar] == (-1 if loop.matched_bar is None else loop.matched_bar)
        for loop in found
    )


def test_a_cloud_without_loops_has_none_to_compare() -> None:
    line = euclidean(np.arange(5.0)[:, None])
    assert compare_loops(line, euclidean(circle(5))) == ()


def test_progress_ends_at_one_and_an_exception_in_it_stops_the_work() -> None:
    cloud = euclidean(gaussian(30, 3))
    seen: list[float] = []
    compare_loops(cloud, cloud, on_progress=lambda done, total: seen.append(done / total))
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)

    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        compare_loops(cloud, cloud, on_progress=stop)


def test_clouds_of_other_points_or_another_metric_are_refused() -> None:
    cloud = euclidean(circle(5))
    with pytest.raises(InputError, match="5 and 6 points"):
        compare_loops(cloud, euclidean(circle(6)))
    with pytest.raises(InputError, match="same metric"):
        compare_loops(cloud, distance_matrix(circle(5), metric="cosine"))
