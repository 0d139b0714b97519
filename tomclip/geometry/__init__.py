"""Distances between embeddings, numbers that compare two clouds, and maps to the plane."""

from tomclip.geometry.alignment import (
    debiased_cka,
    language_gap,
    linear_cka,
    modality_gap,
    mutual_knn_overlap,
    procrustes_disparity,
    rsa_spearman,
)
from tomclip.geometry.distances import distance_matrix
from tomclip.geometry.projection import project
from tomclip.geometry.superposition import Superposition, superpose, superpose_all

__all__ = [
    "Superposition",
    "debiased_cka",
    "distance_matrix",
    "language_gap",
    "linear_cka",
    "modality_gap",
    "mutual_knn_overlap",
    "procrustes_disparity",
    "project",
    "rsa_spearman",
    "superpose",
    "superpose_all",
]
