"""The page What helps: a study's gains by condition, language and share, and the runs behind."""
