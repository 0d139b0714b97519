"""Scores, their intervals and the tests on them."""
