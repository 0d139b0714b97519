"""Distances between embeddings, numbers that compare two clouds, and maps between clouds."""

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
from tomclip.geometry.layouts.parameters import Layout, Pacmap, Pca, Tsne, Umap
from tomclip.geometry.neighbours import NeighbourChange, neighbour_change
from tomclip.geometry.procrustes import fit_procrustes
from tomclip.geometry.projection import lay_out, project
from tomclip.geometry.ridge import LinearMap, StrengthChoice, choose_strength, fit_ridge
from tomclip.geometry.superposition import Superposition, superpose, superpose_all

__all__ = [
    "Layout",
    "LinearMap",
    "NeighbourChange",
    "Pacmap",
    "Pca",
    "StrengthChoice",
    "Superposition",
    "Tsne",
    "Umap",
    "choose_strength",
    "debiased_cka",
    "distance_matrix",
    "fit_procrustes",
    "fit_ridge",
    "language_gap",
    "lay_out",
    "linear_cka",
    "modality_gap",
    "mutual_knn_overlap",
    "neighbour_change",
    "procrustes_disparity",
    "project",
    "rsa_spearman",
    "superpose",
    "superpose_all",
]
