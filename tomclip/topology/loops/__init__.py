"""Loops of points behind H1 bars, in one cloud and followed into another."""
