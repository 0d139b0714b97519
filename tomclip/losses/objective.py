"""The objective: a weighted sum of named terms, in one of the named recipes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import torch

from tomclip.core.errors import InputError
from tomclip.core.types import LossTerms
from tomclip.losses import distance_matrix, groups, joint, relations, topological, unpaired
from tomclip.losses.cloud import H1_POINTS, Cloud, require_comparable, require_paired
from tomclip.losses.pointwise import POINTWISE

T = TypeVar("T")
Term = Callable[[Cloud, Cloud], torch.Tensor]


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which function computes each structural term, and in one sentence what the recipe is.

    Terms that are not named are those of "exact".

    `paired` says whether the distance-matrix term needs row i of the student to translate row i of
    the teacher. Where it does not, captions without a pair take part in it.
    """

    summary: str
    distance_matrix: Term = distance_matrix.distance_mse
    h0: Term = topological.h0_wasserstein
    h1: Term = topological.h1_wasserstein
    paired: bool = True


RECIPES: Mapping[str, Recipe] = {
    "paper": Recipe(
        summary="The published losses: thresholded, rescaled graphs; H1 is births of graph cycles.",
        distance_matrix=distance_matrix.kept_distance_mse,
        h0=topological.kept_h0_distance,
        h1=topological.kept_cycle_distance,
    ),
    "exact": Recipe(
        summary="Full distance matrix and exact Vietoris-Rips diagrams in units of the teacher.",
    ),
    "edges": Recipe(
        summary="Lengths of the same index pairs on both sides: the edges critical for H0 and H1.",
        h0=topological.h0_edges_mse,
        h1=topological.h1_edges_mse,
    ),
    "relative": Recipe(
        summary="As exact, but each row of distances less its mean, over its deviation.",
        distance_matrix=relations.relative_distance_mse,
    ),
    "neighbours": Recipe(
        summary="As exact, but soft neighbours of each row in place of its distances.",
        distance_matrix=relations.neighbour_divergence,
    ),
    "landmarks": Recipe(
        summary="As exact, but which landmarks (pictures) each row sees in place of distances.",
        distance_matrix=relations.landmark_divergence,
    ),
    "clusters": Recipe(
        summary="As exact, but H0 in each group of the teacher's batch by itself.",
        h0=groups.cluster_h0_wasserstein,
    ),
    "divergence": Recipe(
        summary="As exact, but H0 says how much later each side joins rows than the other.",
        h0=joint.joining_divergence,
    ),
    "cross": Recipe(
        summary="As exact, but distances from the teacher's points, and H0 of joining its cloud.",
        distance_matrix=joint.cross_distance_mse,
        h0=joint.joining_length,
    ),
    "transport": Recipe(
        summary="As exact, but Gromov-Wasserstein in place of paired distances.",
        distance_matrix=unpaired.gromov_wasserstein,
        paired=False,
    ),
    "moments": Recipe(
        summary="As exact, but mean and covariance in place of paired distances.",
        distance_matrix=unpaired.moment_gap,
        paired=False,
    ),
    "consistency": Recipe(
        summary="As exact, but the student's soft neighbours under noise in place of distances.",
        distance_matrix=unpaired.neighbour_consistency,
        paired=False,
    ),
}
"""The recipes by name; every term takes (student, teacher) as `Cloud`s."""


