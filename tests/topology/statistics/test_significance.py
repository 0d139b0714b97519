"""Confidence bands and permutation tests: by hand, under the null hypothesis, and with power."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from scipy.stats import binom

from tomclip.core.errors import InputError
from tomclip.core.types import DistanceMatrix, PersistenceDiagram
from tomclip.topology import (
    bar_p_values,
    cloud_difference_test,
    confidence_band,
    language_difference_tests,
    permutation_test,
    persistence_diagrams,
)
from tomclip.topology.statistics.significance import dealt_rows

SEEDS = range(12)


def circle(seed: int, *, n: int = 200, dimensions: int = 2, noise: float = 0.1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    angles = rng.uniform(0, 2 * np.pi, n)
    points = np.zeros((n, dimensions))
    points[:, 0], points[:, 1] = np.cos(angles), np.sin(angles)
    return points + noise * rng.normal(size=points.shape)


def blob(seed: int, *, n: int = 120, dimensions: int = 2) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, dimensions))


def bar(death: float, birth: float = 1.0) -> PersistenceDiagram:
    return PersistenceDiagram(np.array([[birth, death]]), 1, "euclidean", 10)


def outside(points: np.ndarray, method: str, metric: str = "euclidean") -> np.ndarray:
    """The lengths of the bars of H1 outside the band, longest first."""
    band = confidence_band(points, method=method, metric=metric, samples=40)  # type: ignore[arg-type]
    diagram = persistence_diagrams(points, metric=metric)[1]
    lengths = diagram.pairs[:, 1] - diagram.pairs[:, 0]
    return np.sort(lengths[band.outside(diagram)])[::-1]


@pytest.mark.parametrize("method", ["universal", "bootstrap"])
def test_the_loop_of_a_noisy_circle_is_the_only_bar_outside(method: str) -> None:
    found = [outside(circle(seed), method) for seed in SEEDS]
    assert [len(lengths) for lengths in found] == [1] * len(SEEDS)
    assert min(lengths[0] for lengths in found) > 1


def test_a_circle_in_256_dimensions_is_told_from_noise_in_cosine_distance() -> None:
    points = circle(0, n=150, dimensions=256, noise=0.06)
    assert len(outside(points, "universal", "cosine")) == 1


@pytest.mark.parametrize(("method", "dimensions"), [("universal", 10), ("bootstrap", 2)])
def test_nearly_no_bar_of_pure_noise_is_outside(method: str, dimensions: int) -> None:
    found = [outside(blob(seed, dimensions=dimensions), method) for seed in SEEDS]
    assert sum(map(len, found)) <= 2


def test_only_the_gap_between_two_far_clusters_outlives_the_subsampling_band() -> None:
    points = np.concatenate([blob(0, n=100) / 10, blob(1, n=100) / 10 + 5])
    band = confidence_band(points, homology_dimension=0, metric="euclidean")
    diagram = persistence_diagrams(points, metric="euclidean", max_dimension=0)[0]
    assert (band.method, band.sample_size) == ("subsampling", round(200 / np.log(200)))
    assert band.outside(diagram).sum() == 2  # the gap, and the whole that never dies


def test_subsampling_in_cosine_marks_the_same_components_as_in_chords() -> None:
    rows = np.concatenate([[1, 0] + blob(0, n=50) / 99, [0, 1] + blob(1, n=50) / 99])
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    chord = confidence_band(rows, homology_dimension=0, metric="euclidean", seed=5)
    cosine = confidence_band(rows, homology_dimension=0, metric="cosine", seed=5)
    assert 2 * cosine.half_width == pytest.approx((2 * chord.half_width) ** 2 / 2)
    assert cosine.outside(persistence_diagrams(rows)[0]).sum() == 2


def test_a_cosine_band_is_never_wider_than_the_largest_cosine_distance() -> None:
    band = confidence_band(blob(0, n=60, dimensions=64), homology_dimension=0)
    assert 2 * band.half_width == 2


def test_a_bar_as_long_as_the_law_expects_has_the_gumbel_p_value() -> None:
    """Two bars of equal ratio: both lie at the mean -0.577, so p = exp(-exp(-0.577)) = 0.570."""
    pairs = np.array([[1.0, 2.0], [3.0, 6.0]])
    p_values = bar_p_values(PersistenceDiagram(pairs, 1, "euclidean", 9))
    assert p_values == pytest.approx([0.5704, 0.5704], abs=1e-4)


def test_p_values_of_bars_do_not_change_when_distances_are_squared() -> None:
    pairs = persistence_diagrams(blob(1), metric="euclidean")[1].pairs
    values = [bar_p_values(PersistenceDiagram(pairs**k, 1, "euclidean", 9)) for k in (1, 2)]
    assert values[0] == pytest.approx(values[1])


def test_essential_bars_are_never_noise() -> None:
    pairs = np.array([[1.0, 2.0], [1.0, np.inf], [1.0, 3.0]])
    p_values = bar_p_values(PersistenceDiagram(pairs, 1, "euclidean", 9))
    assert p_values[1] == 0
    assert (p_values[[0, 2]] > 0).all()


def test_bands_and_tests_repeat_bit_for_bit() -> None:
    points, other = blob(0, n=60), blob(1, n=60)
    bands = [confidence_band(points, method="bootstrap", samples=20, seed=7) for _ in range(2)]
    assert bands[0] == bands[1]
    first, second = (cloud_difference_test(points, other, pairs=6, seed=7) for _ in range(2))
    assert first.p_value == second.p_value
    assert (first.null == second.null).all()


def test_a_wider_level_gives_a_wider_band() -> None:
    widths = [
        confidence_band(blob(0), method="bootstrap", level=level, samples=40).half_width
        for level in (0.5, 0.95)
    ]
    assert widths[0] < widths[1]


def test_joint_loss_and_p_value_by_hand() -> None:
    """Bars [1, 2], [1, 2.2] against [1, 5], [1, 5.4].

    Within: 0.2 and 0.4, so the loss is (0.2**2 + 0.4**2) / 2 = 0.1. Of the three ways to halve four
    diagrams this is the lowest: p = 1 / 3.
    """
    test = permutation_test([bar(2), bar(2.2)], [bar(5), bar(5.4)], paired=False)
    assert test.statistic == pytest.approx(0.1)
    assert (test.permutations, test.exact, test.p_value) == (2, True, pytest.approx(1 / 3))


def test_paired_test_swaps_within_pairs_only() -> None:
    """Two pairs have two labellings; the other one puts 2 with 5.4 and 5 with 2.2.

    Bars further apart than both are from the diagonal meet there: max(0.5, 2.2) and max(2, 0.6).
    """
    test = permutation_test(
        [bar(2), bar(2.2)], [bar(5), bar(5.4)], paired=True, distance="bottleneck"
    )
    assert test.null == pytest.approx([(2.2**2 + 2.0**2) / 2])
    assert test.p_value == test.smallest_p_value == 0.5


def test_paired_loss_is_the_squared_length_of_the_mean_difference() -> None:
    """H0 deaths far from the diagonal lie on a line, where order 2 has the closed form."""
    rng = np.random.default_rng(0)
    a, b = 100 + rng.normal(size=(2, 6))
    test = permutation_test(*[[bar(d) for d in side] for side in (a, b)], paired=True)
    signs = np.array(list(product([1, -1], repeat=6)))
    lengths = (signs @ (a - b)) ** 2
    assert test.p_value == pytest.approx(np.mean(lengths >= lengths[0] - 1e-9))


def test_drawn_permutations_come_close_to_all_of_them() -> None:
    rng = np.random.default_rng(2)
    groups = [[bar(d) for d in 3 + shift + rng.normal(size=6) / 4] for shift in (0, 0.2)]
    whole = permutation_test(*groups, paired=False, permutations=1000)
    drawn = permutation_test(*groups, paired=False, permutations=400)
    assert (whole.exact, drawn.exact) == (True, False)
    assert drawn.p_value == pytest.approx(whole.p_value, abs=0.08)


@pytest.mark.parametrize("homology_dimension", [0, 1])
def test_p_values_are_not_too_small_when_both_clouds_have_one_shape(
    homology_dimension: int,
) -> None:
    p_values = []
    for seed in range(100):
        rng = np.random.default_rng(seed)
        concepts = rng.normal(size=(84, 3))
        a, b = (concepts + 0.3 * rng.normal(size=concepts.shape) for _ in "ab")
        test = cloud_difference_test(
            a, b, homology_dimension=homology_dimension, metric="euclidean", pairs=7
        )
        p_values.append(test.p_value)
    for level in (0.05, 0.1, 0.25, 0.5):
        assert np.sum(np.array(p_values) <= level) <= binom.ppf(0.999, 100, level)


@pytest.mark.parametrize("homology_dimension", [0, 1])
def test_a_circle_and_a_blob_differ(homology_dimension: int) -> None:
    test = cloud_difference_test(
        circle(0, n=240, noise=0.05),
        blob(1, n=240),
        homology_dimension=homology_dimension,
        metric="euclidean",
    )
    assert test.exact
    assert test.p_value == pytest.approx(1 / 2048)


@pytest.mark.parametrize("homology_dimension", [0, 1])
def test_equal_clouds_give_p_1(homology_dimension: int) -> None:
    assert (
        cloud_difference_test(
            blob(0), blob(0), homology_dimension=homology_dimension, pairs=8
        ).p_value
        == 1
    )


def test_subsamples_are_disjoint_and_of_equal_size() -> None:
    rows = dealt_rows(295, 12, None)
    assert rows.shape == (12, 24)
    assert len(np.unique(rows)) == rows.size
    assert rows.max() < 295
    assert dealt_rows(1583, 12, None).shape == (12, 100)


def test_languages_are_tested_one_by_one_and_corrected_together() -> None:
    """Benjamini and Hochberg by hand: the smallest of two p-values is doubled."""
    clouds = {
        "en": circle(0, noise=0.05),
        "ko": blob(1, n=200),
        "de": circle(0, noise=0.05),
    }
    tests = language_difference_tests(
        clouds, homology_dimensions=(1,), metric="euclidean", pairs=10
    )
    alone = cloud_difference_test(clouds["en"], clouds["ko"], metric="euclidean", pairs=10)
    assert [(t.language, t.homology_dimension) for t in tests] == [("ko", 1), ("de", 1)]
    assert tests[0].test.p_value == alone.p_value
    assert tests[0].adjusted_p_value == pytest.approx(2 * alone.p_value)
    assert tests[1].test.p_value == tests[1].adjusted_p_value == 1


@pytest.mark.parametrize("work", ["band", "test", "languages"])
def test_progress_rises_to_1_and_an_exception_in_it_stops_the_work(work: str) -> None:
    a, b = blob(0, n=60), blob(1, n=60)
    run = {
        "band": lambda report: confidence_band(
            a, method="bootstrap", samples=20, on_progress=report
        ),
        "test": lambda report: cloud_difference_test(a, b, pairs=4, on_progress=report),
        "languages": lambda report: language_difference_tests(
            {"en": a, "ko": b}, pairs=4, on_progress=report
        ),
    }[work]
    fractions: list[float] = []
    run(lambda done, total: fractions.append(done / total))
    assert fractions == sorted(fractions)
    assert fractions[-1] == pytest.approx(1)

    def cancel(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(cancel)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"points": np.eye(5)}, "5 points came"),
        ({"level": 1.0}, "level is 1.0"),
        ({"samples": 10}, "samples is 10; level 0.95 needs at least 20"),
        ({"method": "jackknife"}, "method is 'jackknife'"),
        ({"method": "bootstrap", "homology_dimension": 0}, "use 'subsampling'"),
        ({"method": "subsampling", "homology_dimension": 1}, "rows of length 1 with 'euclidean'"),
    ],
)
def test_bands_that_cannot_be_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        confidence_band(**{"points": blob(0, n=20), **changes})


def test_a_band_of_another_dimension_and_ratios_of_h0_are_refused() -> None:
    h0, h1 = persistence_diagrams(blob(0, n=20))
    with pytest.raises(InputError, match="band is for H1"):
        confidence_band(DistanceMatrix(np.ones((10, 10)) - np.eye(10), "cosine")).outside(h0)
    with pytest.raises(InputError, match="give H1 or H2"):
        bar_p_values(h0)
    assert len(bar_p_values(h1)) == len(h1)


@pytest.mark.parametrize(
    ("groups", "changes", "message"),
    [
        (([bar(2)], [bar(3), bar(4)]), {}, "at least 2 each"),
        (([bar(2)] * 2, [bar(3)] * 3), {"paired": True}, "cannot be paired"),
        (([bar(2)] * 2, [bar(3)] * 2), {"permutations": 5}, "at least 19"),
        (([bar(2)] * 2, [bar(3)] * 2), {"order": 0.5}, "order is 0.5"),
        (([bar(2)] * 2, [bar(np.inf)] * 2), {}, "infinitely far"),
    ],
)
def test_groups_that_cannot_be_tested_are_refused(groups, changes: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        permutation_test(*groups, **{"paired": False} | changes)


@pytest.mark.parametrize(
    ("clouds", "changes", "message"),
    [
        ({"en": blob(0), "ko": blob(1, n=50)}, {}, "120 .en., 50 .ko. rows"),
        ({"ko": blob(0), "de": blob(1)}, {}, "reference 'en'"),
        ({"en": blob(0), "de": blob(1)}, {"homology_dimensions": ()}, "some of 0, 1 and 2"),
        ({"en": blob(0), "de": blob(1)}, {"correction": "holm"}, "use 'bh' or 'by'"),
        ({"en": blob(0), "de": blob(1)}, {"pairs": 30}, "30 disjoint subsamples of 4"),
        ({"en": blob(0), "de": blob(1)}, {"pairs": 1}, "at least 2, and 6 or more"),
    ],
)
def test_languages_that_cannot_be_tested_are_refused(clouds, changes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        language_difference_tests(clouds, **changes)
