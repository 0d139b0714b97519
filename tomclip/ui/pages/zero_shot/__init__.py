"""The Zero-shot & retrieval page."""
