"""What a threshold on the distances loses."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components
from support.clouds import clouds, gaussian

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix
from tomclip.geometry import distance_matrix
from tomclip.topology import bottleneck_distance, h0_diagram, sparsification_curve, sparsify

THRESHOLDS = st.integers(0, 100).map(lambda i: i / 8)


def on_a_line(*places: float) -> DistanceMatrix:
    return distance_matrix(np.array(places, dtype=float)[:, None], metric="euclidean")


def test_two_clusters_cut_between_them() -> None:
    lost = sparsify(on_a_line(0, 1, 3, 13), tau=2.0)  # bars 1, 2 and 10
    assert (lost.kept_edges, lost.kept_share) == (2, 2 / 6)
    assert (lost.components, lost.lost_bars) == (2, 1)
    assert (lost.lost_h0_mass, lost.lost_h0_share) == (10.0, 10 / 13)
    assert (lost.bottleneck_error, lost.bound) == (5.0, 8.0)


def test_a_threshold_above_the_tree_loses_nothing() -> None:
    kept = sparsify(on_a_line(0, 1, 3, 13), tau=10.0)
    assert kept.components == 1
    assert (kept.lost_bars, kept.lost_h0_mass, kept.bottleneck_error, kept.bound) == (0, 0, 0, 0)


def test_a_threshold_of_zero_keeps_duplicates_only() -> None:
    lost = sparsify(on_a_line(0, 0, 1, 1, 1), tau=0.0)
    assert (lost.kept_edges, lost.components) == (4, 2)


def test_identical_points_lose_no_share() -> None:
    assert sparsify(on_a_line(2, 2, 2), tau=0.0).lost_h0_share == 0.0


@given(clouds(), THRESHOLDS)
def test_components_are_those_of_the_kept_graph(points: np.ndarray, tau: float) -> None:
    distances = distance_matrix(points, metric="euclidean")
    expected, _ = connected_components(distances.values <= tau, directed=False)
    assert sparsify(distances, tau).components == expected


@given(clouds(), THRESHOLDS)
def test_the_error_is_the_measured_bottleneck_distance_and_keeps_the_bound(points, tau) -> None:
    full = h0_diagram(points, metric="euclidean")
    births, deaths = full.pairs.T
    capped_deaths = np.where(np.isfinite(deaths), np.minimum(deaths, tau), deaths)
    capped = replace(full, pairs=np.column_stack([births, capped_deaths]))
    result = sparsify(distance_matrix(points, metric="euclidean"), tau)
    assert result.bottleneck_error == pytest.approx(bottleneck_distance(full, capped))
    assert result.bottleneck_error <= result.bound == max(0.0, deaths[-2] - tau)


def test_a_curve_equals_its_points_and_loses_less_as_the_threshold_rises() -> None:
    distances = distance_matrix(gaussian(30, 4))
    taus = np.linspace(0, 2, 21)
    curve = sparsification_curve(distances, taus)
    assert curve == tuple(sparsify(distances, tau) for tau in taus)
    for name in ("lost_h0_mass", "bottleneck_error", "bound", "components"):
        values = [getattr(point, name) for point in curve]
        assert values == sorted(values, reverse=True)
    assert curve[0].kept_share == 0.0
    assert curve[-1].kept_share == 1.0


@pytest.mark.parametrize("tau", [-0.1, float("nan")])
def test_thresholds_that_are_no_distance_are_refused(tau: float) -> None:
    with pytest.raises(InputError, match="numbers >= 0"):
        sparsify(on_a_line(0, 1, 2), tau)


def test_a_plain_array_is_refused_because_it_could_be_points() -> None:
    with pytest.raises(InputError, match="ndarray"):
        sparsify(np.zeros((3, 3)), 1.0)  # type: ignore[arg-type]
