"""Vectors that were computed elsewhere, as an encoder."""
