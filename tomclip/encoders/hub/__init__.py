"""Published models: what their names mean, where their files come from, which to choose."""
