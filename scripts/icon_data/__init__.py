"""Which icons show which concept, and which names are those of things."""
