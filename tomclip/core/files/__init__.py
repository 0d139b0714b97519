"""Files: replaced whole, kept by content, checked against a manifest, fetched once."""
