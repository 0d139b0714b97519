"""Sweeps: one configuration, several values, a run for each, and what they found."""
