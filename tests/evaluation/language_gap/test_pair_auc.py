"""Whether a distance tells confused pairs from others, and how sure that is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from tomclip.core.errors import InputError
from tomclip.evaluation import pair_auc
from tomclip.evaluation.metrics.bootstrap import bootstrap_means


def symmetric(m: int, seed: int, *, levels: int = 0) -> np.ndarray:
    generator = np.random.default_rng(seed)
    values = generator.integers(levels, size=(m, m)) if levels else generator.random((m, m))
    return np.triu(values, 1) + np.triu(values, 1).T


def marked(m: int, *pairs: tuple[int, int]) -> np.ndarray:
    found = np.zeros((m, m), dtype=bool)
    for i, j in pairs:
        found[i, j] = found[j, i] = True
    return found


def weighted_auc(distances: np.ndarray, confused: np.ndarray, counts: np.ndarray) -> float:
    """Returns the AUC where a pair counts as often as its classes were drawn, by sklearn."""
    rows = np.triu_indices(len(distances), 1)
    weights = np.outer(counts, counts)[rows]
    return roc_auc_score(confused[rows], -distances[rows], sample_weight=weights)


def test_three_classes_by_hand() -> None:
    distances = np.array([[0, 1, 2], [1, 0, 3], [2, 3, 0]], dtype=float)
    assert pair_auc(distances, marked(3, (0, 1))).mean() == pytest.approx(1.0)
    assert pair_auc(distances, marked(3, (0, 2))).mean() == pytest.approx(0.5)
    assert pair_auc(distances, marked(3, (1, 2))).mean() == pytest.approx(0.0)


def test_equal_distances_are_a_guess() -> None:
    assert pair_auc(np.ones((5, 5)), marked(5, (0, 1), (2, 4))).mean() == pytest.approx(0.5)


@given(st.integers(4, 12), st.integers(0, 10_000), st.sampled_from([0, 3]))
def test_the_mean_is_scikit_learn_s_area(m: int, seed: int, levels: int) -> None:
    distances = symmetric(m, seed, levels=levels)
    confused = symmetric(m, seed + 1) > 0.7
    rows = np.triu_indices(m, 1)
    if confused[rows].all() or not confused[rows].any():
        return
    expected = weighted_auc(distances, confused, np.ones(m))
    assert pair_auc(distances, confused).mean() == pytest.approx(expected)


def test_a_class_s_value_is_the_slope_of_the_area_in_its_count() -> None:
    distances, confused, step = symmetric(9, 3), symmetric(9, 4) > 0.7, 1e-6
    values = pair_auc(distances, confused)
    for place in range(9):
        more = np.ones(9)
        more[place] += step
        slope = (weighted_auc(distances, confused, more) - values.mean()) / step
        assert values[place] - values.mean() == pytest.approx(9 * slope, abs=1e-4)


def test_resampled_means_spread_as_the_area_of_resampled_classes_does() -> None:
    points = np.random.default_rng(0).normal(size=(80, 3))
    distances = np.linalg.norm(points[:, None] - points, axis=2)
    confused = symmetric(80, 5) < 0.3 * np.exp(-distances)
    np.fill_diagonal(confused, False)
    first_order = bootstrap_means(pair_auc(distances, confused), samples=400)[:, 0]
    generator = np.random.default_rng(1)
    drawn = [
        weighted_auc(
            distances, confused, np.bincount(generator.integers(80, size=80), minlength=80)
        )
        for _ in range(400)
    ]
    assert first_order.std() == pytest.approx(np.std(drawn), rel=0.2)
    assert first_order.mean() == pytest.approx(np.mean(drawn), abs=0.02)


@pytest.mark.parametrize(
    ("distances", "confused", "sentence"),
    [
        (np.ones((3, 4)), np.ones((3, 3)), "give \\(m, m\\)"),
        (np.ones((2, 2)), marked(2, (0, 1)), "for 3 to 5,000 classes"),
        (np.ones((3, 3)), np.zeros((3, 3)), "no pair of the 3 classes is confused"),
        (np.ones((3, 3)), np.ones((3, 3)), "every pair of the 3 classes is confused"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(
    distances: np.ndarray, confused: np.ndarray, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        pair_auc(distances, confused)
