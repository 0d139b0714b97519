"""Encoders as pages list and offer them, and what they know of each."""
