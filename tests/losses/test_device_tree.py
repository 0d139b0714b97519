"""Boruvka's algorithm in tensor operations against Prim's, ties and missing edges included."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from tomclip.losses.device_tree import boruvka, spanning_trees
from tomclip.topology.spanning_tree import prim


def symmetric(values: torch.Tensor) -> torch.Tensor:
    return values.triu(diagonal=1) + values.triu(diagonal=1).mT


def random_matrices(seed: int, n: int, languages: int = 1, levels: int = 0) -> torch.Tensor:
    """Uniform lengths, or whole numbers below `levels`, so that ties and zeros are common."""
    generator = torch.Generator().manual_seed(seed)
    shape = (languages, n, n)
    if levels:
        return symmetric(torch.randint(levels, shape, generator=generator).float())
    return symmetric(torch.rand(shape, generator=generator))


def lengths_of(matrix: torch.Tensor, edges: torch.Tensor) -> list[float]:
    return sorted(matrix[edges[:, 0], edges[:, 1]].tolist())


def lengths_by_prim(matrix: torch.Tensor) -> list[float]:
    return lengths_of(matrix, torch.from_numpy(prim(matrix.numpy())))


def kruskal(matrix: torch.Tensor) -> list[list[int]]:
    """The only tree that is minimal in the order (length, lower vertex, higher vertex)."""
    pairs = combinations(range(len(matrix)), 2)
    component = list(range(len(matrix)))
    chosen = []
    for _, i, j in sorted((float(matrix[pair]), *pair) for pair in pairs):
        if component[i] != component[j]:
            merged = component[j]
            component = [component[i] if name == merged else name for name in component]
            chosen.append([i, j])
    return sorted(chosen)


def test_the_tree_of_a_3_4_5_triangle_drops_the_hypotenuse() -> None:
    triangle = torch.tensor([[0.0, 3.0, 5.0], [3.0, 0.0, 4.0], [5.0, 4.0, 0.0]])
    assert boruvka(triangle).tolist() == [[0, 1], [1, 2]]


def test_two_points_have_one_edge() -> None:
    assert boruvka(torch.tensor([[0.0, 2.0], [2.0, 0.0]])).tolist() == [[0, 1]]


def test_equal_lengths_go_to_the_lowest_vertices() -> None:
    assert boruvka(torch.ones(5, 5)).tolist() == [[0, 1], [0, 2], [0, 3], [0, 4]]


@given(seed=st.integers(0, 2**31), n=st.integers(2, 40), levels=st.integers(0, 5))
def test_edges_are_those_of_kruskal_in_the_total_order(seed: int, n: int, levels: int) -> None:
    (matrix,) = random_matrices(seed, n, levels=levels)
    assert boruvka(matrix).tolist() == kruskal(matrix)


@given(seed=st.integers(0, 2**31), n=st.integers(2, 33), levels=st.integers(0, 4))
def test_lengths_are_those_of_prim_in_every_language(seed: int, n: int, levels: int) -> None:
    matrices = random_matrices(seed, n, languages=3, levels=levels)
    for matrix, edges in zip(matrices, boruvka(matrices), strict=True):
        assert lengths_of(matrix, edges) == lengths_by_prim(matrix)


@pytest.mark.parametrize("n", [63, 64, 65, 256])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_large_clouds_with_duplicates_keep_their_zero_lengths(n: int, dtype: torch.dtype) -> None:
    points = torch.randn(n, 8, generator=torch.Generator().manual_seed(n), dtype=dtype)
    points[: n // 4] = points[-1]
    matrix = torch.cdist(points, points, compute_mode="donot_use_mm_for_euclid_dist")
    found = lengths_of(matrix, boruvka(matrix))
    assert found == lengths_by_prim(matrix)
    assert found.count(0.0) == n // 4


def test_a_path_whose_lengths_grow_is_joined_in_one_chain() -> None:
    """Every vertex chooses the one before it: no round can make a deeper tree of pointers."""
    n = 100
    matrix = torch.full((n, n), 1e6)
    steps = torch.arange(n - 1)
    matrix[steps, steps + 1] = matrix[steps + 1, steps] = steps.float()
    assert boruvka(matrix).tolist() == [[i, i + 1] for i in range(n - 1)]


@given(seed=st.integers(0, 2**31))
def test_missing_edges_are_chosen_only_where_nothing_else_connects(seed: int) -> None:
    (matrix,) = random_matrices(seed, 20, levels=12)
    matrix[matrix < 9] = torch.inf
    edges = boruvka(matrix)
    found = lengths_of(matrix, edges)
    components, _ = connected_components(matrix.isfinite().numpy())
    assert found.count(torch.inf) == components - 1
    assert found == lengths_by_prim(matrix)


def test_nan_still_gives_a_tree() -> None:
    (matrix,) = random_matrices(0, 12)
    matrix[4], matrix[:, 4] = torch.nan, torch.nan
    edges = boruvka(matrix).numpy()
    graph = np.zeros((12, 12))
    graph[edges[:, 0], edges[:, 1]] = 1
    assert connected_components(graph, directed=False)[0] == 1


@pytest.mark.parametrize("shape", [(9, 9), (1, 9, 9), (4, 9, 9)])
def test_on_the_cpu_each_matrix_gets_the_tree_of_prim(shape: tuple[int, ...]) -> None:
    matrices = random_matrices(1, 9, languages=shape[0] if len(shape) == 3 else 1).reshape(shape)
    trees = spanning_trees(matrices)
    assert trees.shape == (*shape[:-2], 8, 2)
    expected = np.stack([prim(matrix) for matrix in matrices.reshape(-1, 9, 9).numpy()])
    np.testing.assert_array_equal(trees.reshape(-1, 8, 2).numpy(), expected)


def test_the_matrix_is_not_written() -> None:
    matrix = random_matrices(2, 10)
    before = matrix.clone()
    boruvka(matrix)
    assert torch.equal(matrix, before)
