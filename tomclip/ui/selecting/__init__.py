"""The items that a session has selected: one selection, which every figure and every page shows."""
