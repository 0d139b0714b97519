"""Several languages in one call equal a loop over them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.autograd import gradcheck

from tomclip import losses
from tomclip.core.errors import InputError
from tomclip.losses import RECIPES, Cloud, alignment_loss, edge_lengths, pairwise_distances

ALL: dict[str, Any] = dict.fromkeys(
    ("pointwise_weight", "distance_matrix_weight", "h0_weight", "h1_weight"), 0.5
)
METRICS = ("euclidean", "cosine")
Term = Callable[[Cloud, Cloud], torch.Tensor]
TERMS: dict[str, Term] = {
    name: getattr(losses, name)
    for name in (
        "distance_mse",
        "relative_distance_mse",
        "neighbour_divergence",
        "h0_wasserstein",
        "h1_wasserstein",
        "h0_edges_mse",
        "h1_edges_mse",
        "kept_distance_mse",
        "kept_h0_distance",
        "kept_cycle_distance",
        "cluster_h0_wasserstein",
        "joining_divergence",
        "cross_distance_mse",
        "joining_length",
        "gromov_wasserstein",
        "moment_gap",
        "neighbour_consistency",
    )
}


def batch(*shape: int, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=generator, dtype=torch.float64)


def looped(student: torch.Tensor, teachers: list[torch.Tensor], **options: Any) -> dict:
    each = [
        alignment_loss(one, teacher, **(ALL | options)).as_dict()
        for one, teacher in zip(student, teachers, strict=True)
    ]
    return {name: torch.stack([terms[name] for terms in each]) for name in each[0]}


@pytest.mark.parametrize("metric", METRICS)
@pytest.mark.parametrize("recipe", RECIPES)
def test_every_term_and_the_total_equal_a_loop(recipe: str, metric: str) -> None:
    student, teacher = batch(3, 24, 5), batch(3, 24, 5, seed=1)
    options: dict[str, Any] = {"recipe": recipe, "metric": metric}
    found = alignment_loss(student, teacher, **ALL, **options).as_dict()
    expected = looped(student, list(teacher), **options)
    assert found.keys() == expected.keys()
    for name, value in found.items():
        assert value.shape == (3,)
        torch.testing.assert_close(value, expected[name], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("recipe", RECIPES)
def test_one_teacher_serves_all_languages(recipe: str) -> None:
    student, teacher = batch(3, 20, 4), batch(20, 4, seed=1)
    found = alignment_loss(student, teacher, recipe=recipe, **ALL).as_dict()
    expected = looped(student, [teacher] * 3, recipe=recipe)
    for name, value in found.items():
        torch.testing.assert_close(value, expected[name], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("recipe", RECIPES)
def test_gradients_equal_a_loop(recipe: str, shared: bool) -> None:
    teacher = batch(20, 4, seed=1) if shared else batch(3, 20, 4, seed=1)
    once = batch(3, 20, 4).requires_grad_()
    alignment_loss(once, teacher, recipe=recipe, **ALL).total.sum().backward()
    again = batch(3, 20, 4).requires_grad_()
    looped(again, list(teacher.expand(3, 20, 4)), recipe=recipe)["total"].sum().backward()
    assert once.grad is not None
    torch.testing.assert_close(once.grad, again.grad, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("pointwise", ["mse", "cosine", "contrastive"])
def test_pointwise_losses_equal_a_loop(pointwise: str) -> None:
    student, teacher = batch(4, 9, 3), batch(9, 3, seed=1)
    loss = getattr(losses, pointwise)
    expected = torch.stack([loss(one, teacher) for one in student])
    torch.testing.assert_close(loss(student, teacher), expected)


@pytest.mark.parametrize("name", TERMS)
def test_public_terms_take_clouds_of_several_languages(name: str) -> None:
    student, teacher = batch(2, 16, 3), batch(16, 3, seed=1)
    found = TERMS[name](Cloud(student), Cloud(teacher))
    expected = [TERMS[name](Cloud(one), Cloud(teacher)) for one in student]
    torch.testing.assert_close(found, torch.stack(expected), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(
    "name",
    [
        "h0_wasserstein",
        "h1_wasserstein",
        "kept_h0_distance",
        "kept_cycle_distance",
        "joining_length",
        "gromov_wasserstein",
        "moment_gap",
        "neighbour_consistency",
    ],
)
def test_terms_without_pairs_accept_another_number_of_rows(name: str) -> None:
    student, teacher = batch(2, 16, 3), batch(2, 11, 3, seed=1)
    found = TERMS[name](Cloud(student), Cloud(teacher))
    expected = [
        TERMS[name](Cloud(one), Cloud(other)) for one, other in zip(student, teacher, strict=True)
    ]
    torch.testing.assert_close(found, torch.stack(expected), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("metric", METRICS)
def test_distances_and_trees_are_bit_for_bit_those_of_each_language(metric: str) -> None:
    vectors = batch(3, 30, 6).float()
    together = Cloud(vectors, metric=metric)
    for language, vector in enumerate(vectors):
        alone = Cloud(vector, metric=metric)
        assert torch.equal(together.distances[language], alone.distances)
        assert torch.equal(together.tree_edges[language], alone.tree_edges)
    assert torch.equal(pairwise_distances(vectors, metric=metric), together.distances)


@pytest.mark.parametrize("metric", METRICS)
def test_edge_lengths_read_edges_per_language_or_for_all(metric: str) -> None:
    vectors = batch(3, 8, 4)
    edges = torch.randint(8, (3, 5, 2), generator=torch.Generator().manual_seed(0))
    alone = torch.stack(
        [edge_lengths(v, e, metric=metric) for v, e in zip(vectors, edges, strict=True)]
    )
    assert torch.equal(edge_lengths(vectors, edges, metric=metric), alone)
    for_all = torch.stack([edge_lengths(v, edges[0], metric=metric) for v in vectors])
    assert torch.equal(edge_lengths(vectors, edges[0], metric=metric), for_all)
    one_cloud = torch.stack([edge_lengths(vectors[0], e, metric=metric) for e in edges])
    assert torch.equal(edge_lengths(vectors[0], edges, metric=metric), one_cloud)


@pytest.mark.parametrize("metric", METRICS)
def test_gradients_of_several_matrices_equal_finite_differences(metric: str) -> None:
    vectors = batch(2, 6, 3).requires_grad_()
    assert gradcheck(lambda x: pairwise_distances(x, metric=metric), vectors)


def test_one_language_has_terms_of_shape_1() -> None:
    assert alignment_loss(batch(1, 8, 3), batch(8, 3)).total.shape == (1,)


@pytest.mark.parametrize(
    ("student", "teacher"), [((3, 9, 4), (2, 9, 4)), ((9, 4), (1, 9, 4)), ((3, 9, 4), (1, 9, 4))]
)
def test_a_teacher_of_other_languages_is_refused(student: tuple, teacher: tuple) -> None:
    with pytest.raises(InputError, match="give the teacher the same languages, or one cloud"):
        alignment_loss(batch(*student), batch(*teacher))


@pytest.mark.parametrize("shape", [(0, 9, 4), (2, 2, 9, 4)])
def test_no_language_and_more_axes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"\(n, d\), or \(languages, n, d\)"):
        alignment_loss(batch(*shape), batch(9, 4))


def test_nan_is_refused_with_its_row_and_language() -> None:
    student = batch(3, 9, 4)
    student[1, 5, 2] = torch.nan
    with pytest.raises(InputError, match=r"first in row 5 of 9, language 1"):
        alignment_loss(student, batch(9, 4))


def test_h1_edges_of_several_languages_have_no_common_number() -> None:
    with pytest.raises(InputError, match="read them from each cloud in 'languages'"):
        _ = Cloud(batch(2, 9, 4)).cycle_edges
