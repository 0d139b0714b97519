"""The packages that emoji come from: drawings, names and splits, for `build_emoji.py`."""
