"""Losses that align a student's batch of embeddings with a frozen teacher's."""

from tomclip.losses.cloud import Cloud
from tomclip.losses.distance_matrix import distance_mse, kept_distance_mse
from tomclip.losses.distances import edge_lengths, pairwise_distances
from tomclip.losses.groups import cluster_h0_wasserstein, groups_of
from tomclip.losses.joint import cross_distance_mse, joining_divergence, joining_length
from tomclip.losses.objective import RECIPES, Recipe, alignment_loss
from tomclip.losses.pointwise import contrastive, cosine, mse
from tomclip.losses.relations import neighbour_divergence, relative_distance_mse
from tomclip.losses.topological import (
    h0_edges_mse,
    h0_wasserstein,
    h1_edges_mse,
    h1_wasserstein,
    kept_cycle_distance,
    kept_h0_distance,
)
from tomclip.losses.unpaired import gromov_wasserstein, moment_gap, neighbour_consistency

__all__ = [
    "RECIPES",
    "Cloud",
    "Recipe",
    "alignment_loss",
    "cluster_h0_wasserstein",
    "contrastive",
    "cosine",
    "cross_distance_mse",
    "distance_mse",
    "edge_lengths",
    "gromov_wasserstein",
    "groups_of",
    "h0_edges_mse",
    "h0_wasserstein",
    "h1_edges_mse",
    "h1_wasserstein",
    "joining_divergence",
    "joining_length",
    "kept_cycle_distance",
    "kept_distance_mse",
    "kept_h0_distance",
    "moment_gap",
    "mse",
    "neighbour_consistency",
    "neighbour_divergence",
    "pairwise_distances",
    "relative_distance_mse",
]
