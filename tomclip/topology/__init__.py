"""Persistent homology of embeddings: diagrams, their distances, summaries, representatives."""

from tomclip.topology.cycles import Merge, cycle_of_bar, merge_of_bar
from tomclip.topology.diagram_distances import (
    bottleneck_distance,
    diagram_distance_matrix,
    sliced_wasserstein_distance,
    wasserstein_distance,
)
from tomclip.topology.matching import DecidingMatch, deciding_match
from tomclip.topology.rips import h0_diagram, persistence_diagrams
from tomclip.topology.spanning_tree import minimum_spanning_tree
from tomclip.topology.sparsification import Sparsification, sparsification_curve, sparsify
from tomclip.topology.summaries import (
    betti_curve,
    euler_curve,
    longest_bars,
    persistence_entropy,
    total_persistence,
)

__all__ = [
    "DecidingMatch",
    "Merge",
    "Sparsification",
    "betti_curve",
    "bottleneck_distance",
    "cycle_of_bar",
    "deciding_match",
    "diagram_distance_matrix",
    "euler_curve",
    "h0_diagram",
    "longest_bars",
    "merge_of_bar",
    "minimum_spanning_tree",
    "persistence_diagrams",
    "persistence_entropy",
    "sliced_wasserstein_distance",
    "sparsification_curve",
    "sparsify",
    "total_persistence",
    "wasserstein_distance",
]
