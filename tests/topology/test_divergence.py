"""Representation topology divergence: by hand, invariances, and the published examples."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist, squareform

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix
from tomclip.topology import (
    cross_barcode,
    h0_diagram,
    persistence_diagrams,
    representation_topology_divergence,
)

CLOUD = np.random.default_rng(0).normal(size=(60, 5))
OTHER = np.random.default_rng(1).normal(size=(60, 5))


def distances(values) -> DistanceMatrix:
    return DistanceMatrix(np.array(values, dtype=float), "euclidean")


def of_points(points: np.ndarray) -> DistanceMatrix:
    return DistanceMatrix(squareform(pdist(points)), "euclidean")


def rtd(a: np.ndarray, b: np.ndarray, **options) -> float:
    return representation_topology_divergence(a, b, metric="euclidean", **options).value


def test_a_point_that_joins_at_1_here_and_at_3_there_makes_one_bar() -> None:
    far = distances([[0, 1, 3], [1, 0, 3], [3, 3, 0]])
    near = distances([[0, 1, 1], [1, 0, 1], [1, 1, 0]])
    assert cross_barcode(far, near).pairs.tolist() == [[1.0, 3.0]]
    assert len(cross_barcode(near, far)) == 0


def test_total_length_is_what_merging_later_costs_when_one_cloud_is_a_scaled_copy() -> None:
    """Each merge of b at t is one of a at 2 t; loops aside, the bars are (t, 2 t)."""
    line = np.array([[0.0], [1.0], [3.0], [6.5]])
    bars = cross_barcode(of_points(2 * line), of_points(line)).pairs
    assert bars.tolist() == [[1.0, 2.0], [2.0, 4.0], [3.5, 7.0]]


def doubled(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The published code's graph: every edge between the copies, none missing."""
    return np.block([[np.zeros_like(a), a], [a, np.minimum(a, b)]])


@given(st.integers(0, 10_000))
def test_missing_edges_change_no_bar(seed: int) -> None:
    rng = np.random.default_rng(seed)
    a, b = (of_points(rng.normal(size=(12, 2))) for _ in "ab")
    whole = persistence_diagrams(distances(doubled(a.values, b.values)))[1]
    assert cross_barcode(a, b).pairs == pytest.approx(whole.pairs)


def published(p: np.ndarray, q: np.ndarray) -> float:
    """One trial of the published code: distances over their 0.9 quantile, H1, both directions."""
    sides = [squareform(pdist(side)) for side in (p, q)]
    a, b = (side / np.quantile(side, 0.9) for side in sides)
    diagrams = [persistence_diagrams(distances(doubled(*pair)))[1] for pair in ((a, b), (b, a))]
    return sum(float(np.diff(diagram.pairs).sum()) for diagram in diagrams) / 2


def test_every_subsample_has_the_value_of_the_published_code() -> None:
    rng = np.random.default_rng(0)
    rows = [rng.choice(60, size=30, replace=False) for _ in range(4)]
    found = representation_topology_divergence(
        CLOUD, OTHER, metric="euclidean", sample_size=30, samples=4
    )
    expected = [published(CLOUD[chosen], OTHER[chosen]) for chosen in rows]
    assert found.per_sample == pytest.approx(expected)
    assert found.value == pytest.approx(np.mean(expected))
    assert found.standard_error == pytest.approx(np.std(expected, ddof=1) / 2)


def test_a_cloud_does_not_diverge_from_itself_nor_from_its_image() -> None:
    rotation = np.linalg.qr(OTHER[:5])[0]
    assert rtd(CLOUD, CLOUD) == 0
    assert rtd(CLOUD, 3 * CLOUD @ rotation + 7) == pytest.approx(0, abs=1e-9)


def test_divergence_is_symmetric_and_free_of_scale_and_rotation() -> None:
    rotation = np.linalg.qr(OTHER[:5])[0]
    assert rtd(CLOUD, OTHER) == pytest.approx(rtd(OTHER, CLOUD))
    assert rtd(5 * CLOUD @ rotation, OTHER) == pytest.approx(rtd(CLOUD, OTHER))


