"""What pages share: controls, figures with their downloads, jobs, caches, sentences."""
