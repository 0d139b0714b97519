"""Studies over folds and seeds: gains of forms, over languages and shares, and their settings."""
