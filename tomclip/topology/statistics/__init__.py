"""Noise, significance and samples: which shape is more than chance."""
