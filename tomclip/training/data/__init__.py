"""Training data: caption pairs beside their teacher's vectors, and their batches."""
