"""Commands on vectors: made, scored, compared, and their shapes."""
