"""Linear layers on the same frozen features, trained side by side."""
