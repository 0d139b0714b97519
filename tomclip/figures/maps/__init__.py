"""Maps of embeddings in the plane."""
