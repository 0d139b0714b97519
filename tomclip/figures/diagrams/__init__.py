"""Persistence diagrams: alone, side by side, matched and over training."""
