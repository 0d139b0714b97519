"""The recipe "paper" equals the published mathematics, written here again in plain Python."""

from __future__ import annotations

import math
from statistics import mean, stdev

import pytest
import torch

from tomclip.losses import Cloud, alignment_loss, kept_cycle_distance, kept_h0_distance

Matrix = list[list[float]]


def batch(n: int, *, seed: int, spread: float = 0.4) -> torch.Tensor:
    """Points around four centres, so that the threshold keeps some edges and drops others."""
    generator = torch.Generator().manual_seed(seed)
    centres = torch.randn(4, 6, generator=generator, dtype=torch.float64)
    noise = torch.randn(n, 6, generator=generator, dtype=torch.float64)
    return centres[torch.arange(n) % 4] + spread * noise


def plain_weights(points: torch.Tensor) -> Matrix:
    rows = points.double().tolist()
    distances = [[math.dist(a, b) for b in rows] for a in rows]
    entries = [entry for row in distances for entry in row]
    threshold = mean(entries) - 0.5 * stdev(entries)
    kept = [[entry if entry <= threshold else 0.0 for entry in row] for row in distances]
    largest = max(max(row) for row in kept)
    return [[entry / (largest + 1e-8) for entry in row] for row in kept]


def plain_diagrams(weights: Matrix) -> tuple[list[float], list[float]]:
    """Kruskal: deaths of the minimum spanning forest, and births of every other edge."""
    n = len(weights)
    edges = sorted((weights[i][j], i, j) for i in range(n) for j in range(i + 1, n))
    root, deaths, births = list(range(n)), [], []

    def find(vertex: int) -> int:
        while root[vertex] != vertex:
            vertex = root[vertex]
        return vertex

    for weight, i, j in edges:
        if weight == 0:
            continue
        if find(i) == find(j):
            births.append(weight)
        else:
            root[find(i)] = find(j)
            deaths.append(weight)
    return deaths, births


def plain_sliced_wasserstein(first: list[float], second: list[float]) -> float:
    """The limit over directions: repeat both sides to the same count, compare by rank, halve."""
    first, second = first or [0.0], second or [0.0]
    pairs = zip(sorted(first * len(second)), sorted(second * len(first)), strict=True)
    return math.sqrt(mean((a - b) ** 2 for a, b in pairs) / 2)


def plain_terms(student: torch.Tensor, teacher: torch.Tensor) -> dict[str, float]:
    sides = plain_weights(student), plain_weights(teacher)
    (student_h0, student_h1), (teacher_h0, teacher_h1) = map(plain_diagrams, sides)
    gaps = [(a - b) ** 2 for x, y in zip(*sides, strict=True) for a, b in zip(x, y, strict=True)]
    vectors = zip(student.flatten().tolist(), teacher.flatten().tolist(), strict=True)
    terms = {
        "pointwise": mean((a - b) ** 2 for a, b in vectors),
        "distance_matrix": mean(gaps),
        "topological_h0": plain_sliced_wasserstein(student_h0, teacher_h0),
        "topological_h1": plain_sliced_wasserstein(student_h1, teacher_h1),
    }
    weights = {
        "pointwise": 1,
        "distance_matrix": 0.01,
        "topological_h0": 0.02,
        "topological_h1": 0.03,
    }
    return {"total": sum(weights[name] * terms[name] for name in terms), **terms}


def paper_terms(student: torch.Tensor, teacher: torch.Tensor) -> dict[str, float]:
    terms = alignment_loss(
        student,
        teacher,
        recipe="paper",
        distance_matrix_weight=0.01,
        h0_weight=0.02,
        h1_weight=0.03,
    )
    return {name: value.item() for name, value in terms.as_dict().items()}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("seed", range(3))
def test_every_term_equals_the_plain_transcription(dtype: torch.dtype, seed: int) -> None:
    student, teacher = (
        batch(24, seed=seed).to(dtype),
        batch(24, seed=seed + 10, spread=0.6).to(dtype),
    )
    assert paper_terms(student, teacher) == pytest.approx(plain_terms(student, teacher), abs=1e-5)


def test_duplicates_are_not_linked() -> None:
    student, teacher = batch(24, seed=1), batch(24, seed=2)
    student[5:9] = student[4]
    assert paper_terms(student, teacher) == pytest.approx(plain_terms(student, teacher), abs=1e-5)
    (deaths,) = Cloud(student).kept.forest_deaths
    assert len(deaths) == len(plain_diagrams(plain_weights(student))[0])


def test_unequal_batches_meet_on_the_merged_quantile_grid() -> None:
    student, teacher = batch(24, seed=3), batch(17, seed=4)
    expected = [
        plain_sliced_wasserstein(*sides)
        for sides in zip(
            plain_diagrams(plain_weights(student)),
            plain_diagrams(plain_weights(teacher)),
            strict=True,
        )
    ]
    clouds = Cloud(student), Cloud(teacher)
    found = [kept_h0_distance(*clouds).item(), kept_cycle_distance(*clouds).item()]
    assert found == pytest.approx(expected, abs=1e-5)


def test_a_cloud_that_keeps_no_edge_counts_as_one_point_at_the_origin() -> None:
    equidistant = torch.eye(8, dtype=torch.float64)
    assert paper_terms(equidistant, batch(8, seed=5)[:, :1].expand(8, 8)) == pytest.approx(
        plain_terms(equidistant, batch(8, seed=5)[:, :1].expand(8, 8)), abs=1e-5
    )
    assert kept_h0_distance(Cloud(equidistant), Cloud(equidistant)) == 0


def test_many_random_projections_approach_the_closed_form() -> None:
    student, teacher = batch(24, seed=6), batch(24, seed=7, spread=0.6)
    deaths = [Cloud(side).kept.forest_deaths[0].sort().values for side in (student, teacher)]
    n = min(map(len, deaths))
    angles = 2 * torch.pi * torch.rand(20000, generator=torch.Generator().manual_seed(0))
    gaps = (deaths[0][:n] - deaths[1][:n]) * torch.sin(angles.double())[:, None]
    sliced = gaps.square().mean().sqrt().item()
    closed = ((deaths[0][:n] - deaths[1][:n]).square().mean() / 2).sqrt().item()
    assert sliced == pytest.approx(closed, rel=0.02)
