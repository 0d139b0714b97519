"""Shape scores against hand-computed diagrams, and what must leave them unchanged."""

from __future__ import annotations

import numpy as np
import pytest
from support.emoji_doubles import as_embeddings

from tomclip.core.errors import InputError
from tomclip.core.scores import SHAPE_SCORES
from tomclip.core.types import Embeddings, Score
from tomclip.evaluation import sample_rows, shape_scores
from tomclip.evaluation.metrics.shape import cloud_shape, shape_scores_between
from tomclip.topology import (
    bottleneck_distance,
    persistence_diagrams,
    representation_topology_divergence,
)

DISTANCES = ("bottleneck_h0", "wasserstein_h0", "bottleneck_h1", "wasserstein_h1")
LOWER_IS_BETTER = (*DISTANCES, "rtd", "procrustes", "language_gap")
AGREEMENTS = ("linear_cka", "debiased_cka", "mutual_knn", "rsa")


def cloud(vectors: np.ndarray) -> Embeddings:
    return as_embeddings(vectors, [f"c{i}" for i in range(len(vectors))], language="ko")


def random_cloud(n: int = 30, seed: int = 0) -> Embeddings:
    return cloud(np.random.default_rng(seed).normal(size=(n, 4)))


def by_name(scores: tuple[Score, ...]) -> dict[str, float]:
    return {score.name: score.value for score in scores}


def test_a_cloud_has_the_shape_of_itself() -> None:
    scores = by_name(shape_scores(random_cloud(), random_cloud(), language="ko"))
    assert tuple(scores) == SHAPE_SCORES
    assert [scores[name] for name in LOWER_IS_BETTER] == pytest.approx([0.0] * 7, abs=1e-6)
    assert [scores[name] for name in AGREEMENTS] == pytest.approx([1.0] * 4)


def test_rotation_changes_no_score_but_the_language_gap() -> None:
    rotation = np.linalg.qr(np.random.default_rng(5).normal(size=(4, 4)))[0]
    turned = cloud(random_cloud().vectors @ rotation)
    scores = by_name(shape_scores(random_cloud(), turned, language="ko"))
    assert scores.pop("language_gap") > 0.1
    lower = [scores[name] for name in LOWER_IS_BETTER if name in scores]
    assert lower == pytest.approx([0.0] * 6, abs=1e-5)
    assert [scores[name] for name in AGREEMENTS] == pytest.approx([1.0] * 4)


def test_clouds_of_two_spaces_have_every_score_but_the_language_gap() -> None:
    wider = cloud(np.pad(random_cloud().vectors, ((0, 0), (0, 3))))
    scores = by_name(shape_scores(random_cloud(), wider, language="ko"))
    assert tuple(scores) == SHAPE_SCORES[:-1]
    assert scores["rtd"] == pytest.approx(0, abs=1e-6)


def test_rtd_is_the_mean_of_8_subsamples_of_100_concepts() -> None:
    a, b = random_cloud(120, seed=1), random_cloud(120, seed=2)
    expected = representation_topology_divergence(a, b, sample_size=100, samples=8, seed=4)
    score = next(s for s in shape_scores(a, b, language="ko", seed=4) if s.name == "rtd")
    assert (score.value, score.n) == (expected.value, 100)


def test_points_on_a_line_give_the_distance_computed_by_hand() -> None:
    """Eleven bars of length 1 against eleven of length 1.2: each pair costs 0.2."""
    line = np.stack([np.arange(12.0), np.zeros(12)], axis=1)
    scores = by_name(
        shape_scores(cloud(line), cloud(1.2 * line), language="ko", metric="euclidean")
    )
    assert scores["bottleneck_h0"] == pytest.approx(0.2, abs=1e-5)
    assert scores["wasserstein_h0"] == pytest.approx(0.2 * np.sqrt(11), abs=1e-5)
    assert scores["bottleneck_h1"] == scores["wasserstein_h1"] == 0.0


def test_distances_say_they_are_better_when_low_and_carry_the_sample_size() -> None:
    scores = {
        s.name: s
        for s in shape_scores(random_cloud(), random_cloud(), language="ko", max_points=20)
    }
    on_sample = (*DISTANCES, "rsa")
    assert [scores[name].n for name in on_sample] == [20] * 5
    assert {s.n for name, s in scores.items() if name not in on_sample} == {30}
    assert {n for n, s in scores.items() if not s.higher_is_better} == set(LOWER_IS_BETTER)
    assert {s.language for s in scores.values()} == {"ko"}


def test_both_clouds_are_sampled_at_the_same_rows() -> None:
    a, b = random_cloud(40, seed=1), random_cloud(40, seed=2)
    rows = sample_rows(40, max_points=15, seed=3)
    expected = bottleneck_distance(
        persistence_diagrams(a.vectors[rows])[1], persistence_diagrams(b.vectors[rows])[1]
    )
    scores = by_name(shape_scores(a, b, language="ko", max_points=15, seed=3))
    assert scores["bottleneck_h1"] == pytest.approx(expected)


def test_sample_is_seeded_ascending_and_never_larger_than_the_cloud() -> None:
    rows = sample_rows(100, max_points=10, seed=1)
    assert rows.tolist() == sorted(set(rows.tolist()))
    assert rows.tolist() == sample_rows(100, max_points=10, seed=1).tolist()
    assert rows.tolist() != sample_rows(100, max_points=10, seed=2).tolist()
    assert sample_rows(4, max_points=10).tolist() == [0, 1, 2, 3]


def test_a_sample_of_two_is_refused() -> None:
    with pytest.raises(InputError, match="max_points is 2"):
        sample_rows(100, max_points=2)


def test_other_concepts_are_refused() -> None:
    with pytest.raises(InputError, match="same concepts"):
        shape_scores(random_cloud(), random_cloud().select(range(29, -1, -1)), language="ko")


def test_shapes_of_different_samples_are_refused() -> None:
    first, second = (cloud_shape(random_cloud(), np.arange(n)) for n in (10, 12))
    with pytest.raises(InputError, match="different samples"):
        shape_scores_between(first, second, language="ko")
