"""Files as people have them: what they are, and what their columns may be."""
