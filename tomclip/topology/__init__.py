"""Persistent homology of embeddings: diagrams, their distances, summaries, representatives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tomclip.topology.diagram_distances import (
    bottleneck_distance,
    diagram_distance_matrix,
    sliced_wasserstein_distance,
    wasserstein_distance,
)
from tomclip.topology.divergence import (
    Divergence,
    cross_barcode,
    representation_topology_divergence,
)
from tomclip.topology.large.streamed_tree import large_h0_diagram, large_spanning_tree
from tomclip.topology.loops.classes import Loop, LoopClasses, loop_classes
from tomclip.topology.loops.comparison import LoopComparison, compare_loops
from tomclip.topology.matching import DecidingMatch, Matching, deciding_match, optimal_matching
from tomclip.topology.merges import Merge, first_merge, merge_heights, merge_of_bar
from tomclip.topology.rips import POINT_LIMITS, h0_diagram, persistence_diagrams
from tomclip.topology.spanning_tree import minimum_spanning_tree
from tomclip.topology.sparsification import Sparsification, sparsification_curve, sparsify
from tomclip.topology.statistics.between_languages import (
    LanguageTest,
    PairedDistance,
    paired_distance,
)
from tomclip.topology.statistics.confidence import ConfidenceBand, bar_p_values, confidence_band
from tomclip.topology.statistics.permutation import PermutationTest, permutation_test
from tomclip.topology.statistics.significance import (
    cloud_difference_test,
    language_difference_tests,
)
from tomclip.topology.statistics.subsampling import (
    AverageLandscape,
    Landmarks,
    average_landscape,
    maxmin_landmarks,
)
from tomclip.topology.summaries import (
    betti_curve,
    euler_curve,
    longest_bars,
    persistence_entropy,
    total_persistence,
)
from tomclip.topology.vectorisations import PersistenceImages, landscape, persistence_image

if TYPE_CHECKING:
    from tomclip.topology.transformers import LandscapeTransformer, PersistenceTransformer

__all__ = [
    "POINT_LIMITS",
    "AverageLandscape",
    "ConfidenceBand",
    "DecidingMatch",
    "Divergence",
    "Landmarks",
    "LandscapeTransformer",
    "LanguageTest",
    "Loop",
    "LoopClasses",
    "LoopComparison",
    "Matching",
    "Merge",
    "PairedDistance",
    "PermutationTest",
    "PersistenceImages",
    "PersistenceTransformer",
    "Sparsification",
    "average_landscape",
    "bar_p_values",
    "betti_curve",
    "bottleneck_distance",
    "cloud_difference_test",
    "compare_loops",
    "confidence_band",
    "cross_barcode",
    "deciding_match",
    "diagram_distance_matrix",
    "euler_curve",
    "first_merge",
    "h0_diagram",
    "landscape",
    "language_difference_tests",
    "large_h0_diagram",
    "large_spanning_tree",
    "longest_bars",
    "loop_classes",
    "maxmin_landmarks",
    "merge_heights",
    "merge_of_bar",
    "minimum_spanning_tree",
    "optimal_matching",
    "paired_distance",
    "permutation_test",
    "persistence_diagrams",
    "persistence_entropy",
    "persistence_image",
    "representation_topology_divergence",
    "sliced_wasserstein_distance",
    "sparsification_curve",
    "sparsify",
    "total_persistence",
    "wasserstein_distance",
]


def __getattr__(name: str) -> Any:
    """Loads the steps for scikit-learn, and with them scikit-learn, when one is asked for."""
    if name not in ("LandscapeTransformer", "PersistenceTransformer"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from tomclip.topology import transformers

    return getattr(transformers, name)
