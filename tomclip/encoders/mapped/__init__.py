"""Encoders that are a fitted map behind another text encoder: the plain baselines."""