def test_equal_diagrams_of_other_concepts_diverge() -> None:
    """The same cloud with its rows shuffled has the same bars and joins other concepts."""
    shuffled = CLOUD[np.random.default_rng(3).permutation(60)]
    bars = [h0_diagram(cloud, metric="euclidean").finite for cloud in (CLOUD, shuffled)]
    assert bars[0] == pytest.approx(bars[1])
    assert rtd(CLOUD, shuffled) > 3


def test_divergence_grows_with_noise() -> None:
    noise = np.random.default_rng(4).normal(size=CLOUD.shape)
    values = [rtd(CLOUD, CLOUD + scale * noise) for scale in (0.01, 0.1, 0.3, 1.0)]
    assert values == sorted(values)


def test_divergence_grows_as_one_cluster_splits_into_more_and_more() -> None:
    """The paper's experiment: 60 groups of 5 points, moved to k places on a circle."""
    groups = np.random.default_rng(7).normal(size=(60, 5, 2))
    values = []
    for k in (2, 4, 6, 12):
        angles = 2 * np.pi * (np.arange(60) % k) / k
        places = 10 * np.stack([np.cos(angles), np.sin(angles)], axis=1)
        split = (groups + places[:, None]).reshape(-1, 2)
        values.append(rtd(groups.reshape(-1, 2), split, sample_size=100, samples=2))
    assert values == sorted(values)


def test_a_collapsed_cloud_misses_every_merge_of_the_other() -> None:
    """All points equal: each bar of the other's H0 is one bar of the cross-barcode."""
    unit = np.quantile(of_points(CLOUD).values, 0.9)
    deaths = h0_diagram(CLOUD, metric="euclidean").finite[:, 1] / unit
    assert rtd(CLOUD, np.ones((60, 5))) == pytest.approx(deaths.sum() / 2)


def test_a_nearly_collapsed_cloud_is_measured_by_its_largest_distance() -> None:
    nearly = np.ones((60, 5))
    nearly[0] = 2
    assert rtd(CLOUD, nearly) == pytest.approx(rtd(CLOUD, 9 * nearly))


def test_few_items_are_taken_once_and_have_no_error() -> None:
    found = representation_topology_divergence(CLOUD, OTHER, sample_size=60, samples=5)
    assert (found.samples, found.sample_size) == (1, 60)
    assert np.isnan(found.standard_error)


def test_subsamples_repeat_bit_for_bit_and_change_with_the_seed() -> None:
    runs = [
        representation_topology_divergence(CLOUD, OTHER, sample_size=20, seed=seed).per_sample
        for seed in (1, 1, 2)
    ]
    assert (runs[0] == runs[1]).all()
    assert (runs[0] != runs[2]).any()


def test_progress_rises_to_1() -> None:
    fractions: list[float] = []
    representation_topology_divergence(
        CLOUD,
        OTHER,
        sample_size=20,
        samples=3,
        on_progress=lambda done, total: fractions.append(done / total),
    )
    assert fractions == sorted(fractions)
    assert (len(fractions), fractions[-1]) == (6, 1)


@pytest.mark.parametrize(
    ("a", "b", "options", "message"),
    [
        (CLOUD, OTHER[:9], {}, "60 and 9 rows"),
        (CLOUD, OTHER, {"sample_size": 2}, "sample_size is 2"),
        (CLOUD, OTHER, {"samples": 0}, "samples is 0"),
    ],
)
def test_what_cannot_be_compared_is_refused(a, b, options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        representation_topology_divergence(a, b, **options)


def test_cross_barcodes_of_other_items_are_refused() -> None:
    with pytest.raises(InputError, match="same items and metric"):
        cross_barcode(of_points(CLOUD), of_points(CLOUD[:9]))
