"""Scores of encoders, their differences and distances."""
