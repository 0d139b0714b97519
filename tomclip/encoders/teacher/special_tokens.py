"""Text that reads like a special token, such as <end_of_text>, is text and not that token.

open_clip's tower reads its vector at the end token: a caption that spells it would be cut there.
"""

from __future__ import annotations

from typing import Any

from open_clip import tokenizer as open_clip_tokenizer
from open_clip.tokenizer import SimpleTokenizer


def spell_special_tokens(tokenizer: Any) -> Any:
    """Returns open_clip's tokenizer, told to take special tokens in a text letter by letter."""
    if isinstance(tokenizer, SimpleTokenizer):
        names = [tokenizer.decoder[token] for token in tokenizer.all_special_ids]
        words = tokenizer.pat.pattern.removeprefix("|".join(names) + "|")
        # Its own module's `re` is the package regex, which knows \p{L}.
        tokenizer.pat = open_clip_tokenizer.re.compile(words, tokenizer.pat.flags)
    elif hasattr(tokenizer, "tokenizer"):
        tokenizer.tokenizer.split_special_tokens = True
    return tokenizer
