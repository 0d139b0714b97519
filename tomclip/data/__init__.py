"""Data sets and languages."""

from tomclip.data.emoji import EmojiDataset, load_emoji
from tomclip.data.languages import Language, language, languages

__all__ = ["EmojiDataset", "Language", "language", "languages", "load_emoji"]
