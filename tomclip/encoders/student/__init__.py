"""Students: XLM-R with one linear layer, on disk and in memory."""
