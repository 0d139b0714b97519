"""How much the neighbours of an item change between two clouds."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.clouds import gaussian, random_rotation

from tomclip.core.errors import InputError
from tomclip.geometry import mutual_knn_overlap, neighbour_change

LINE = np.array([[0.0], [1.0], [2.5], [10.0], [11.2]])


def nearest_by_hand(rows: np.ndarray, item: int, k: int) -> list[int]:
    """The k nearest others by sorting all distances of one item."""
    far = sorted((float(np.linalg.norm(rows[item] - row)), at) for at, row in enumerate(rows))
    return [at for _, at in far if at != item][:k]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9))
def test_it_is_what_comparing_sorted_lists_says(seed: int, k: int) -> None:
    a, b = gaussian(12, 3, seed=seed), gaussian(12, 4, seed=seed + 1)
    found = neighbour_change(a, b, k=k, metric="euclidean")
    for item in range(12):
        old, new = nearest_by_hand(a, item, k), nearest_by_hand(b, item, k)
        assert found.before[item].tolist() == old
        assert found.after[item].tolist() == new
        assert found.change[item] == pytest.approx(1 - len(set(old) & set(new)) / k)
    assert not found.tied.any()


def test_what_moves_with_its_neighbours_has_not_moved() -> None:
    near, far = gaussian(10, 3), gaussian(10, 3, seed=5) + 100
    before = np.concatenate([near, far])
    after = np.concatenate([near @ random_rotation(3) - 500, far])
    found = neighbour_change(before, after, k=5, metric="euclidean")
    assert found.change.max() == 0.0


def test_an_item_that_went_over_to_others_comes_first() -> None:
    moved = LINE.copy()
    moved[1] = 10.5
    found = neighbour_change(LINE, moved, k=1, metric="euclidean")
    assert found.before[:, 0].tolist() == [1, 0, 1, 4, 3]
    assert found.after[:, 0].tolist() == [2, 3, 0, 1, 1]
    assert found.ranked().tolist() == [0, 1, 2, 3, 4]
    assert found.as_changed_as(0) == 5
    assert found.by_chance == pytest.approx(0.75)


def test_the_most_changed_come_first_and_equal_ones_keep_their_order() -> None:
    before = np.array([[0.0], [1.0], [2.5], [20.0], [21.0], [22.5]])
    after = before.copy()
    after[2] = 24.5
    found = neighbour_change(before, after, k=2, metric="euclidean")
    assert found.change.tolist() == [0.5, 0.5, 1.0, 0.0, 0.0, 0.5]
    assert found.ranked().tolist() == [2, 0, 1, 5, 3, 4]
    assert found.as_changed_as(0) == 3


def test_places_that_are_tied_for_are_shared_and_said() -> None:
    square = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    longer = square * [1.0, 1.5]
    found = neighbour_change(square, longer, k=1, metric="euclidean")
    assert found.tied.all()
    np.testing.assert_allclose(found.change, 0.5)


def test_its_mean_is_what_the_two_clouds_do_not_share() -> None:
    a, b = gaussian(40, 6), gaussian(40, 6, seed=3)
    shared = mutual_knn_overlap(a, b, k=7)
    assert 1 - neighbour_change(a, b, k=7).change.mean() == pytest.approx(shared)


def test_clouds_without_anything_in_common_change_as_much_as_chance_says() -> None:
    a, b = gaussian(400, 20, seed=1), gaussian(400, 20, seed=2)
    found = neighbour_change(a, b, k=20)
    assert found.change.mean() == pytest.approx(found.by_chance, abs=0.01)


def test_with_all_others_as_neighbours_nothing_can_change() -> None:
    found = neighbour_change(LINE, LINE[::-1].copy(), k=4, metric="euclidean")
    assert found.change.tolist() == [0.0] * 5
    assert found.before[0].tolist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("b", "k", "words"),
    [
        (LINE[:4], 1, "5 and 4 rows"),
        (LINE, 0, "give 1 to 4 neighbours"),
        (LINE, 5, "give 1 to 4 neighbours"),
        (np.zeros((5, 1)), 1, "all pairs"),
    ],
)
def test_what_cannot_be_compared_is_refused(b: np.ndarray, k: int, words: str) -> None:
    with pytest.raises(InputError, match=words):
        neighbour_change(LINE, b, k=k, metric="euclidean")
