"""The nearest others are those that the whole distance matrix has."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tomclip.core.errors import InputError
from tomclip.geometry import distance_matrix, lay_out
from tomclip.geometry.layouts import umap as own
from tomclip.geometry.layouts.parameters import Umap
from tomclip.geometry.nearest import BLOCK, nearest_others


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_the_nearest_others_are_those_of_the_distance_matrix(
    metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tomclip.geometry.nearest.BLOCK", 7)
    cloud = np.random.default_rng(0).normal(size=(40, 6))
    others, distances = nearest_others(cloud, 5, metric)
    values = distance_matrix(cloud, metric=metric).values.astype(float)
    np.fill_diagonal(values, np.inf)
    assert others.tolist() == np.argsort(values, axis=1)[:, :5].tolist()
    np.testing.assert_allclose(distances, np.sort(values, axis=1)[:, :5], rtol=1e-6)


def test_no_item_is_its_own_neighbour_among_more_equal_ones_than_places() -> None:
    cloud = np.repeat(np.eye(3), 9, axis=0)
    others, distances = nearest_others(cloud, 4, "cosine")
    assert not (others == np.arange(27)[:, None]).any()
    assert np.array_equal(others // 9, np.repeat(np.arange(3), 9)[:, None].repeat(4, axis=1))
    assert distances.max() < 1e-12


def test_progress_counts_items_up_to_all_of_them() -> None:
    told: list[tuple[int, int]] = []
    n = BLOCK + 5
    cloud = np.random.default_rng(0).normal(size=(n, 3))
    nearest_others(cloud, 2, "euclidean", on_progress=lambda done, all_: told.append((done, all_)))
    assert told == [(0, n), (BLOCK, n), (n, n)]


@pytest.mark.parametrize("neighbours", [0, 4])
def test_as_many_neighbours_as_items_are_refused(neighbours: int) -> None:
    with pytest.raises(InputError, match=f"neighbours is {neighbours} for 4 rows; give 1 to 3"):
        nearest_others(np.eye(4), neighbours, "cosine")


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_a_large_map_is_made_of_exact_neighbours_and_repeats_itself(
    metric: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "SEARCHED_ABOVE", 100)
    asked: list[np.ndarray] = []
    found = own._neighbourhoods

    def noted(*arguments: Any) -> tuple[np.ndarray, np.ndarray, None]:
        rows, distances, index = found(*arguments)
        asked.append(rows)
        return rows, distances, index

    monkeypatch.setattr(own, "_neighbourhoods", noted)
    cluster = np.repeat(np.arange(3), 40)
    cloud = np.random.default_rng(0).normal(size=(120, 8)) + 9 * np.eye(8)[cluster]
    layout = Umap(neighbours=6, metric=metric)  # type: ignore[arg-type]
    places = lay_out(cloud, layout)
    assert np.array_equal(lay_out(cloud, layout), places)
    values = distance_matrix(cloud, metric=metric).values
    assert asked[0].tolist() == np.argsort(values, axis=1, kind="stable")[:, :6].tolist()
    near, _ = nearest_others(places, 1, "euclidean")
    assert np.array_equal(cluster[near[:, 0]], cluster)
