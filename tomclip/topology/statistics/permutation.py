"""Are two groups of persistence diagrams different? A permutation test on their distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import comb

import numpy as np

from tomclip.core.errors import InputError
from tomclip.core.progress import OnProgress
from tomclip.core.results import ArrayRecord
from tomclip.core.types import PersistenceDiagram
from tomclip.topology.diagram_distances import diagram_distance_matrix

FEWEST_DIAGRAMS = 2
_ROUNDING = 1e-9  # distances of equal diagrams differ by the order of the two arguments


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PermutationTest(ArrayRecord):
    """How the joint loss of the given labels compares with that of exchanged labels.

    `statistic` is the observed loss, `null` (permutations,) the others. `exact` says that `null`
    holds every other labelling there is. `distances` (m, m) are those between all diagrams, the
    `first_group` diagrams of the first group before the others.
    """

    statistic: float
    p_value: float
    permutations: int
    null: np.ndarray
    exact: bool
    distances: np.ndarray
    first_group: int

    @property
    def smallest_p_value(self) -> float:
        """The least p-value that so many permutations can give."""
        return 1 / (1 + self.permutations)


def permutation_test(
    group_a: Sequence[PersistenceDiagram],
    group_b: Sequence[PersistenceDiagram],
    *,
    paired: bool,
    distance: str = "wasserstein",
    order: float = 2.0,
    permutations: int = 1000,
    seed: int = 0,
    on_progress: OnProgress | None = None,
) -> PermutationTest:
    """Returns the test of "the two groups of diagrams come from one distribution".

    The statistic is the joint loss: for each group the sum over ordered pairs of distance ** order,
    divided by 2 m (m - 1) for m diagrams; both added. Groups that differ lie close within and far
    apart, so a small loss speaks against the hypothesis. The p-value is
    (1 + #{null <= observed}) / (1 + permutations), never 0.

    With `paired`, diagram i of both groups comes from the same items, and only the two members of a
    pair are exchanged. The distance within a pair never enters the loss, and what a pair's members
    have in common cancels: with distances in a Euclidean space and order 2 the loss is a constant
    minus a multiple of the squared length of the mean difference. Exchanging all pairs renames the
    groups, so k pairs have 2 ** (k - 1) labellings.

    Every labelling is tried when there are no more than `permutations` besides the observed one;
    otherwise `permutations` are drawn.

    Args:
        group_a: m >= 2 diagrams of one dimension, metric and filtration.
        group_b: As many, or with `paired=False` any number >= 2.
        paired: Whether diagram i of one group belongs to diagram i of the other.
        distance: As in `diagram_distance_matrix`; computed once for all pairs.
        order: Exponent of the distances, finite and >= 1.
        permutations: Most labellings tried, >= 19.
        seed: Of the drawn labellings.
        on_progress: Called with (steps done, steps in all) after every distance. An exception
            raised in it stops the work.

    Raises:
        InputError: for too few diagrams, unequal groups with `paired`, diagrams that cannot be
            compared or are infinitely far apart, or an order or number out of range.

    References:
        Robinson and Turner, "Hypothesis testing for topological data analysis", Journal of Applied
        and Computational Topology 2017, section 3; Phipson and Smyth, "Permutation p-values should
        never be zero", 2010.
    """
    sizes = len(group_a), len(group_b)
    _require_groups(sizes, paired=paired, order=order, permutations=permutations)
    matrix = diagram_distance_matrix(
        [*group_a, *group_b], distance=distance, on_progress=on_progress
    )
    if not np.isfinite(matrix).all():
        raise InputError(
            "two diagrams differ in their number of essential bars and so are infinitely far "
            "apart; give diagrams of whole filtrations"
        )
    labels, exact = (_swaps if paired else _relabellings)(sizes, permutations, seed)
    losses = _joint_losses(matrix**order, labels)
    observed, null = losses[0], losses[1:]
    as_low = null <= observed + _ROUNDING * losses.max()
    p_value = float((1 + as_low.sum()) / (1 + len(null)))
    return PermutationTest(float(observed), p_value, len(null), null, exact, matrix, sizes[0])


def _require_groups(
    sizes: tuple[int, int], *, paired: bool, order: float, permutations: int
) -> None:
    if min(sizes) < FEWEST_DIAGRAMS:
        raise InputError(f"groups of {sizes[0]} and {sizes[1]} diagrams came; give at least 2 each")
    if paired and sizes[0] != sizes[1]:
        raise InputError(
            f"groups of {sizes[0]} and {sizes[1]} diagrams cannot be paired; "
            "give as many on both sides, or paired=False"
        )
    if not 1 <= order < float("inf"):
        raise InputError(f"order is {order}; give a finite number >= 1")
    if permutations < 19:
        raise InputError(f"permutations is {permutations}; give at least 19, to reach p = 0.05")


def _joint_losses(powered: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Returns the joint loss (p,) of each row of labels (p, m): True for the first group."""
    losses = np.zeros(len(labels))
    for members in (labels, ~labels):
        chosen = members.astype(np.float64)
        size = chosen[0].sum()
        losses += ((chosen @ powered) * chosen).sum(axis=1) / (2 * size * (size - 1))
    return losses


def _swaps(sizes: tuple[int, int], most: int, seed: int) -> tuple[np.ndarray, bool]:
    """Returns labellings (p, 2k), the observed one first, that exchange members of k pairs."""
    k = sizes[0]
    exact = k <= 62 and 2 ** (k - 1) <= most + 1
    if exact:
        kept = np.array(list(product([True, False], repeat=k - 1)))
    else:
        kept = np.random.default_rng(seed).random((most + 1, k - 1)) < 0.5
        kept[0] = True
    kept = np.column_stack([np.ones(len(kept), dtype=bool), kept])
    return np.column_stack([kept, ~kept]), exact


def _relabellings(sizes: tuple[int, int], most: int, seed: int) -> tuple[np.ndarray, bool]:
    """Returns labellings (p, m), the observed one first, with as many of each label."""
    first, total = sizes[0], sum(sizes)
    mirrored = sizes[0] == sizes[1]  # then exchanging the groups' names is no new labelling
    exact = comb(total, first) // (2 if mirrored else 1) <= most + 1
    observed = np.arange(total) < first
    if not exact:
        rng = np.random.default_rng(seed)
        drawn = rng.permuted(np.tile(observed, (most, 1)), axis=1)
        return np.vstack([observed, drawn]), exact
    groups = [group for group in combinations(range(total), first) if not mirrored or 0 in group]
    labels = np.zeros((len(groups), total), dtype=bool)
    labels[np.arange(len(groups))[:, None], np.array(groups)] = True
    return labels, exact
