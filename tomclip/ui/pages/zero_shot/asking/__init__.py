"""Texts and pictures that a person brings, asked of every chosen encoder side by side."""
