"""Reports as notebooks: the same view, computed anew by its cells."""