def alignment_loss(
    student: torch.Tensor,
    teacher: torch.Tensor,
    *,
    recipe: str = "exact",
    metric: str = "euclidean",
    pointwise: str = "mse",
    pointwise_weight: float = 1.0,
    distance_matrix_weight: float = 0.0,
    h0_weight: float = 0.0,
    h1_weight: float = 0.0,
    temperature: float = 0.07,
    h1_points: int = H1_POINTS,
    landmarks: torch.Tensor | None = None,
    check_values: bool = True,
) -> LossTerms[torch.Tensor]:
    """Returns the terms of the objective, each unweighted, and their weighted total.

    A term of weight 0 is not computed. Gradients flow to the student only; the teacher is frozen.
    Lower precision is raised to float32 first, also under autocast. Equal input gives equal bits.
    Several languages at once give each term once per language, as a loop over them would.

    Args:
        student: (n, d) floating and finite, n >= 3, or (languages, n, d); row i translates row i
            of `teacher`.
        teacher: (m, e) likewise, for all languages, or (languages, m, e). Point-wise terms need the
            same n and d. Distance-matrix terms of paired recipes, H0 and H1 of "edges", and H0 of
            "clusters" and "divergence" need m = n; "cross" and the moments need e = d. All other
            structural terms accept any sizes.
        recipe: "paper", "exact", or another name in `RECIPES`.
        metric: Distance of the structural terms, "euclidean" or "cosine".
        pointwise: "mse", "cosine" or "contrastive".
        pointwise_weight: Weight of the point-wise term, >= 0 and finite; so are the next three.
        distance_matrix_weight: Weight of the distance-matrix term.
        h0_weight: Weight of the connected-component term.
        h1_weight: Weight of the cycle term.
        temperature: Of the contrastive loss, > 0.
        h1_points: How many rows, from the first, Vietoris-Rips H1 looks at, in all recipes but
            "paper", and Gromov-Wasserstein; >= 3. Rows of a shuffled batch are a random sub-batch.
        landmarks: (k, d) fixed vectors that the recipe "landmarks" compares rows with; None: the
            teacher's rows.
        check_values: Whether NaN, infinity, rows of length 0 for cosine, and terms that overflow
            are refused. Looking for them waits for the device; unchecked they make the terms NaN
            or infinite. Without the check the
            host never waits in point-wise terms, distance matrices and H0 but in those of "paper",
            H0 of "clusters", Gromov-Wasserstein, and the noise of "consistency".

    Returns:
        Scalars, or (languages,) for every term and the total; in float32, or float64 for float64
        input, on the student's device.

    Raises:
        InputError: when a name, a weight, a shape or a value is not accepted.

    References:
        You, Kang and Jung, "Topological Alignment of Shared Vision-Language Embedding Space", 2025.
    """
    terms, loss = _known(RECIPES, recipe, "recipe"), _known(POINTWISE, pointwise, "pointwise")
    weights = {
        "pointwise": pointwise_weight,
        "distance_matrix": distance_matrix_weight,
        "topological_h0": h0_weight,
        "topological_h1": h1_weight,
    }
    _require_weights(weights)
    options: dict[str, Any] = {
        "metric": metric,
        "h1_points": h1_points,
        "landmarks": landmarks,
        "check_values": check_values,
    }
    clouds = (
        Cloud(student, side="student", **options),
        Cloud(teacher.detach(), side="teacher", **options),
    )
    require_comparable(*clouds)
    compute: dict[str, Term] = {
        "pointwise": lambda a, b: loss(*_same_shape(a, b), temperature),
        "distance_matrix": terms.distance_matrix,
        "topological_h0": terms.h0,
        "topological_h1": terms.h1,
    }
    values = {name: compute[name](*clouds) for name, weight in weights.items() if weight}
    total = torch.stack([weights[name] * value for name, value in values.items()]).sum(dim=0)
    if check_values:
        _require_in_range(values, total)
    return LossTerms(total=total, **values)


def _known(table: Mapping[str, T], name: str, what: str) -> T:
    if name not in table:
        raise InputError(f"{what} is {name!r}; use one of {', '.join(map(repr, table))}")
    return table[name]


def _require_weights(weights: Mapping[str, float]) -> None:
    for name, weight in weights.items():
        if not (math.isfinite(weight) and weight >= 0):
            raise InputError(f"the {name} weight is {weight}; use a finite number, 0 or above")
    if not any(weights.values()):
        raise InputError("all four loss weights are 0; set at least one above 0")


def _require_in_range(values: Mapping[str, torch.Tensor], total: torch.Tensor) -> None:
    if bool(total.detach().isfinite().all()):
        return
    for name, value in {**values, "weighted total": total}.items():
        if not bool(value.detach().isfinite().all()):
            raise InputError(
                f"the {name} is beyond {value.dtype}; divide the embeddings by a constant, or give "
                "float64"
            )


def _same_shape(student: Cloud, teacher: Cloud) -> tuple[torch.Tensor, torch.Tensor]:
    require_paired(student, teacher, "point-wise")
    if student.vectors.shape[-1] != teacher.vectors.shape[-1]:
        raise InputError(
            f"the student has {student.vectors.shape[-1]} dimensions and the teacher "
            f"{teacher.vectors.shape[-1]}; give the same, or set pointwise_weight to 0"
        )
    return student.vectors, teacher.vectors
