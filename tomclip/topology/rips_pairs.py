"""Critical edges of Vietoris-Rips H1: which edge makes each cycle and which edge fills it.

A differentiable term needs the pairing, not only the birth and death values.
"""

from __future__ import annotations

import numpy as np

from tomclip.core.types import DistanceMatrix
from tomclip.topology.rips import persistence_diagrams


def cycle_pairs(distances: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the birth edges and the death edges of the H1 classes with positive persistence.

    The filtration is computed on the ranks 1, 2, ... of the edges by length. Ranks order the edges
    as lengths do and are all different, so each value in the diagram names one edge. Ties between
    equal lengths go to the lowest vertex indices. On 256 points one call takes 15 to 30 ms, and
    500 isotropic points can take a minute: cut larger clouds down first.

    Args:
        distances: Symmetric (n, n) finite matrix, n >= 3.

    Returns:
        Births (k, 2) and deaths (k, 2), int64 vertex pairs (lower, higher); row i of both belongs
        to one class, so its birth is the length of births[i] and its death that of deaths[i].

    Raises:
        InputError: when `persistence_diagrams` refuses the matrix.

    References:
        Bauer, "Ripser: efficient computation of Vietoris-Rips persistence barcodes", 2021;
        Carriere et al., "Optimizing persistent homology based functions", 2021.
    """
    n = len(distances)
    edges = np.stack(np.triu_indices(n, k=1), axis=1)
    lengths = distances[edges[:, 0], edges[:, 1]]
    order = np.argsort(lengths, kind="stable")
    pairs = _ranks_of_cycles(n, edges[order])
    born, filled = order[pairs[:, 0]], order[pairs[:, 1]]
    lasting = lengths[filled] > lengths[born]
    return edges[born[lasting]], edges[filled[lasting]]


def _ranks_of_cycles(n: int, sorted_edges: np.ndarray) -> np.ndarray:
    """Positions (k, 2) in `sorted_edges` of the birth and the death edge of each H1 class."""
    ranks = np.zeros((n, n))
    ranks[sorted_edges[:, 0], sorted_edges[:, 1]] = np.arange(1, len(sorted_edges) + 1)
    matrix = DistanceMatrix(ranks + ranks.T, metric="euclidean")
    diagram = persistence_diagrams(matrix, max_dimension=1)[1]
    return np.rint(diagram.finite).astype(np.int64) - 1
