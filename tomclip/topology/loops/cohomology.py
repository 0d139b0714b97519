"""The H1 classes of a cloud with their cocycles, by the position of edges in the filtration."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_array


def filtration(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the edges (e, 2) in the order in which they enter, and their lengths (e,)."""
    edges = np.stack(np.triu_indices(len(values), k=1), axis=1)
    lengths = values[edges[:, 0], edges[:, 1]]
    order = np.argsort(lengths, kind="stable")
    return edges[order], lengths[order]


def cohomology(positions: np.ndarray) -> tuple[np.ndarray, np.ndarray, csr_array]:
    """Returns births (c,), deaths (c,) and cocycles (e, c) of all H1 classes, by edge position.

    Edges of a cocycle from its death on are left out: there it means nothing.
    """
    from ripser import ripser

    result = ripser(positions + 1.0, maxdim=1, coeff=2, distance_matrix=True, do_cocycles=True)
    births, deaths = np.rint(result["dgms"][1]).astype(np.int64).T - 1
    cocycles = result["cocycles"][1]
    classes = np.repeat(np.arange(len(cocycles)), [len(cocycle) for cocycle in cocycles])
    ends = np.concatenate([np.empty((0, 3), dtype=np.int64), *cocycles])
    members = positions[ends[:, 0], ends[:, 1]]
    kept = members < deaths[classes]
    shape = (len(positions) * (len(positions) - 1) // 2, len(births))
    entries = (np.ones(kept.sum(), dtype=np.int64), (members[kept], classes[kept]))
    return births, deaths, csr_array(entries, shape=shape)
