"""From rows and files to a data set: items, texts, pictures and vectors, checked and counted."""
