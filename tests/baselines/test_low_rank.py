"""Low-rank repair: against ridge, a search over all matrices of a rank, and a known correction."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import minimize
from support.clouds import gaussian

from tomclip.baselines.choosing import chosen_ridge, mean_reciprocal_rank
from tomclip.baselines.low_rank import LowRankRepair, chosen_low_rank, fit_low_rank
from tomclip.baselines.vectors import FittingVectors
from tomclip.core.errors import InputError
from tomclip.core.reading.numbers import unit_rows
from tomclip.geometry import fit_ridge

CODES = ("ko", "de", "fr")
WIDTH, DIMENSION = 12, 10


@pytest.mark.parametrize(("n", "width"), [(40, 6), (5, 9)])
@pytest.mark.parametrize("strength", [1e-5, 1e-2, 3.0])
def test_at_full_rank_it_is_ridge(n: int, width: int, strength: float) -> None:
    x, y = gaussian(n, width) + 1.0, gaussian(n, 4, seed=1) - 2.0
    found, ridge = (
        fit_low_rank(x, y, rank=99, strength=strength),
        fit_ridge(x, y, strength=strength),
    )
    np.testing.assert_allclose(found.weight, ridge.weight, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(found.bias, ridge.bias, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("strength", [0.01, 0.5])
def test_no_matrix_of_the_rank_that_a_search_finds_is_better(rank: int, strength: float) -> None:
    x, y = gaussian(15, 4), gaussian(15, 3, seed=1)
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)

    def loss(weight: np.ndarray) -> float:
        return float(((x @ weight - y) ** 2).sum() / len(x) + strength * (weight**2).sum())

    def of_factors(factors: np.ndarray) -> float:
        left, right = factors[: 4 * rank].reshape(4, rank), factors[4 * rank :].reshape(rank, 3)
        return loss(left @ right)

    starts = np.random.default_rng(0).normal(size=(8, 7 * rank))
    searched = min(float(minimize(of_factors, start, tol=1e-12).fun) for start in starts)
    found = fit_low_rank(x, y, rank=rank, strength=strength)
    assert np.linalg.matrix_rank(found.weight, tol=1e-5) == rank
    assert loss(found.weight.astype(np.float64)) == pytest.approx(searched, rel=1e-5)
    assert loss(fit_ridge(x, y, strength=strength).weight.astype(np.float64)) < searched


@pytest.mark.parametrize(("rank", "strength"), [(0, 0.1), (1, 0.0), (1, float("nan"))])
def test_a_rank_or_strength_out_of_range_is_refused(rank: int, strength: float) -> None:
    with pytest.raises(InputError, match="give a rank from 1 on and a strength above 0"):
        fit_low_rank(gaussian(5, 3), gaussian(5, 2), rank=rank, strength=strength)


def captions(
    offsets: dict[str, np.ndarray], *, each: int = 60, noise: float = 0.0, seed: int = 0
) -> tuple[FittingVectors, tuple[str, ...], tuple[str, ...]]:
    """Returns captions whose targets are a map of all languages plus each language's own offset.

    As many of each language validate; no two have the same target.
    """
    random = np.random.default_rng(seed)
    shared = random.normal(size=(WIDTH, DIMENSION))
    languages = tuple(code for code in offsets for _ in range(each))

    def drawn() -> tuple[np.ndarray, np.ndarray]:
        x = unit_rows(random.normal(size=(len(languages), WIDTH)))
        own = np.stack([row @ (shared + offsets[c]) for row, c in zip(x, languages, strict=True)])
        return x, own + noise * random.normal(size=own.shape)

    (features, targets), (asked, answers) = drawn(), drawn()
    vectors = FittingVectors(
        features=features.astype(np.float32),
        targets=targets.astype(np.float32),
        validation=asked.astype(np.float32),
        candidates=answers.astype(np.float32),
        right=np.arange(len(answers)),
        anchor_features=np.empty((0, WIDTH), np.float32),
        anchor_targets=np.empty((0, DIMENSION), np.float32),
    )
    return vectors, languages, languages


def rank_one(*, seed: int, size: float = 8.0) -> np.ndarray:
    """Returns a matrix of rank 1 and norm `size`."""
    left, right = gaussian(1, WIDTH, seed=seed), gaussian(1, DIMENSION, seed=seed + 50)
    return size * unit_rows(left).T @ unit_rows(right)


def validated(repair: LowRankRepair, vectors: FittingVectors, languages: tuple[str, ...]) -> float:
    """The mean reciprocal rank, text by text."""
    images = [repair(row[None], c) for row, c in zip(vectors.validation, languages, strict=True)]
    return mean_reciprocal_rank(np.concatenate(images), vectors.candidates, vectors.right)


def test_a_correction_of_rank_one_is_found_behind_the_map_of_all_languages() -> None:
    offset = rank_one(seed=0)
    vectors, languages, asked = captions({"ko": offset, "de": -offset}, each=200, noise=0.1)
    repair, ridge = chosen_low_rank(vectors, languages, asked), chosen_ridge(vectors)
    assert repair.rank == 1
    assert repair.score > ridge.score + 0.1
    assert repair.score == pytest.approx(validated(repair, vectors, asked), abs=1e-6)
    for code, sign in (("ko", 1.0), ("de", -1.0)):
        found = repair.corrections[code].weight
        cosine = (found * sign * offset).sum() / np.linalg.norm(found) / np.linalg.norm(offset)
        assert cosine > 0.98
        assert np.linalg.norm(found) == pytest.approx(np.linalg.norm(offset), rel=0.2)


def test_a_rank_that_is_known_is_better_than_ridge_of_the_same_strength() -> None:
    x, offset = unit_rows(gaussian(40, WIDTH)), rank_one(seed=0)
    y = x @ offset + 0.3 * gaussian(40, DIMENSION, seed=3)
    errors = [
        np.linalg.norm(fit_low_rank(x, y, rank=rank, strength=1e-3).weight - offset)
        for rank in (1, 2, DIMENSION)
    ]
    assert errors[0] < errors[1] < errors[2]


def test_equal_features_leave_the_mean_of_the_targets() -> None:
    y = gaussian(4, 3)
    found = fit_low_rank(np.ones((4, 2)), y, rank=1, strength=0.1)
    np.testing.assert_array_equal(found.weight, np.zeros((2, 3)))
    np.testing.assert_allclose(found.bias, y.mean(axis=0), rtol=1e-5)


def test_rank_and_strength_are_those_of_the_best_of_a_plain_loop() -> None:
    offsets = {code: rank_one(seed=place, size=3.0) for place, code in enumerate(CODES)}
    vectors, languages, asked = captions(offsets, each=20, noise=0.3)
    ranks, strengths = (1, 2, 4), (1e-3, 1e-1, 3.0)
    repair = chosen_low_rank(vectors, languages, asked, ranks=ranks, strengths=strengths)
    ridge, codes = chosen_ridge(vectors), np.asarray(languages)
    tried: dict[tuple[int, float], float] = {}
    for rank in ranks:
        for strength in strengths:
            maps = {}
            for code in CODES:
                x, y = vectors.features[codes == code], vectors.targets[codes == code]
                maps[code] = fit_low_rank(x, y - ridge.map(x), rank=rank, strength=strength)
            candidate = LowRankRepair(ridge.map, maps, rank, strength, 0.0)
            tried[rank, strength] = validated(candidate, vectors, asked)
    best = max(tried, key=lambda one: tried[one])
    assert tried[best] > ridge.score
    assert (repair.rank, repair.strength) == best
    assert repair.score == pytest.approx(tried[best], abs=1e-6)


def test_where_no_correction_helps_it_is_the_ridge_map() -> None:
    vectors, languages, asked = captions({code: np.zeros((WIDTH, DIMENSION)) for code in CODES})
    repair, ridge = chosen_low_rank(vectors, languages, asked), chosen_ridge(vectors)
    assert (repair.rank, repair.strength, repair.corrections) == (0, None, {})
    assert repair.score == ridge.score
    for code in CODES:
        images = repair(vectors.validation, code)
        np.testing.assert_array_equal(images, ridge.map(vectors.validation))


def test_a_language_without_two_pairs_keeps_the_ridge_map() -> None:
    offsets = {code: rank_one(seed=place) for place, code in enumerate(CODES)}
    vectors, languages, asked = captions(offsets)
    codes = np.asarray(languages)
    kept = (codes != "fr") | (np.arange(len(codes)) == len(codes) - 1)
    fewer = replace(vectors, features=vectors.features[kept], targets=vectors.targets[kept])
    repair = chosen_low_rank(fewer, tuple(codes[kept]), asked)
    assert repair.rank > 0
    assert set(repair.corrections) == {"ko", "de"}
    images = repair(vectors.validation, "fr")
    np.testing.assert_array_equal(images, chosen_ridge(fewer).map(vectors.validation))
