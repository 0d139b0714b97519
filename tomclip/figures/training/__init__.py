"""Runs in progress and sweeps: loss, scores and weights over the steps."""
