"""Experiments of many runs: their plan and their table."""
