"""Where English words and phrases come from, for `english_texts.py`."""
