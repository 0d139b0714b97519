"""Teacher targets: a teacher's vectors of many captions, written once and read as memory maps."""
