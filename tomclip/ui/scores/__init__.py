"""Scores in words: their titles, what chance gives, and the answer to a question of shape."""
