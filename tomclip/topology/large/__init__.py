"""Exact H0 of clouds whose distance matrix does not fit in memory."""
